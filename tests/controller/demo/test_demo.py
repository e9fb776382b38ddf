"""The demo's story on a small site: the same processes, the same clock, fewer nodes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from thirdshift_controller.adapters.simulated.scheduler import TEAMS
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.usage.totals import TeamUse, Use
from thirdshift_controller.demo.command import run_demo
from thirdshift_controller.demo.plan import DemoPlan
from thirdshift_controller.store import usage
from thirdshift_controller.store.database import Store

SMALL = DemoPlan(rows=1, racks_per_row=2, nodes_per_rack=2, agent_processes=1, incidents_per_day=0)

ARROWS = (
    "fault injected",
    "agent's journal",
    "incident",
    "remote attempt",
    "work order",
    "step 1 of",
    "work done",
    "closed",
    "back in service",
    "month's report",
    "traced",
    "the whole loop held",
)


def test_the_story_tells_every_arrow_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THIRDSHIFT_DATABASE", "sqlite:////proc/a-real-site-that-is-not-touched.db")
    assert run_demo(SMALL, tmp_path / "demo", interactive=False) == 0
    told = capsys.readouterr().out
    places = [told.index(f"\n{arrow}") for arrow in ARROWS]
    assert places == sorted(places)
    assert "INC-1: Row remap failure [row-remap-failure]" in told
    assert "WO-1 to ana, shift day" in told
    uses, teams = november(tmp_path / "demo")
    assert len(uses) == SMALL.nodes
    assert all(use.allocated_hours for use in uses)
    assert sum(use.wall_kwh for use in uses) > 9 * sum(use.wall_modelled_kwh for use in uses)
    assert {one.team for one in teams} <= set(TEAMS)
    assert sum(one.allocated for one in teams) == pytest.approx(sum(one.allocated for one in uses))


def november(folder: Path) -> tuple[list[Use], tuple[TeamUse, ...]]:
    """What its month knows of nodes and teams."""
    toronto = ZoneInfo("America/Toronto")
    store = Store(f"sqlite:///{folder / 'thirdshift.db'}")
    with closing(store), store.read() as session:
        month = Month(2026, 11, toronto)
        found = usage.totals(session, month.from_at, month.to_at)
    return [node.use for node in found.nodes], found.teams


def test_a_process_that_dies_ends_the_demo_with_its_last_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    impossible = replace(SMALL, gpus_per_node=64)
    assert run_demo(impossible, tmp_path / "demo", interactive=False) == 1
    told = capsys.readouterr().out
    assert "the demo failed: agents on port" in told
    assert "ended with status 2" in told
    assert "--gpus" in told


def test_a_folder_that_no_demo_made_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    assert run_demo(SMALL, tmp_path, interactive=False) == 1
    assert (tmp_path / "thesis.txt").read_text() == "precious"
    assert "no demo made it" in capsys.readouterr().out


def test_the_default_site_is_the_published_picture() -> None:
    plan = DemoPlan()
    assert (plan.nodes, plan.gpus, plan.incidents_per_day) == (240, 1920, 1.0)
