"""What `docs/schedulers.md` shows is what the controller reads and does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fakes.orders import drain
from thirdshift_controller.adapters.kubernetes_objects import DRAINED_FOR, REASON, TAINT
from thirdshift_controller.config import load_controller
from thirdshift_controller.config.scheduler import SchedulerKind, SchedulerTable
from thirdshift_controller.remedies.scheduling import reason_of

PAGE = (Path(__file__).parents[2] / "docs" / "schedulers.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in ("etc/slurm/slurm.conf", "opt/slurm/bin/scontrol", "opt/slurm/bin/squeue"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch(mode=0o755)
    (tmp_path / "kubeconfig").touch()
    return tmp_path


def load(folder: Path, example: str) -> SchedulerTable:
    """The example, with the system's folders below this one."""
    file = folder / "controller.toml"
    file.write_text(re.sub(r'"/(etc|opt)/', rf'"{folder}/\1/', example), encoding="utf-8")
    return load_controller(file, {}).scheduler


def test_both_examples_load_and_show_every_key_of_their_kind(folder: Path) -> None:
    slurm, kubernetes = (load(folder, example) for example in EXAMPLES)
    assert (slurm.kind, kubernetes.kind) == (SchedulerKind.SLURM, SchedulerKind.KUBERNETES)
    assert slurm.model_fields_set == {"kind", "slurm_conf", "bin_folder"}
    assert kubernetes.model_fields_set == {"kind", "kubeconfig", "context", "evict"}
    assert kubernetes.evict is SchedulerTable().evict


def test_what_a_drain_writes_is_written_there() -> None:
    assert f'reason="{reason_of(drain("N"))}"' in PAGE
    for name in (DRAINED_FOR, REASON, f"{TAINT}=INC-12:NoSchedule"):
        assert f"`{name}`" in PAGE


def test_the_page_says_what_was_not_tested() -> None:
    assert "**Kubernetes was not tested\nagainst an API server.**" in PAGE
