"""`docs/report/`: October of the shipped example, the same bytes as the command writes.

THIRDSHIFT_GOLDEN=write pytest <this file>
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from thirdshift_controller.cli import main

SHOWN = Path(__file__).parents[2] / "docs" / "report"
FORMATS = ("html", "pdf", "json", "csv", "focus.csv")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    asked = [word for one in FORMATS for word in ("--format", one)]
    example = ("--example", "toronto-1024", "--out", str(folder))
    assert main(["report", "2026-10", *example, *asked]) == 0
    return folder


@pytest.mark.parametrize("form", FORMATS)
def test_the_report_that_is_shown_is_the_one_that_is_written(written: Path, form: str) -> None:
    name = f"2026-10.{form}"
    if os.environ.get("THIRDSHIFT_GOLDEN") == "write":
        SHOWN.mkdir(exist_ok=True)
        shutil.copyfile(written / name, SHOWN / name)
    assert (SHOWN / name).read_bytes() == (written / name).read_bytes()
