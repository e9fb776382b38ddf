"""The wheel holds what an installation needs, and nothing of the tests."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest

from house.sources import ROOT, texts


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every file in a wheel built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_file_of_the_four_packages(names: set[str]) -> None:
    roots = ("agent/", "controller/", "runbooks/", "tui/")
    ours = {path.partition("/")[2] for path in texts() if path.startswith(roots)}
    assert not ours - names, "add them to [tool.hatch.build.targets.wheel] of pyproject.toml"
    assert "thirdshift_runbooks/pages/GpuFellOffBus.md" in names


def test_the_wheel_holds_the_examples(names: set[str]) -> None:
    shipped = {path for path in texts() if path.startswith("deploy/examples/")}
    inside = {path.replace("deploy/", "thirdshift_controller/", 1) for path in shipped}
    assert inside
    assert not inside - names


def test_the_wheel_holds_nothing_else(names: set[str]) -> None:
    strangers = {name for name in names if not name.startswith("thirdshift")}
    assert not strangers, "tests, docs and deploy files stay out of the wheel"
