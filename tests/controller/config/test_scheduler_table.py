"""`[scheduler]` of `controller.toml`: what cannot be used is named with line, key and remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from thirdshift_controller.config import ConfigError, load_controller
from thirdshift_controller.config.scheduler import SchedulerKind, SchedulerTable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Slurm's configuration and commands, and a kubeconfig, beside the file that names them."""
    (tmp_path / "slurm.conf").touch()
    (tmp_path / "kubeconfig").touch()
    (tmp_path / "bin").mkdir()
    (tmp_path / "half").mkdir()
    for command in ("bin/scontrol", "bin/squeue", "half/scontrol"):
        (tmp_path / command).touch(mode=0o755)
    return tmp_path


Load = Callable[..., SchedulerTable]


@pytest.fixture
def load(folder: Path) -> Load:
    def load(*keys: str) -> SchedulerTable:
        file = folder / "controller.toml"
        file.write_text("\n".join(["[scheduler]", *keys]), encoding="utf-8")
        return load_controller(file, {}).scheduler

    return load


SLURM, KUBERNETES = 'kind = "slurm"', 'kind = "kubernetes"'


def test_slurms_files_are_found_beside_the_file(folder: Path, load: Load) -> None:
    table = load(SLURM, 'slurm_conf = "slurm.conf"', 'bin_folder = "bin"')
    assert (table.slurm_conf, table.bin_folder) == (folder / "slurm.conf", folder / "bin")


def test_the_kubeconfig_is_found_beside_the_file(folder: Path, load: Load) -> None:
    table = load(KUBERNETES, 'kubeconfig = "kubeconfig"', 'context = "site"', "evict = true")
    assert (table.kubeconfig, table.context) == (folder / "kubeconfig", "site")
    assert table.evict is True


def test_nothing_is_needed_beside_the_kind(load: Load) -> None:
    assert load(SLURM).slurm_conf is None
    table = load(KUBERNETES)
    assert (table.kubeconfig, table.evict) == (None, False)
    assert SchedulerTable().kind is SchedulerKind.NONE


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (['kind = "slurn"'], "line 2: scheduler.kind: must be one of none, slurm, kubernetes"),
        ([SLURM, 'slurm_conf = "x"'], "line 3: scheduler.slurm_conf: {}/x: there is no such file"),
        ([SLURM, 'bin_folder = "half"'], "line 3: scheduler.bin_folder: {}/half holds no squeue"),
        ([SLURM, 'bin_folder = "no"'], "line 3: scheduler.bin_folder: {}/no holds no scontrol"),
        (
            [KUBERNETES, 'kubeconfig = "x"'],
            "line 3: scheduler.kubeconfig: {}/x: there is no such file; mend the path",
        ),
        (
            [SLURM, "evict = true"],
            'line 1: scheduler: evict is for kind = "kubernetes", and kind is "slurm"; remove it',
        ),
        (
            [KUBERNETES, 'slurm_conf = "slurm.conf"'],
            'line 1: scheduler: slurm_conf is for kind = "slurm", and kind is "kubernetes"; rem',
        ),
        (
            ['bin_folder = "bin"'],
            'line 1: scheduler: bin_folder is for kind = "slurm", and kind is "none"; remove it',
        ),
        (
            [KUBERNETES, 'context = "site"'],
            "line 1: scheduler: context is one of a kubeconfig; name its file with kubeconfig",
        ),
        (
            [SLURM, "jobs_may_die = true"],
            'line 1: scheduler: jobs_may_die is for kind = "none", and kind is "slurm", which kno',
        ),
        ([KUBERNETES, 'evict = "yes"'], "line 3: scheduler.evict: must be true or false"),
        ([KUBERNETES, "timeout_seconds = 0"], "line 3: scheduler.timeout_seconds: must be more"),
        ([SLURM, 'slurmconf = "x"'], "line 3: scheduler.slurmconf: is not known here; did you"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(
    folder: Path, load: Load, keys: list[str], expected: str
) -> None:
    with pytest.raises(ConfigError) as refusal:
        load(*keys)
    said = expected.replace("{}", str(folder))
    assert str(refusal.value).startswith(f"{folder / 'controller.toml'}, {said}")
