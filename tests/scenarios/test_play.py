"""The player itself: it reads what breaks, jumps over what is dull, and can be disappointed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fakes.world import MONDAY_MORNING
from scenarios.play import Outcome, disturbed, expected, play
from scenarios.scenario import Event, Follows, Scale, Scenario, Where
from scenarios.stage import staged
from thirdshift_controller.wire import IncidentState

SMALL = Scale(rows=1, racks_per_row=2, nodes_per_rack=4, gpus_per_node=2)
NODE = Where(node="gpu-01011")
SEEN = Outcome(("gsp-timeout",), ("drain",), IncidentState.CLOSED, 1, 1, 0, False)


def story(*events: Event, lasts_hours: float = 24.0) -> Scenario:
    return Scenario.model_validate(
        {
            "name": "a story",
            "class": "application",
            "scale": SMALL,
            "lasts_hours": lasts_hours,
            "event": events,
            "follows": Follows(pages=("graphics-engine-exception",)),
        }
    )


def exception(at_minutes: float = 0.0) -> Event:
    return Event(at_minutes=at_minutes, on=NODE, slot=1, signals=("xid:13",))


def test_a_story_ends_when_nothing_is_open_any_more(tmp_path: Path) -> None:
    with staged(tmp_path, SMALL) as stage:
        seen = play(story(exception()), stage)
        assert seen.pages == ("graphics-engine-exception",)
        assert seen.state is IncidentState.CLOSED
        assert timedelta() < stage.world.now - MONDAY_MORNING < timedelta(hours=1)


def test_what_happens_days_later_happens_then(tmp_path: Path) -> None:
    with staged(tmp_path, SMALL) as stage:
        days = [exception(at_minutes=3_000.0 * place) for place in range(3)]
        seen = play(story(*days, lasts_hours=200.0), stage)
        assert len(seen.pages) == 3
        first, second, third = (one.opened_at for one in stage.world.incidents())
        assert second - first == third - second == timedelta(minutes=3_000)


def test_a_story_without_an_end_is_ended(tmp_path: Path) -> None:
    unheard = Event(at_minutes=10_000.0, on=NODE, slot=1, signals=("xid:13",))
    with staged(tmp_path, SMALL) as stage:
        seen = play(story(unheard, lasts_hours=2.0), stage)
        assert (seen.pages, seen.state) == ((), None)
        assert stage.world.now - MONDAY_MORNING < timedelta(hours=3)


def test_only_the_rack_that_something_breaks_in_and_a_witness_are_read(tmp_path: Path) -> None:
    with staged(tmp_path, SMALL) as stage:
        play(story(exception()), stage)
        read = {name for name, shown in stage.world.live.snapshots.items() if _is_new(shown)}
        assert read == {*(f"gpu-0101{number}" for number in range(1, 5)), "gpu-01021"}
        assert len(stage.world.live.snapshots) == 8


def _is_new(shown: object) -> bool:
    return getattr(shown, "taken_at", MONDAY_MORNING) > MONDAY_MORNING


def test_what_is_told_beside_the_agent_is_triaged_too(tmp_path: Path) -> None:
    told = Event.model_validate({"on": NODE, "signals": ("psu:failed",), "by": "bmc"})
    with staged(tmp_path, SMALL) as stage:
        seen = play(story(told), stage)
        assert (seen.pages, seen.orders) == (("power-supply-failed",), 1)
        assert seen.state is IncidentState.CLOSED
        assert disturbed(stage) == set()


@pytest.mark.parametrize(
    "wrong",
    [
        {"pages": ("gpu-fell-off-bus",)},
        {"rungs": ("drain", "reboot")},
        {"state": "needs_hands"},
        {"people": 2},
        {"orders": 2},
        {"parts": 1},
        {"pauses": True},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_every_expectation_can_be_disappointed(wrong: dict[str, object]) -> None:
    right = {"pages": SEEN.pages, "rungs": SEEN.rungs, "people": 1, "orders": 1}
    assert expected(Follows.model_validate(right), SEEN) == SEEN
    assert expected(Follows.model_validate({**right, **wrong}), SEEN) != SEEN


def test_rungs_that_chance_decides_are_not_expected() -> None:
    follows = Follows.model_validate({"pages": SEEN.pages, "people": 1, "disturbed_at_most": 5})
    assert expected(follows, SEEN) == SEEN
    assert expected(follows, replace(SEEN, rungs=("reboot",))).rungs == ("reboot",)
