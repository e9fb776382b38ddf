"""Whatever page a fault leads to, somebody of the rota can be sent; an owner knows the words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.roster import three_shifts
from fakes.site_files import write_site
from fakes.world import MONDAY_MORNING
from thirdshift_controller.config import load_site
from thirdshift_controller.demo.files import write_files
from thirdshift_controller.demo.plan import DemoPlan
from thirdshift_controller.shifts.assignment import assign
from thirdshift_controller.shifts.roster import Roster
from thirdshift_runbooks.catalogue import load

ASKED = {frozenset(page.skills) for page in load().pages if page.people}
DOCS = Path(__file__).parents[3] / "docs" / "site-files.md"


Rota = Callable[[Path], Roster]


def demo(folder: Path) -> Roster:
    write_files(folder, DemoPlan(rows=1, racks_per_row=1, nodes_per_rack=1), 8420, [9400])
    return load_site(folder / "site.toml")[1]


def small(folder: Path) -> Roster:
    write_site(folder)
    return load_site(folder / "site.toml")[1]


def faked(folder: Path) -> Roster:
    return three_shifts()


@pytest.mark.parametrize("rota", [demo, small, faked])
def test_the_rota_has_somebody_for_every_order(tmp_path: Path, rota: Rota) -> None:
    roster = rota(tmp_path)
    nobody = [
        sorted(skills)
        for skills in ASKED
        if assign(skills, MONDAY_MORNING, roster, {}).person is None
    ]
    assert nobody == []


def test_every_skill_that_a_page_asks_for_is_in_the_owners_manual() -> None:
    words = {skill for skills in ASKED for skill in skills}
    manual = DOCS.read_text(encoding="utf-8")
    assert {skill for skill in words if f"`{skill}`" not in manual} == set()
