"""The scheduler is asked, shown, and heard: what becomes a signal, also after a restart."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from fakes.orders import drain
from fakes.site import small_site
from fakes.world import MONDAY_MORNING, HandClock
from thirdshift_controller.adapters.scripted_scheduler import ScriptedScheduler
from thirdshift_controller.costs.usage.records import Holdings
from thirdshift_controller.intake.schedule import Standing
from thirdshift_controller.intake.schedule_live import ScheduleLive
from thirdshift_controller.intake.schedule_sweep import ScheduleSweep
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.migrate import migrate
from thirdshift_controller.store.tables import SignalRow


class Stage:
    """A store, a scripted scheduler, and the sweep between them."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, HandClock()
        self.scheduler, self.live = ScriptedScheduler(), ScheduleLive()
        self.restart()

    def restart(self) -> None:
        """Begin with nothing in memory."""
        site = small_site()
        self.sweep = ScheduleSweep(self.store, site, self.scheduler, self.live, self.clock)

    def run(self) -> None:
        self.clock.move(timedelta(seconds=15))
        self.sweep.run()

    def held(self, node: str) -> Holdings | None:
        return self.live.held(node, self.clock.now(), timedelta(seconds=30))

    def told(self) -> list[SignalRow]:
        with self.store.read() as session:
            return list(session.exec(select(SignalRow).order_by(col(SignalRow.id))))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    store = Store(f"sqlite:///{tmp_path / 'thirdshift.db'}")
    migrate(store)
    yield Stage(store)
    store.close()


def test_everybodys_standing_is_shown_with_the_instant_of_the_question(stage: Stage) -> None:
    stage.scheduler.run_jobs("gpu-1", "7")
    assert stage.live.standing("gpu-1") is None
    stage.run()
    assert stage.live.standings.keys() == small_site().by_name.keys()
    found = stage.live.standing("gpu-1")
    assert found is not None
    assert (found.standing, found.jobs) == (Standing.IN_SERVICE, ("7",))
    assert stage.live.read_at == MONDAY_MORNING + timedelta(seconds=15)
    assert stage.told() == []


def test_a_drain_by_somebody_becomes_one_signal_with_their_reason(stage: Stage) -> None:
    stage.scheduler.take_out("gpu-2", "nic swap", by="ana")
    stage.run()
    stage.run()
    (signal,) = stage.told()
    assert (signal.name, signal.node, signal.source) == ("scheduler:drained", "gpu-2", "scheduler")
    assert signal.message == "taken out of service by ana: nic swap"
    assert signal.facts == {"reason": "nic swap", "by": "ana"}
    assert signal.at == MONDAY_MORNING + timedelta(seconds=15)


def test_our_own_drain_is_no_signal(stage: Stage) -> None:
    stage.scheduler.apply(drain("gpu-2"))
    stage.run()
    assert stage.told() == []
    found = stage.live.standing("gpu-2")
    assert found is not None
    assert found.is_ours


def test_a_node_given_up_twice_is_two_signals(stage: Stage) -> None:
    for _ in range(2):
        stage.scheduler.give_up("gpu-3")
        stage.run()
        stage.run()
        stage.scheduler.take_back("gpu-3")
        stage.run()
    assert [signal.name for signal in stage.told()] == ["scheduler:down"] * 2


def test_after_a_restart_what_lasts_is_not_told_again(stage: Stage) -> None:
    stage.scheduler.take_out("gpu-2", "nic swap")
    since = replace(stage.scheduler.standing("gpu-2"), since_at=MONDAY_MORNING)
    stage.scheduler.found["gpu-2"] = since
    stage.run()
    stage.restart()
    stage.run()
    assert len(stage.told()) == 1


def test_a_silent_scheduler_is_told_once_and_nobody_stands_anywhere(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.run()
    with caplog.at_level(logging.INFO, "thirdshift_controller.intake.schedule_live"):
        stage.scheduler.answers = False
        stage.run()
        stage.run()
        assert stage.live.problem == "the scheduler is silent by script"
        assert stage.live.standing("gpu-1") is None
        assert stage.live.read_at == MONDAY_MORNING + timedelta(seconds=15)
        stage.scheduler.answers = True
        stage.run()
    assert caplog.messages == ["scheduler unreachable", "scheduler answers again"]
    assert stage.live.standing("gpu-1") is not None


def test_who_holds_gpus_is_shown_for_as_long_as_the_answer_stands(stage: Stage) -> None:
    stage.scheduler.held["gpu-1"] = {"vision": 8.0}
    assert stage.held("gpu-1") is None
    stage.run()
    assert (stage.held("gpu-1"), stage.held("gpu-2")) == ({"vision": 8.0}, {})
    stage.scheduler.answers = False
    stage.run()
    stage.run()
    assert stage.held("gpu-1") == {"vision": 8.0}
    stage.run()
    assert stage.held("gpu-1") is None


def test_of_a_node_that_the_scheduler_does_not_know_nothing_is_known(stage: Stage) -> None:
    stage.scheduler.forget("gpu-1")
    stage.run()
    assert (stage.held("gpu-1"), stage.held("gpu-2")) == (None, {})


def test_standings_are_good_where_holdings_are_not_told(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "thirdshift_controller.intake.schedule_live"):
        stage.scheduler.tells_holdings = False
        stage.run()
        stage.run()
        assert stage.held("gpu-1") is None
        assert stage.live.standing("gpu-1") is not None
        stage.scheduler.tells_holdings = True
        stage.run()
    assert caplog.messages == ["allocations unknown", "scheduler tells allocations again"]
    assert stage.held("gpu-1") == {}


def test_what_the_store_did_not_take_is_told_at_the_next_run(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'without-tables.db'}")
    stage = Stage(store)
    stage.scheduler.give_up("gpu-3")
    with pytest.raises(OperationalError, match="no such table"):
        stage.run()
    migrate(store)
    stage.run()
    assert len(stage.told()) == 1
    store.close()
