"""The pages of metrics are what the rows say. THIRDSHIFT_GOLDEN=write pytest <this file>"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from docs.metrics_page import Subject, of_gpus, of_node, pages
from servers.process import need
from thirdshift_agent.collectors.gpu.source import GpuRow, Several
from thirdshift_agent.collectors.row import Row
from thirdshift_agent.page.pages import Pages, Section

DOCS = Path(__file__).parents[2] / "docs"
UNIT = re.compile(r"_(seconds|bytes|watts|joules|celsius|hertz|ratio|total|info|per_second)$")
OTHER_UNIT = re.compile(
    r"milli|micro|nano|kilo|mega|giga|_(ms|us|ns|mw|kw|mhz|ghz|mib|gib|mb|percent|minutes|hours)(_|$)"
)


ROWS = [(subject, row) for subject in (*of_gpus(), *of_node()) for row in subject.rows]


@pytest.mark.parametrize(("name", "text"), pages().items(), ids=list(pages()))
def test_a_page_is_up_to_date(name: str, text: str) -> None:
    if os.environ.get("THIRDSHIFT_GOLDEN") == "write":
        (DOCS / name).write_text(text, encoding="utf-8")
    assert (DOCS / name).read_text(encoding="utf-8") == text


def test_every_metric_stands_there_once() -> None:
    names = [subject.prefix + row.name for subject, row in ROWS]
    assert len(names) == len(set(names)), "two rows of one name make a page that cannot be read"
    told = re.findall(r"^\| `(\w+)`", "".join(pages().values()), flags=re.MULTILINE)
    assert told == names


def test_prometheus_has_nothing_against_any_name_or_help() -> None:
    sections = [
        Section([row], {(row.name, ("x",) * len(row.labels)): 1.0}, subject.prefix)
        for subject, row in ROWS
    ]
    command = [need("promtool"), "check", "metrics"]
    text = Pages().write(sections).body
    checked = subprocess.run(command, input=text, capture_output=True, timeout=60, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, b"")


@pytest.mark.parametrize(("subject", "row"), ROWS, ids=[row.name for _, row in ROWS])
def test_a_row_is_named_and_explained_as_the_house_does(subject: Subject, row: Row) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*[a-z0-9]", row.name)
    assert not OTHER_UNIT.search(row.name), "base units, please"
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", label) for label in row.labels)
    assert len(set(row.labels)) == len(row.labels)
    assert row.help[0].isupper()
    assert row.help.endswith(".")
    assert "\n" not in row.help
    if not UNIT.search(row.name):
        assert not re.search(r"\b(bytes|watts|seconds|hertz|degrees)\b", row.help, re.IGNORECASE)
    if isinstance(row, GpuRow) and not isinstance(row.sources, Several):
        assert {len(labels) for labels in row.sources} == {len(row.labels)}
