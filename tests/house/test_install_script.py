"""The script that installs the tests' servers: quick when all is there, clear when it cannot."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from house.sources import ROOT

PACKAGES = (
    "prometheus", "prometheus-alertmanager", "prometheus-node-exporter", "chromium", "tmux", "gcc",
)  # fmt: skip
SCRIPT = ROOT / "tests" / "servers" / "install.sh"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH with nothing but what the script itself calls, and an apt-get that writes down."""
    for tool in ("sort", "tr"):
        found = shutil.which(tool)
        assert found is not None
        (tmp_path / tool).symlink_to(found)
    _command(tmp_path / "apt-get", f'echo "$@" >> "{tmp_path}/calls"')
    return tmp_path


def run(path: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = None if path is None else {"PATH": str(path)}
    return subprocess.run(
        ["/bin/sh", str(SCRIPT)], env=environment, capture_output=True, text=True, check=False
    )


def test_with_everything_there_it_says_and_does_nothing() -> None:
    done = run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_rights_it_names_the_packages_and_installs_nothing(bare: Path) -> None:
    _command(bare / "id", "echo 1000")
    done = run(bare)
    assert done.returncode == 1
    assert "sudo apt-get install" in done.stderr
    for package in PACKAGES:
        assert f" {package} " in done.stderr
    assert not (bare / "calls").exists()


def test_as_root_it_installs_what_is_missing(bare: Path) -> None:
    _command(bare / "id", "echo 0")
    assert run(bare).returncode == 0
    update, install = (bare / "calls").read_text(encoding="utf-8").splitlines()
    assert update.startswith("update")
    assert "--no-install-recommends" in install
    assert "prometheus-alertmanager" in install.split()


def _command(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)
