"""Each sentence that the ladder waits with is of its kind, and the page says what it means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fakes.scrape import Page, registry
from fakes.world import LIMITS, RULES, World, started
from thirdshift_agent.wire import Released
from thirdshift_controller.adapters.scripted_scheduler import ScriptedScheduler
from thirdshift_controller.config import Caller, Mode
from thirdshift_controller.incidents.holds import Holds, Wish
from thirdshift_controller.metrics.waits import Why, why
from thirdshift_controller.wire import IncidentState, Role, Scope

DOCS = Path(__file__).parents[3] / "docs"
ROW = re.compile(r"^\| `([^`]+)` \| `(\w+)` \|", re.MULTILINE)
LEAD = Caller("lead", Role.LEAD, None)
A_YES = replace(RULES, mode=Mode.APPROVE)
A_SCHEDULER = replace(RULES, has_scheduler=True)
ONE_A_RACK = replace(LIMITS, per_scope={Scope.RACK: 1})


def breaks(world: World, *nodes: str) -> None:
    for node in nodes:
        world.agent(node).says(world.now, "xid:64", 3)
        world.agent(node).changes[3] = {"remap_failed": True}
    world.turn()
    world.turn(world.burst)


def waiting(world: World) -> set[str]:
    """The kinds that something waits for, as the page has them."""
    page = Page(registry(world))
    return {each.value for each in Why if page.value("incidents_waiting", why=each)}


def test_nothing_waits_where_nothing_is_open(world: World) -> None:
    assert waiting(world) == set()


def test_a_leads_yes(tmp_path: Path) -> None:
    with started(tmp_path, rules=A_YES) as world:
        breaks(world, "gpu-1")
        assert waiting(world) == {"yes"}


def test_a_hold(world: World) -> None:
    wish = Wish((Scope.RACK, "R01-01"), "we are\nrewiring", world.now, None)
    Holds(world.store, world.site).place(wish, {}, LEAD, world.now)
    breaks(world, "gpu-1")
    assert waiting(world) == {"hold"}


def test_a_spent_budget(tmp_path: Path) -> None:
    with started(tmp_path, limits=ONE_A_RACK) as world:
        breaks(world, "gpu-1", "gpu-2")
        assert waiting(world) == {"budget"}


def test_a_common_cause(world: World) -> None:
    breaks(world, "gpu-1", "gpu-2", "gpu-3")
    assert "parent" in waiting(world)


def test_running_jobs(tmp_path: Path) -> None:
    with started(
        tmp_path, rules=A_SCHEDULER, scheduler=(scheduler := ScriptedScheduler())
    ) as world:
        world.use(scheduler)
        scheduler.run_jobs("gpu-1", "11")
        breaks(world, "gpu-1")
        world.turn()
        assert waiting(world) == {"jobs"}


def test_a_silent_scheduler(tmp_path: Path) -> None:
    with started(
        tmp_path, rules=A_SCHEDULER, scheduler=(scheduler := ScriptedScheduler())
    ) as world:
        world.use(scheduler)
        scheduler.run_jobs("gpu-1", "11")
        breaks(world, "gpu-1")
        scheduler.answers = False
        world.turn()
        assert waiting(world) == {"scheduler"}


def test_a_released_driver(world: World) -> None:
    until_at = world.now + timedelta(hours=1)
    world.agent("gpu-1").released = Released("firmware", until_at)
    breaks(world, "gpu-1")
    assert waiting(world) == {"release"}


def test_an_attempt_that_is_under_way(world: World) -> None:
    world.agent("gpu-1").says(world.now, "xid:64", 3)
    world.turn()
    world.clock.move(world.burst)
    world.die_during_remedy()
    world.loop.ladder.climb()
    assert waiting(world) == {"attempt"}
    assert world.only_incident().state is IncidentState.REMEDYING


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("gpu-0101 to start", Why.START),
        ("the agent, which answers and refuses us: it asks for a token", Why.AGENT),
    ],
)
def test_a_node_that_starts_and_one_that_refuses_us(sentence: str, kind: Why) -> None:
    assert why(sentence) is kind


@pytest.mark.parametrize("sentence", ["", "the end of time", "jobs", "INC-1 is a person's"])
def test_what_nobody_foresaw_is_other(sentence: str) -> None:
    assert why(sentence) is Why.OTHER


def told() -> Iterator[tuple[str, str]]:
    page = (DOCS / "incidents.md").read_text(encoding="utf-8")
    yield from ROW.findall(page)


def test_the_page_has_every_kind_and_calls_each_sentence_what_the_metric_calls_it() -> None:
    rows = list(told())
    assert [(sentence, why(sentence).value) for sentence, _ in rows] == rows
    assert {kind for _, kind in rows} == {each.value for each in Why} - {"other"}
