"""What Slurm's commands print, as standings and holdings. Pure; no other knows ClusterShell.

Nodes come from `scontrol show node` in its long form, where a reason has a line of its own: in the
one-line form and in `sinfo` nothing tells where a free text ends, and JSON came to scontrol after
22.05. Jobs come from `squeue`. Both read alike from 22.05 to 24.11.

Who holds how many GPUs of which node is said by `scontrol --details show job` alone: squeue counts
GPUs only where slurm.conf accounts for them, and over all nodes of a job. Of a job that has ended
or waits it names no GPU. A job's name may hold line breaks; one that imitates these lines is
believed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet, NodeSetException

from thirdshift_controller.adapters.mig import part_of_gpu
from thirdshift_controller.costs.usage.records import Holdings
from thirdshift_controller.intake.schedule import ABSENT, NodeStanding, Standing

JOBS_FORMAT = "%i|%N"
JOBS_STATES = "running,configuring,completing,suspended,stopped,signaling,stage_out"
"""Of jobs that hold their nodes; the last ones still have their epilog to run."""
NO_ACCOUNT = "(no account)"
"""The team of jobs that name none; Slurm asks for one only where it keeps accounts."""

_RECORD = re.compile(r"^NodeName=(\S+)(.*(?:\n(?!NodeName=).*)*)", re.MULTILINE)
_STATE = re.compile(r"^   State=(\S+)", re.MULTILINE)
_REASON = re.compile(r"^   Reason=(.*?)(?: \[(\S+)@(\S+)\])?$", re.MULTILINE)
_WORD = re.compile(r"[A-Z_]+")
_HELD = re.compile(
    r"^   Priority=.* Account=(?P<account>.*) QOS="
    r"|^     Nodes=(?P<nodes>\S+) .*GRES=(?P<gres>\S+)$",
    re.MULTILINE,
)
_GPUS = re.compile(r"(?:^|,)gpu:(?:(?P<type>[^:,()]+):)?(?P<count>\d+)")
_SLURMS_OWN = ("Not responding", "Node unexpectedly rebooted")
"""How slurmctld gives a node up, and takes it back by itself where ReturnToService says so."""
_CLOSED = {"DRAIN", "FAIL"}
_BUSY = {"ALLOCATED", "MIXED", "COMPLETING"}
_GIVEN_UP = {"DOWN", "ERROR", "INVALID_REG"}


@dataclass(frozen=True, slots=True)
class _Reason:
    text: str | None
    by: str | None
    since_at: datetime | None


def read_jobs(text: str) -> Mapping[str, tuple[str, ...]]:
    """The jobs on each node, out of lines in `JOBS_FORMAT`. Raises `ValueError`."""
    jobs: dict[str, list[str]] = defaultdict(list)
    for line in filter(None, text.splitlines()):
        job, _, places = line.partition("|")
        for node in _names(places):
            jobs[node].append(job)
    return {node: tuple(its) for node, its in jobs.items()}


def read_holdings(text: str) -> dict[str, Holdings]:
    """GPUs by account on each node that has any held. Raises `ValueError`."""
    held: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    account = NO_ACCOUNT
    for line in _HELD.finditer(text):
        if line["nodes"] is None:
            account = line["account"].replace("(null)", NO_ACCOUNT)
            continue
        gpus = sum(
            int(part["count"]) * part_of_gpu(part["type"] or "")
            for part in _GPUS.finditer(line["gres"])
        )
        for node in _names(line["nodes"]) if gpus else ():
            held[node][account] += gpus
    return {node: dict(teams) for node, teams in held.items()}


def _names(places: str) -> Iterator[str]:
    try:
        return iter(NodeSet(places, resolver=RESOLVER_NOGROUP))
    except NodeSetException as error:
        raise ValueError(str(error)) from error


def read_nodes(
    text: str, jobs: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, NodeStanding]]:
    """Every node that Slurm knows, with its standing; instants in seconds since 1970."""
    for name, record in _RECORD.findall(text):
        state = _STATE.search(record)
        words = set(_WORD.findall(state[1])) if state else set()
        yield name, _standing(words, _reason(record), jobs.get(name, ()))


def _reason(record: str) -> _Reason:
    found = _REASON.search(record)
    if found is None:
        return _Reason(None, None, None)
    text, by, since = found.groups()
    return _Reason(text, by, datetime.fromtimestamp(int(since), UTC) if since else None)


def _standing(words: set[str], reason: _Reason, jobs: tuple[str, ...]) -> NodeStanding:
    if "FUTURE" in words:
        return ABSENT
    if words & _CLOSED or ("DOWN" in words and _is_somebodys(reason)):
        standing = Standing.DRAINING if jobs or words & _BUSY else Standing.DRAINED
    elif words & _GIVEN_UP:
        standing = Standing.DOWN
    else:
        return NodeStanding(Standing.IN_SERVICE, None, jobs)
    return NodeStanding(standing, reason.text, jobs, reason.by, reason.since_at)


def _is_somebodys(reason: _Reason) -> bool:
    """Whether a node is down by somebody's hand, and not because Slurm lost it."""
    return reason.text is not None and not reason.text.startswith(_SLURMS_OWN)
