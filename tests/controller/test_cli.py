"""The controller's commands: what a user sees when something is wrong is one clear sentence."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.site_files import FILES, write_site
from servers.ports import free_port
from servers.process import answers, wait_for
from thirdshift_controller.reports.formats import Format


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_site(tmp_path)
    return tmp_path


def command(folder: Path, *arguments: str, clock: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "thirdshift_controller", *arguments],
        cwd=folder,
        env={**os.environ, "THIRDSHIFT_CLOCK": clock},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def nowhere() -> str:
    return f"127.0.0.1:{free_port()}"


@pytest.mark.parametrize(
    ("file", "good", "bad", "sentence"),
    [
        ("site.toml", 'name = "R01-01"', 'nmae = "R01-01"', 'did you mean "name"?'),
        ("site.toml", "gpus = 8", "gpus = 0", "gpus"),
        ("site.toml", "America/Toronto", "America/Tronto", "America/Toronto"),
        ("controller.toml", "database", "[polling]\nintervall_seconds = 3\n#", "interval_seconds"),
        ("tokens.toml", '"lead"\ntoken', '"king"\ntoken', "role"),
        ("costs.toml", 'amount = "1500.00"', 'amount = "cheap"', "amount"),
        ("assets.csv", "30000.00", "cheap", "unit_price"),
    ],
)
def test_a_bad_line_is_named_with_its_file_and_remedy(
    folder: Path, file: str, good: str, bad: str, sentence: str
) -> None:
    (folder / file).write_text(FILES[file].replace(good, bad))
    asked = command(folder, "serve", "--config", "controller.toml", "--listen", nowhere())
    assert asked.returncode == 2
    assert f"{file}, line " in asked.stderr
    assert sentence in asked.stderr
    assert "Traceback" not in asked.stderr


def test_a_site_without_racks_says_what_belongs_there(folder: Path) -> None:
    (folder / "site.toml").write_text("")
    asked = command(folder, "serve", "--config", "controller.toml", "--listen", nowhere())
    assert asked.returncode == 2
    assert "site.toml is empty" in asked.stderr


@pytest.mark.parametrize("asked", [["serve"], ["report", "2026-10"]], ids=" ".join)
def test_a_page_of_the_sites_own_that_breaks_a_rule_is_named(
    folder: Path, asked: list[str]
) -> None:
    (folder / "runbooks").mkdir()
    (folder / "runbooks" / "Broken.md").write_text("Broken\n")
    text = FILES["controller.toml"] + '\n[catalogue]\noverrides = "runbooks"\n'
    (folder / "controller.toml").write_text(text)
    told = command(folder, *asked, "--config", "controller.toml")
    assert told.returncode == 2
    assert "runbooks/Broken.md:1: no title; begin the page with '# '" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_missing_file_is_named(folder: Path) -> None:
    asked = command(folder, "serve", "--config", "nowhere.toml")
    assert (asked.returncode, "nowhere.toml" in asked.stderr) == (2, True)


def test_evidence_that_could_not_be_kept_is_told_at_the_start(folder: Path) -> None:
    text = FILES["controller.toml"] + '\n[evidence]\nfolder = "site.toml/packs"\n'
    (folder / "controller.toml").write_text(text)
    asked = command(folder, "serve", "--config", "controller.toml", "--listen", nowhere())
    assert asked.returncode == 2
    assert "no evidence can be kept in site.toml/packs: Not a directory; name a" in asked.stderr
    assert "Traceback" not in asked.stderr


def test_a_port_in_use_is_named(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        asked = command(folder, "serve", "--config", "controller.toml", "--listen", address)
    assert asked.returncode == 2
    assert f"cannot listen on {address}" in asked.stderr


def test_a_clock_that_cannot_be_read_is_told_how_to_be_written(folder: Path) -> None:
    asked = command(folder, "report", "2026-11", "--config", "controller.toml", clock="fast")
    assert asked.returncode == 2
    assert "write it as" in asked.stderr


def test_the_report_of_a_month_without_data_says_so(folder: Path) -> None:
    asked = command(folder, "report", "2026-10", "--config", "controller.toml", "--out", "out")
    assert asked.returncode == 0, asked.stderr
    written = asked.stdout.split()
    assert [Path(one).name for one in written] == [f"2026-10.{one}" for one in Format]
    text = (folder / "out" / "2026-10.md").read_text(encoding="utf-8")
    assert "Not one hour of this month was recorded." in text


@pytest.mark.parametrize("month", ["2026-13", "november", "2026-1"])
def test_a_month_is_written_as_year_and_month(folder: Path, month: str) -> None:
    asked = command(folder, "report", month, "--config", "controller.toml")
    assert asked.returncode == 2
    assert "write it as 2026-11" in asked.stderr


def test_the_controller_ends_well_when_it_is_told_to(folder: Path) -> None:
    address = nowhere()
    arguments = ["serve", "--config", "controller.toml", "--listen", address]
    with subprocess.Popen(
        [sys.executable, "-m", "thirdshift_controller", *arguments],
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_for(lambda: answers(f"http://{address}/healthz"), "the controller's health")
        process.terminate()
        _, told = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in told
