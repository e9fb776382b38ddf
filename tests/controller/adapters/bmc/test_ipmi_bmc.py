"""IPMI by `ipmitool` against OpenIPMI's simulated BMC."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from servers.ipmi_bmc import IpmiBmc, ipmi_bmc
from servers.ports import free_port
from servers.process import wait_for
from thirdshift_controller.adapters.bmc.bmcs import Bmcs
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.management import BmcKind, BmcReading, BmcUnreachable
from thirdshift_controller.remedies.port import RemedyNotStarted, RemedyOrder, RemedyResult
from thirdshift_runbooks.page import RemoteAction

Open = Callable[..., tuple[Bmcs, Node]]


@pytest.fixture
def bmc(tmp_path: Path) -> Iterator[IpmiBmc]:
    with ipmi_bmc(tmp_path / "bmc") as one:
        yield one


def apply(bmcs: Bmcs, node: Node, action: RemoteAction) -> RemedyResult:
    return bmcs.apply(RemedyOrder(node, action, None, None, "INC-1/1"))


def names(reading: BmcReading) -> list[tuple[str, str]]:
    return [(f"{one.kind}:{one.code}", one.unit) for one in reading.troubles]


def test_a_well_node_shows_its_power_and_its_air(bmc: IpmiBmc, opened: Open) -> None:
    bmcs, node = opened(bmc.url)
    assert bmcs.read(node) == BmcReading(True, 6000.0, 24.0, (), ())


def test_warm_air_is_a_trouble_and_an_entry_of_the_log(bmc: IpmiBmc, opened: Open) -> None:
    bmcs, node = opened(bmc.url)
    bmc.show("Inlet Temp", 47)
    wait_for(lambda: bmcs.read(node).inlet_celsius == 47.0, "the sensor polled")
    reading = bmcs.read(node)
    assert names(reading) == [("inlet:hot", "inlet")]
    (entry,) = reading.log
    assert entry.code == "thermal_trip"
    assert entry.message == "Temperature Inlet Temp: Upper Non-recoverable going high"
    assert entry.at is not None
    assert "Upper Critical going high" in bmcs.log_text(node)


def test_a_supply_without_input_is_not_called_broken(bmc: IpmiBmc, opened: Open) -> None:
    bmcs, node = opened(bmc.url)
    bmc.state("PS1 Status", 1, True)
    assert names(bmcs.read(node)) == [("psu:failed", "PS1 Status")]
    bmc.state("PS1 Status", 3, True)
    bmc.state("PS Redundancy", 1, True)
    reading = bmcs.read(node)
    assert names(reading) == [
        ("psu:input_lost", "PS1 Status"),
        ("psu:redundancy_lost", "PS Redundancy"),
    ]
    assert [(entry.number, entry.code) for entry in reading.log] == [("1", "power"), ("2", "power")]


def test_a_fan_beyond_its_threshold_has_failed_unless_the_node_is_off(
    bmc: IpmiBmc, opened: Open
) -> None:
    bmcs, node = opened(bmc.url)
    bmc.show("FAN1", 210)
    wait_for(lambda: names(bmcs.read(node)) == [("fan:failed", "FAN1")], "the fan's trouble")
    (bmc.folder / "power").write_text("0\n", encoding="utf-8")
    reading = bmcs.read(node)
    assert (reading.power_on, reading.troubles) == (False, ())


def test_a_power_cycle_is_seen_through(bmc: IpmiBmc, opened: Open) -> None:
    bmcs, node = opened(bmc.url)
    result = apply(bmcs, node, RemoteAction.POWER_CYCLE)
    assert bmc.deeds == ["set power 0", "set power 1"]
    assert result.output == "seen off after the power cycle was accepted; it is on"
    assert result.exit_status == 0
    assert result.command.endswith("-U admin -E -L OPERATOR chassis power cycle")
    assert "secret" not in result.command


def test_a_node_that_is_off_is_not_switched_on_under_anybodys_hands(
    bmc: IpmiBmc, opened: Open
) -> None:
    (bmc.folder / "power").write_text("0\n", encoding="utf-8")
    bmcs, node = opened(bmc.url)
    with pytest.raises(RemedyNotStarted, match="the node is off"):
        apply(bmcs, node, RemoteAction.POWER_CYCLE)
    assert bmc.deeds == []


def test_a_bmc_restarts_without_touching_its_node(bmc: IpmiBmc, opened: Open) -> None:
    bmcs, node = opened(bmc.url)
    result = apply(bmcs, node, RemoteAction.BMC_RESET)
    assert result.output == "the BMC restarted and answers again"
    assert bmc.deeds == []


@pytest.mark.parametrize("wrong", ["user", "password"])
def test_a_wrong_log_in_is_told_from_a_dead_bmc(
    bmc: IpmiBmc, opened: Open, tmp_path: Path, wrong: str
) -> None:
    if wrong == "password":
        (tmp_path / "bmc.password").write_text("another\n", encoding="utf-8")
    user = "nobody" if wrong == "user" else "admin"
    bmcs, node = opened(bmc.url, user=user)
    with pytest.raises(BmcUnreachable) as failure:
        bmcs.read(node)
    file = tmp_path / "bmc.password"
    assert str(failure.value) == f"127.0.0.1 refuses {user} with the password in {file}; " + (
        "set them alike"
    )


def test_a_dead_bmc_does_not_answer_and_nothing_is_begun(opened: Open) -> None:
    bmcs, node = opened(f"ipmi://127.0.0.1:{free_port()}", timeout_seconds=1.0)
    with pytest.raises(RemedyNotStarted, match="does not answer IPMI; is it up"):
        apply(bmcs, node, RemoteAction.POWER_CYCLE)


def test_several_bmcs_are_several_nodes(tmp_path: Path, opened: Open) -> None:
    with ipmi_bmc(tmp_path / "a") as one, ipmi_bmc(tmp_path / "b") as other:
        other.state("PS1 Status", 1, True)
        readings = [bmcs.read(node) for bmcs, node in (opened(one.url), opened(other.url))]
    assert [[trouble.kind for trouble in reading.troubles] for reading in readings] == [
        [],
        [BmcKind.PSU],
    ]


def test_a_machine_without_ipmitool_says_so(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    bmcs, node = opened("ipmi://127.0.0.1")
    with pytest.raises(BmcUnreachable, match=r"ipmitool cannot be run: .*; install it where"):
        bmcs.read(node)


def test_without_a_password_file_the_table_is_named(opened: Open) -> None:
    bmcs, node = opened("ipmi://127.0.0.1", password_file=None)
    with pytest.raises(BmcUnreachable, match=r"\[bmc\] of controller.toml names no password_file"):
        bmcs.read(node)
