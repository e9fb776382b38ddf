"""What a node publishes, by path: `/metrics`, `/v1/report`, `/healthz`. Reading only."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Protocol

from thirdshift_agent.journal.journal import GivenUp
from thirdshift_agent.page.pages import Page
from thirdshift_agent.serving.exchange import Answer, Request, refusal
from thirdshift_agent.wire import Report, encode

LONGEST_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the agent does its work. A broken GPU is not an unhealthy agent."""

    failing: tuple[str, ...]
    """Why what it serves cannot be relied on; empty when it can."""
    problems: tuple[str, ...]
    """What else is wrong."""


class Served(Protocol):
    """A node as its readers see it. Called from many threads; never waits for the driver."""

    def metrics(self, accept: str) -> Page:
        """The page for Prometheus, in the best format that `accept` has."""
        ...

    def report(self, after: int, wait_seconds: float, given_up: GivenUp) -> Report | None:
        """Snapshot and signals; may wait `wait_seconds` for one. `None`: nothing known yet."""
        ...

    def health(self) -> Health:
        """How the agent is."""
        ...


class QueryError(ValueError):
    """The query cannot be read; the text says what to write."""


def answer(node: Served, request: Request) -> Answer:
    """Answer one request about one node."""
    if request.path not in ("/metrics", "/v1/report", "/healthz"):
        return refusal(404, "there is /metrics, /v1/report?after=0&wait=0 and /healthz")
    if request.method != "GET":
        return refusal(405, f"{request.path} is only read: use GET")
    match request.path:
        case "/metrics":
            page = node.metrics(request.accept)
            return Answer(200, page.body, page.content_type)
        case "/v1/report":
            return _report(node, request)
        case _:
            return _health(node)


def _report(node: Served, request: Request) -> Answer:
    try:
        after, wait_seconds = _cursor(request)
    except QueryError as error:
        return refusal(400, str(error))
    report = node.report(after, wait_seconds, request.given_up)
    if report is None:
        return refusal(503, "nothing has been read from the driver yet; ask again")
    return Answer(200, encode(report))


def _cursor(request: Request) -> tuple[int, float]:
    values = {"after": "0", "wait": "0"}
    for key, value in request.query:
        if key not in values:
            raise QueryError(f"unknown parameter {key!r}: there is after and wait")
        values[key] = value
    after, wait = values["after"], values["wait"]
    if not (after.isascii() and after.isdecimal() and len(after) < 19):
        raise QueryError(f"after={after!r}: give the last sequence read, 0 or more")
    return int(after), _seconds(wait)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= LONGEST_WAIT_SECONDS:
        raise QueryError(f"wait={text!r}: give seconds from 0 to {LONGEST_WAIT_SECONDS:.0f}")
    return seconds


def _health(node: Served) -> Answer:
    health = node.health()
    body = {"ok": not health.failing, "failing": health.failing, "problems": health.problems}
    return Answer(503 if health.failing else 200, json.dumps(body).encode() + b"\n")
