"""What `docs/incidents.md` shows an operator is what the controller answers to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from fakes.api import client_of, served, services_of
from fakes.world import RULES, World, started
from thirdshift_controller.config import ControllerFile, Mode
from thirdshift_controller.incidents.triage import BURSTS
from thirdshift_controller.remedies.tally import ENOUGH, Tally
from thirdshift_controller.wire import AttemptOutcome, IncidentState, Scope
from thirdshift_runbooks.page import RemoteAction

PAGE = (Path(__file__).parents[2] / "docs" / "incidents.md").read_text(encoding="utf-8")
CALL = re.compile(r"\b(get|post) (/v1/[\w/?=-]+)(?: '(\{.*?\})')?", re.DOTALL)
CALLS = list(dict.fromkeys(CALL.findall(PAGE)))
KEY = re.compile(r"`([a-z]+_(?:seconds|nodes|ratio|minutes|node|rung|die))`")


@pytest.fixture
def lead(tmp_path: Path) -> Iterator[httpx.Client]:
    """A lead at a controller that has proposed a first rung for its one incident."""
    with started(tmp_path, rules=replace(RULES, mode=Mode.APPROVE)) as world:
        break_one(world)
        with served(services_of(world, tmp_path)) as url, client_of(url, "lead") as client:
            client.post("/v1/incidents/INC-1/evidence").raise_for_status()
            hold = {"scope": "node", "scope_name": "gpu-2", "reason": "so that there is one"}
            client.post("/v1/holds", json=hold).raise_for_status()
            yield client


def break_one(world: World) -> None:
    world.agent("gpu-1").says(world.now, "xid:64", 3)
    world.turn()
    world.turn(world.burst)


def here(text: str) -> str:
    return text.replace("INC-12", "INC-1").replace("gpu-0101", "gpu-1")


@pytest.mark.parametrize(("verb", "path", "body"), CALLS)
def test_every_call_is_answered(verb: str, path: str, body: str, lead: httpx.Client) -> None:
    given = json.loads(here(body)) if body else None
    lead.request(verb.upper(), here(path), json=given).raise_for_status()


def test_every_route_for_people_is_shown() -> None:
    shown = {re.sub(r"-\d+|/\d+", "", path) for _, path, _ in CALLS}
    for word in ("approve", "decline", "let-jobs-die", "lift", "pauses", "remedies", "evidence"):
        assert any(path.endswith(word) for path in shown), word


def test_every_state_rung_outcome_mode_and_scope_stands_there() -> None:
    for words in (IncidentState, RemoteAction, AttemptOutcome, Mode):
        for word in words:
            assert re.search(rf"\b{word}\b", PAGE), word
    assert all(f"`{scope}`" in PAGE for scope in Scope if scope is not Scope.GPU)


def test_every_key_that_it_names_is_a_key() -> None:
    tables = ControllerFile().model_dump()
    known = {key for table in tables.values() if isinstance(table, dict) for key in table}
    assert set(KEY.findall(PAGE)) - known == {"soak_minutes"}


def test_the_numbers_are_those_of_the_code() -> None:
    assert BURSTS == 5
    assert "five times as long" in PAGE
    assert ENOUGH == 8
    assert [Tally(0, 8).is_hopeless, Tally(0, 9).is_hopeless] == [False, True]
    assert [Tally(1, 18).is_hopeless, Tally(1, 19).is_hopeless] == [False, True]
    assert "none of 9, one of 19" in PAGE
