"""The BMC of a simulated site, read from the shipped simulation."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from fakes.site import node
from servers.ports import free_port
from servers.process import answers, running
from thirdshift_controller.adapters.simulated import SimulatedBmc
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.management import BmcKind, BmcUnreachable


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    folder, port = tmp_path_factory.mktemp("room"), free_port()
    (folder / "nodes").write_text("gpu-1\ngpu-2\n", encoding="utf-8")
    command = [
        *(sys.executable, "-m", "thirdshift_agent", "simulate", "--gpus=4"),
        f"--nodes-file={folder / 'nodes'}",
        f"--listen=127.0.0.1:{port}",
        f"--state-dir={folder / 'state'}",
    ]
    url = f"http://127.0.0.1:{port}/gpu-1"
    with running(command, folder / "log", lambda: answers(f"{url}/v1/report")):
        yield replace(node("gpu-1"), agent=url)


@pytest.fixture
def bmc() -> Iterator[SimulatedBmc]:
    reader = SimulatedBmc(timeout_seconds=20.0)
    yield reader
    reader.close()


def inject(whom: Node, fault: str) -> None:
    httpx.post(
        f"{whom.agent}/sim/inject", json={"fault": fault}, trust_env=False
    ).raise_for_status()


def repair(whom: Node) -> None:
    httpx.post(f"{whom.agent}/sim/repair", json={}, trust_env=False).raise_for_status()


def test_a_well_node_draws_and_breathes(simulated: Node, bmc: SimulatedBmc) -> None:
    reading = bmc.read(simulated)
    assert reading.power_on
    assert reading.power_watts is not None
    assert reading.power_watts > 1_000
    assert reading.inlet_celsius == 23.0
    assert reading.troubles == ()


@pytest.mark.parametrize("kind", [kind for kind in BmcKind if kind not in ("bmc", "sel")])
def test_every_kind_of_trouble_can_be_had(
    simulated: Node, bmc: SimulatedBmc, kind: BmcKind
) -> None:
    code = {"inlet": "hot", "leak": "detected"}.get(kind, "failed")
    inject(simulated, f"{kind}:{code}")
    (trouble,) = bmc.read(simulated).troubles
    assert (trouble.kind, trouble.code) == (kind, code)
    repair(simulated)
    assert bmc.read(simulated).troubles == ()


def test_the_log_outlives_the_repair_and_is_evidence(simulated: Node, bmc: SimulatedBmc) -> None:
    inject(simulated, "sel:bus_fatal")
    repair(simulated)
    entry = bmc.read(simulated).log[-1]
    assert entry.code == "bus_fatal"
    assert entry.at is not None
    assert entry.at.tzinfo is not None
    assert bmc.log_text(simulated).endswith("Critical Interrupt: Bus Fatal Error asserted\n")


def test_a_bmc_that_hangs_is_unreachable(simulated: Node, bmc: SimulatedBmc) -> None:
    inject(simulated, "bmc:silent")
    with pytest.raises(BmcUnreachable, match="/gpu-1/sim/bmc does not answer"):
        bmc.read(simulated)
    repair(simulated)
    assert bmc.read(simulated).power_on


def test_what_is_no_bmc_is_unreachable(simulated: Node, bmc: SimulatedBmc) -> None:
    elsewhere = replace(simulated, agent=simulated.agent.replace("gpu-1", "gpu-9"))
    with pytest.raises(BmcUnreachable, match="404"):
        bmc.read(elsewhere)
