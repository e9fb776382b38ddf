"""The page of the controller's metrics is what it serves.

THIRDSHIFT_GOLDEN=write pytest <this file>
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import promql_parser
import pytest

from docs.controller_metrics_page import QUESTIONS, page, served
from fakes.scrape import Page
from fakes.world import World, started
from servers.process import need

FILE = Path(__file__).parents[2] / "docs" / "metrics-controller.md"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with started(tmp_path) as made:
        made.agent("gpu-1").says(made.now, "xid:64", 3)
        made.turn()
        made.turn(made.burst)
        made.turn()
        yield made


def test_the_page_is_up_to_date(world: World) -> None:
    text = page(world)
    if os.environ.get("THIRDSHIFT_GOLDEN") == "write":
        FILE.write_text(text, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == text


def test_every_metric_that_is_served_stands_there(world: World) -> None:
    told = set(re.findall(r"^\| `(\w+)`", FILE.read_text(encoding="utf-8"), re.MULTILINE))
    headed = set(re.findall(r"^# TYPE (\w+)", Page(served(world)).text, re.MULTILINE))
    assert {name for name in headed if not name.endswith("_created")} == told


def test_prometheus_has_nothing_against_any_name_or_help(world: World) -> None:
    command = [need("promtool"), "check", "metrics"]
    text = Page(served(world)).text.encode()
    checked = subprocess.run(command, input=text, capture_output=True, timeout=60, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, b"")


@pytest.mark.parametrize("query", QUESTIONS.values())
def test_a_query_is_one_and_asks_for_what_is_served(query: str, world: World) -> None:
    promql_parser.parse(query)
    (name,) = re.findall(r"thirdshift_\w+", query)
    assert f"\n{name}{{" in Page(served(world)).text or name == "thirdshift_bmc_look_age_seconds"
