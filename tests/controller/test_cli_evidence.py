"""`thirdshift-controller evidence`: the newest pack as a file, or why there is none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.site_files import write_site
from thirdshift_controller.remedies.shelf import Shelf
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.migrate import migrate
from thirdshift_controller.store.tables import IncidentRow
from thirdshift_controller.wire import Scope

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    write_site(tmp_path)
    store = Store(f"sqlite:///{tmp_path / 'thirdshift.db'}")
    migrate(store)
    with store.write() as session:
        session.add(
            IncidentRow(
                scope=Scope.GPU,
                scope_name="gpu-0101",
                node="gpu-0101",
                gpu_slot=3,
                gpus_out=1,
                runbook="row-remap-failure",
                title="A row could not be remapped",
                severity="critical",
                opened_at=NOON,
                begun_at=NOON,
                last_signal_at=NOON,
            )
        )
    yield Shelf(store, tmp_path / "evidence")
    store.close()


def evidence(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "thirdshift_controller", "evidence", *arguments]
    return subprocess.run(
        [*command, "--config", "controller.toml"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_newest_pack_is_copied_here(shelf: Shelf, tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        shelf.put(1, content, NOON, complete=True)
    asked = evidence(tmp_path, "INC-1")
    assert (asked.returncode, asked.stdout, asked.stderr) == (0, "INC-1.tar.gz\n", "")
    assert (tmp_path / "INC-1.tar.gz").read_bytes() == b"second"


def test_the_newest_pack_is_copied_to_where_it_is_wanted(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put(1, b"pack", NOON, complete=False)
    asked = evidence(tmp_path, "inc-1", "--out", "rma.tar.gz")
    assert (asked.returncode, asked.stdout) == (0, "rma.tar.gz\n")
    assert (tmp_path / "rma.tar.gz").read_bytes() == b"pack"


@pytest.mark.parametrize(
    ("incident", "sentence"),
    [
        ("INC-1", "there is no evidence of INC-1 yet; POST /v1/incidents/INC-1/evidence"),
        ("INC-2", "there is no incident INC-2"),
        ("1", "ids look like INC-12"),
    ],
)
def test_what_is_not_there_is_told(
    shelf: Shelf, tmp_path: Path, incident: str, sentence: str
) -> None:
    asked = evidence(tmp_path, incident)
    assert (asked.returncode, asked.stdout) == (2, "")
    assert asked.stderr.startswith("thirdshift-controller: ")
    assert sentence in asked.stderr


def test_a_place_that_cannot_be_written_to_is_named(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put(1, b"pack", NOON, complete=True)
    asked = evidence(tmp_path, "INC-1", "--out", "absent/rma.tar.gz")
    assert asked.returncode == 2
    assert "absent/rma.tar.gz" in asked.stderr
    assert "Traceback" not in asked.stderr
