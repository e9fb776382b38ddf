"""Redfish by DMTF's client against a mock over TLS."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from servers.certificates import Authority, Issued
from servers.redfish_bmc import redfish_bmc
from servers.redfish_tree import CHASSIS, LEAKS, MODULE, RedfishBmc
from thirdshift_controller.adapters.bmc.bmcs import Bmcs
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.management import BmcReading, BmcUnreachable
from thirdshift_controller.remedies.port import RemedyNotStarted, RemedyOrder, RemedyResult
from thirdshift_runbooks.page import RemoteAction

Open = Callable[..., tuple[Bmcs, Node]]

unverified = pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
"""The library silences this warning where it is imported; pytest hears it all the same."""


@pytest.fixture
def bmc() -> RedfishBmc:
    return RedfishBmc()


@pytest.fixture
def url(bmc: RedfishBmc, issued: Issued) -> Iterator[str]:
    with redfish_bmc(bmc, issued) as served:
        yield served


@pytest.fixture
def bmcs(url: str, authority: Authority, opened: Open) -> tuple[Bmcs, Node]:
    return opened(url, ca_file=authority.certificate)


def read(bmcs: tuple[Bmcs, Node]) -> BmcReading:
    reader, node = bmcs
    return reader.read(node)


def told(reading: BmcReading) -> list[tuple[str, str]]:
    return [(f"{one.kind}:{one.code}", one.unit) for one in reading.troubles]


def unreachable(bmcs: tuple[Bmcs, Node]) -> str:
    with pytest.raises(BmcUnreachable) as failure:
        read(bmcs)
    return str(failure.value)


def apply(bmcs: tuple[Bmcs, Node], action: RemoteAction, key: str = "INC-1/1") -> RemedyResult:
    remedy, node = bmcs
    return remedy.apply(RemedyOrder(node, action, None, None, key))


def test_a_well_node_shows_its_power_and_its_air(bmcs: tuple[Bmcs, Node]) -> None:
    assert read(bmcs) == BmcReading(True, 6200.0, 24.0, (), ())


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize("expands", [False, True])
def test_troubles_are_told_by_the_name_of_their_part(
    bmc: RedfishBmc, bmcs: tuple[Bmcs, Node], older: bool, expands: bool
) -> None:
    bmc.older, bmc.expands = older, expands
    bmc.supplies["PSU2"] = {"Status": {"State": "Enabled", "Health": "Critical"}}
    bmc.supplies["PSU3"] = {"LineInputStatus": "LossOfInput", "Status": {"Health": "Critical"}}
    bmc.supplies["PSU6"] = {"Status": {"State": "Absent", "Health": "Critical"}}
    bmc.fans["Fan 4"] = {"Status": {"State": "Enabled", "Health": "Warning"}}
    bmc.redundancy = {"State": "Enabled", "Health": "Warning"}
    bmc.inlet_celsius = 36.5
    reading = read(bmcs)
    group = "PSU Redundancy" if older else "redundancy 1"
    assert told(reading) == [
        ("psu:failed", "PSU2"),
        ("psu:input_lost", "PSU3"),
        ("psu:redundancy_lost", group),
        ("fan:failed", "Fan 4"),
        ("inlet:hot", "inlet"),
    ]
    assert (reading.power_watts, reading.inlet_celsius) == (6200.0, 36.5)


@pytest.mark.parametrize(("state", "code"), [("Warning", "warning"), ("Critical", "detected")])
def test_a_wet_leak_detector_is_told(
    bmc: RedfishBmc, bmcs: tuple[Bmcs, Node], state: str, code: str
) -> None:
    bmc.leaks["LeakDetector 2"] = state
    assert told(read(bmcs)) == [(f"leak:{code}", "LeakDetector 2")]


def test_without_an_intake_in_the_summary_the_sensors_are_asked(
    bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]
) -> None:
    bmc.silent_summary, bmc.inlet_celsius = True, 33.0
    assert told(read(bmcs)) == [("inlet:warm", "inlet")]


def test_what_cannot_be_read_is_unknown_and_the_rest_is_told(
    bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]
) -> None:
    bmc.broken = {f"{CHASSIS}/EnvironmentMetrics": 500, LEAKS: 503}
    bmc.watts, bmc.fans["Fan 1"] = None, {"Status": {"Health": "Critical"}}
    reading = read(bmcs)
    assert (reading.power_watts, told(reading)) == (None, [("fan:failed", "Fan 1")])


def test_the_fans_of_a_node_that_is_off_may_stand_still(
    bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]
) -> None:
    bmc.power, bmc.fans["Fan 1"] = "Off", {"Status": {"Health": "Critical"}}
    reading = read(bmcs)
    assert (reading.power_on, reading.troubles) == (False, ())


def test_a_gpu_is_a_chassis_that_is_not_walked(bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]) -> None:
    read(bmcs)
    bmc.asked.clear()
    read(bmcs)
    assert not [path for path in bmc.asked if path.startswith(MODULE)]
    assert len(bmc.asked) == 10


def test_log_entries_that_mean_something_are_told_with_their_instant(
    bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]
) -> None:
    bmc.log(1, "Fan 4 speed is low.", SensorType="Fan", Severity="Warning")
    bmc.log(
        2,
        "A bus fatal error was detected on a component at bus 58 device 0 function 0.",
        SensorType="Critical Interrupt",
        Created="2026-11-02T08:00:00-05:00",
    )
    bmc.log(3, "Uncorrectable ECC", SensorType="Memory", EntryCode="Deassert")
    bmc.log(4, "Uncorrectable ECC", SensorType="Memory", Created="1970-01-01T00:00:40Z")
    bus, memory = read(bmcs).log
    assert (bus.number, bus.code) == ("SEL/2", "bus_fatal")
    assert bus.at == datetime(2026, 11, 2, 13, 0, tzinfo=UTC)
    assert bus.message.startswith("Critical Interrupt: A bus fatal error")
    assert (memory.number, memory.code, memory.at) == ("SEL/4", "memory", None)


def test_of_a_long_log_the_beginning_and_the_end_are_read(
    bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]
) -> None:
    bmc.page_size = 50
    for number in range(1, 1001):
        bmc.log(number, "Thermal Trip", SensorType="Processor")
    numbers = [int(entry.number.removeprefix("SEL/")) for entry in read(bmcs).log]
    assert numbers == [*range(1, 51), *range(801, 1001)]
    reader, node = bmcs
    assert len(reader.log_text(node).splitlines()) == 1000


def test_a_session_is_kept_and_given_back(bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]) -> None:
    read(bmcs)
    (session,) = bmc.sessions
    read(bmcs)
    assert bmc.sessions == {session}
    bmcs[0].close()
    assert bmc.sessions == set()


def test_a_session_that_ended_is_begun_anew(bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]) -> None:
    read(bmcs)
    bmc.sessions.clear()
    assert read(bmcs).power_on is True
    assert len(bmc.sessions) == 1


def test_a_bmc_without_sessions_is_shown_the_password(
    bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]
) -> None:
    bmc.has_sessions = False
    assert read(bmcs).power_on is True


@pytest.mark.parametrize("has_sessions", [True, False])
def test_a_wrong_password_is_named_with_its_file(
    bmc: RedfishBmc, bmcs: tuple[Bmcs, Node], tmp_path: Path, has_sessions: bool
) -> None:
    bmc.password, bmc.has_sessions = "another", has_sessions
    expected = f"refuses admin with the password in {tmp_path / 'bmc.password'}; set them alike"
    assert unreachable(bmcs).endswith(expected)


def test_a_new_password_needs_no_restart(
    bmc: RedfishBmc, bmcs: tuple[Bmcs, Node], tmp_path: Path
) -> None:
    read(bmcs)
    bmc.password = "another"
    bmc.sessions.clear()
    unreachable(bmcs)
    (tmp_path / "bmc.password").write_text("another\n", encoding="utf-8")
    assert read(bmcs).power_on is True


def test_a_certificate_of_a_stranger_is_not_believed(
    url: str, bmc: RedfishBmc, opened: Open, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path / "other", "stranger")
    sentence = unreachable(opened(url, ca_file=stranger.certificate))
    assert "certificate not trusted: " in sentence
    assert "name its authority as ca_file in [bmc]" in sentence
    assert bmc.sessions == set()


@unverified
def test_without_verifying_any_certificate_is_believed(url: str, opened: Open) -> None:
    assert read(opened(url, verify=False)).power_on is True


def test_without_an_authority_the_systems_are_believed(url: str, opened: Open) -> None:
    assert "certificate not trusted" in unreachable(opened(url))


def test_plain_http_is_what_the_url_says(bmc: RedfishBmc, opened: Open) -> None:
    with redfish_bmc(bmc, None) as url:
        assert read(opened(url)).power_on is True
        assert "no TLS with it" in unreachable(opened(url.replace("http", "https")))


def test_a_dead_bmc_and_a_deaf_one_are_told_apart(opened: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        sentence = unreachable(opened(f"https://127.0.0.1:{port}", timeout_seconds=0.5))
        assert "no answer in 0.5 s; is it up, and at this address?" in sentence
    assert "cannot be reached: Connection refused" in unreachable(
        opened(f"https://127.0.0.1:{port}")
    )


@unverified
def test_several_bmcs_are_several_nodes(issued: Issued, opened: Open) -> None:
    first, second = RedfishBmc(inlet_celsius=20.0), RedfishBmc(inlet_celsius=40.0)
    with redfish_bmc(first, issued) as one, redfish_bmc(second, issued) as other:
        bmcs, node = opened(one, verify=False)
        assert bmcs.read(node).inlet_celsius == 20.0
        assert bmcs.read(replace(node, bmc=other)).inlet_celsius == 40.0


def test_a_power_cycle_is_seen_through(bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]) -> None:
    result = apply(bmcs, RemoteAction.POWER_CYCLE)
    assert (result.exit_status, bmc.resets, bmc.power) == (0, ["PowerCycle"], "On")
    assert result.output == "seen off after the power cycle was accepted; it is on"
    assert result.command.endswith("ComputerSystem.Reset PowerCycle")


def test_without_a_cycle_the_node_is_switched_off_and_on(
    bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]
) -> None:
    bmc.reset_types.remove("PowerCycle")
    result = apply(bmcs, RemoteAction.POWER_CYCLE)
    assert bmc.resets == ["ForceOff", "On"]
    assert "knows no PowerCycle, only On, ForceOff, ForceRestart" in result.output


def test_a_node_that_is_off_is_not_switched_on(bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]) -> None:
    bmc.power = "Off"
    with pytest.raises(RemedyNotStarted, match="the node is off"):
        apply(bmcs, RemoteAction.POWER_CYCLE)
    assert bmc.resets == []


def test_what_a_bmc_refuses_has_not_begun(bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]) -> None:
    bmc.reset_types = ["GracefulShutdown"]
    with pytest.raises(RemedyNotStarted, match="knows no ForceOff, only GracefulShutdown"):
        apply(bmcs, RemoteAction.POWER_CYCLE)
    assert bmc.resets == []


def test_a_bmc_restarts_and_answers_again(bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]) -> None:
    result = apply(bmcs, RemoteAction.BMC_RESET)
    assert bmc.resets == ["BMC GracefulRestart"]
    assert result.output == "the BMC restarted and answers again"


def test_the_same_order_is_never_sent_twice(bmc: RedfishBmc, bmcs: tuple[Bmcs, Node]) -> None:
    apply(bmcs, RemoteAction.POWER_CYCLE)
    with pytest.raises(RemedyNotStarted, match="INC-1/1 has been sent before"):
        apply(bmcs, RemoteAction.POWER_CYCLE)
    assert bmc.resets == ["PowerCycle"]


def test_other_rungs_are_nothing_that_a_bmc_does(bmcs: tuple[Bmcs, Node]) -> None:
    with pytest.raises(RemedyNotStarted, match="gpu_reset is nothing that a BMC does"):
        apply(bmcs, RemoteAction.GPU_RESET)


def test_a_node_without_a_bmc_is_named(opened: Callable[..., Any]) -> None:
    bmcs, node = opened(None)
    order = RemedyOrder(node, RemoteAction.POWER_CYCLE, None, None, "INC-1/1")
    with pytest.raises(RemedyNotStarted, match="gpu-1 has no bmc; give it one in the site file"):
        bmcs.apply(order)
    assert bmcs.describe(order).startswith("nothing: gpu-1 has no bmc")
