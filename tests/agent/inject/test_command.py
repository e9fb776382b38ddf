"""`thirdshift-agent inject`, as somebody types it: into a simulated agent, and into a library."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.test_agent_process import agent, ask
from servers.nvml_library import NvmlLibrary
from servers.process import wait_for
from thirdshift_agent.inject.catalogue import FAULTS


def test_a_simulated_gpu_breaks_and_is_mended(tmp_path: Path) -> None:
    state = f"--state-dir={tmp_path / 'state'}"
    with agent(tmp_path, "--backend=simulated") as node:
        wait_for(lambda: node.get("/v1/report").is_success, "the first snapshot")
        assert ask("inject", "remap:failed", "--slot=3", state)[:2] == (
            0,
            "slot 3: remap:failed\n",
        )
        wait_for(lambda: node.codes() == ["failed"], "the signal")
        assert ask("inject", "--repair", "--slot=3", state)[:2] == (0, "slot 3: repaired\n")
        wait_for(lambda: not node.report()["snapshot"]["gpus"][3]["remap_failed"], "the repair")


def test_a_stand_in_library_and_its_log_show_a_fault(tmp_path: Path) -> None:
    library, log = NvmlLibrary(tmp_path / "nvml"), tmp_path / "kmsg"
    log.touch()
    into = (
        f"--nvml-control={library.control}",
        f"--kmsg={log}",
        f"--state-dir={tmp_path / 'state'}",
    )
    with agent(tmp_path, f"--kmsg={log}", environment=library.environment()) as node:
        wait_for(lambda: node.get("/v1/report").is_success, "the first snapshot")
        assert ask("inject", "pcie:aer_fatal", "--slot=3", *into)[0] == 0
        wait_for(lambda: node.codes() == ["aer_fatal"], "the log's word")
        assert node.report()["signals"][0]["gpu_slot"] == 3
        assert ask("inject", "gpu:lost", "--slot=5", *into)[0] == 0
        wait_for(lambda: node.codes() == ["aer_fatal", "lost"], "the sampler's word")
        assert ask("inject", "--repair", *into)[0] == 0
        assert library._table.get("lost", 5) is None


def test_a_real_gpu_is_left_alone(tmp_path: Path) -> None:
    library = NvmlLibrary(tmp_path / "nvml")
    with agent(tmp_path, environment=library.environment()) as node:
        wait_for(lambda: node.get("/v1/report").is_success, "the first snapshot")
        status, _, said = ask("inject", "gpu:lost", f"--state-dir={tmp_path / 'state'}")
        assert (status, "watches real GPUs" in said) == (2, True)


def test_every_fault_is_listed() -> None:
    status, told, _ = ask("inject", "--list")
    assert (status, [line.split()[0] for line in told.splitlines()]) == (0, list(FAULTS))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "name a fault, or --repair, or --list"),
        (["nvlink:dwn", "--nvml-control=CONTROL"], "fault 'nvlink:dwn' is unknown; --list tells"),
        (["xid:79", "--nvml-control=CONTROL"], "no agent has seen a GPU in slot 0"),
        (["nvlink:down"], "no agent runs there"),
        (["nvlink:down", "--slot=99"], "'99': give a slot from 0 to 63"),
    ],
)
def test_what_cannot_be_injected_is_refused_in_one_sentence(
    tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    given = [each.replace("CONTROL", str(tmp_path / "control")) for each in arguments]
    status, told, said = ask("inject", *given, f"--state-dir={tmp_path}")
    assert (status, told, said.count("\n")) == (2, "", 1)
    assert sentence in said
