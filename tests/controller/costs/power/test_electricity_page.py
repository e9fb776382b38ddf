"""What `docs/electricity.md` shows is what is read, and its figures are what comes out."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from controller.costs.power.halls import month, near, site
from thirdshift_controller.costs.power.facility import energy_figures
from thirdshift_controller.costs.power.files.load import load_power
from thirdshift_controller.costs.power.files.part_tables import KINDS
from thirdshift_controller.costs.power.files.tables import (
    HallTable,
    PeaksTable,
    PlantTable,
    TariffTable,
)
from thirdshift_controller.costs.power.parts.adjustment import PeakShare
from thirdshift_controller.costs.power.parts.published import Vintage
from thirdshift_controller.costs.power.peaks import peak_cost_per_year
from thirdshift_controller.costs.power.plant import plant_cost
from thirdshift_controller.costs.power.power import Power

PAGE = (Path(__file__).parents[4] / "docs" / "electricity.md").read_text(encoding="utf-8")
WHOLE, *PARTS = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SHEET = re.compile(r"^### (\S+\.csv)\n```csv\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The documented files, as a reader of the page would save them."""
    for name, text in SHEET.findall(PAGE):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def load(folder: Path, text: str) -> Power:
    path = folder / "power.toml"
    path.write_text(text, encoding="utf-8")
    return load_power(path)


def test_the_documented_file_loads_with_all_the_files_that_it_names(folder: Path) -> None:
    supply = load(folder, WHOLE)
    assert [part.name for part in supply.tariffs[0].parts] == [
        "Energy at the day-ahead price",
        "Global Adjustment, Class A",
        "Wholesale service, capacity, rural",
        "Distribution and transmission",
        "Capacity on winter's working evenings",
        "Customer charge",
    ]
    assert [meter.name for meter in supply.hall.meters] == ["utility"]


def test_every_key_is_shown() -> None:
    for table in (HallTable, TariffTable, PlantTable, PeaksTable):
        assert [key for key in table.model_fields if not re.search(rf"\b{key}\b", PAGE)] == []
    for kind, part in KINDS.items():
        assert f"| `{kind}` |" in PAGE
        assert [key for key in part.model_fields if f"`{key}`" not in PAGE] == []


@pytest.mark.parametrize("part", PARTS, ids=lambda part: re.findall('kind = "(.*?)"', part)[0])
def test_each_part_that_is_shown_loads(folder: Path, part: str) -> None:
    before, after = WHOLE.split("[plant]", 1)
    supply = load(folder, f"{before}{part}\n[plant]{after}")
    assert len(supply.tariffs[0].parts) == 7


def test_the_peak_demand_factor_is_the_sites_share_of_the_peaks(folder: Path) -> None:
    share = load(folder, WHOLE).tariffs[0].parts[1]
    assert isinstance(share, PeakShare)
    assert near(share.factor, Decimal(6717) / Decimal(117_500_000))


def test_the_figures_become_more_final_on_the_days_shown(folder: Path) -> None:
    share = load(folder, WHOLE).tariffs[0].parts[1]
    assert isinstance(share, PeakShare)
    october = month("2026-10")
    known = [
        share.totals.known(october, on, share.name).vintage
        for on in (date(2026, 10, 1), date(2026, 11, 3), date(2026, 12, 3))
    ]
    assert known == list(Vintage)


def test_the_documented_readings_measure_a_pue_but_for_the_hour_of_the_exchange(
    folder: Path,
) -> None:
    supply = load(folder, WHOLE)
    figures = energy_figures(supply, site(month("2026-10")), month("2026-10"), ())
    assert figures.pue_measured
    assert round(figures.pue, 2) == Decimal("1.35")


def test_the_plant_and_the_peaks_come_to_what_the_page_says(folder: Path) -> None:
    supply = load(folder, WHOLE)
    assert supply.plant is not None
    assert supply.peaks is not None
    own = plant_cost(supply.plant).per_mwh.amount
    assert (round(own), round(own / Decimal("1.4064"))) == (122, 87)
    assert "C$122 (US$87 at 1.4064)" in PAGE
    assert peak_cost_per_year(supply.peaks, Decimal(1000)).shown(0) == "CAD 255,319"
    assert "C$255,319 a megawatt" in PAGE
