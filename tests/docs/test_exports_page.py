"""What `docs/exports.md` shows of our files is what they are; of the settings, what is read."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from fakes.priced_month import figures
from fakes.toronto import site
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.data.figures_json import SCHEMA
from thirdshift_controller.reports.data.tidy import tidy_csv
from thirdshift_controller.reports.exports.by_name import EXPORTS
from thirdshift_controller.reports.exports.opencost import opencost_csv
from thirdshift_controller.reports.exports.priced import PricedMonth
from thirdshift_controller.reports.exports.skypilot import kubernetes_yaml, slurm_csv
from thirdshift_controller.reports.formats import Format

PAGE = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(?:csv|yaml)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PRICED = PricedMonth.of(figures())


WRITTEN = (
    tidy_csv(figures()),
    opencost_csv(PRICED, site().nodes()),
    slurm_csv(PRICED),
    kubernetes_yaml(PRICED),
)


def test_every_file_is_told_by_its_name() -> None:
    table = PAGE.partition("| file |")[2].partition("\n\n")[0]
    told = re.findall(r"`(\S+)`", table)
    assert told == [*(f"2026-10.{one}" for one in Format), *EXPORTS]


def test_every_line_of_an_example_is_one_of_the_file() -> None:
    for example, text in zip(EXAMPLES, WRITTEN, strict=True):
        shown, written = example.splitlines(), text.splitlines()
        assert shown[0] == written[0]
        assert set(shown) <= set(written)


def test_every_part_of_the_json_is_told() -> None:
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \| ", PAGE, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert told == {field.name for field in fields(MonthFigures)}
    assert SCHEMA in PAGE
