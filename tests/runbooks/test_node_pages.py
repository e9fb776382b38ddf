"""The pages of the node, its shell, the room and the program: our choices are held."""

from __future__ import annotations

import re

import pytest

from thirdshift_agent.watch import host_rules
from thirdshift_agent.wire import SignalKind
from thirdshift_runbooks.catalogue import Catalogue, load
from thirdshift_runbooks.page import Disposition, Outage, Page, RemoteAction, Unit, When

ANSWERS = {
    "pcie-link-degraded": "pcie:width pcie:generation",
    "pcie-fatal-error": "pcie:no_answer",
    "pcie-error-reported": "pcie:aer_fatal sel:bus_fatal",
    "pcie-link-noise": (
        "pcie:aer_corrected pcie:aer_nonfatal pcie:replays pcie:replay_rollover pcie:uncorrected"
    ),
    "gpu-too-hot": "thermal:hw_slowdown",
    "gpu-slowed-for-heat": "thermal:sw_slowdown",
    "inlet-warm": "inlet:warm",
    "inlet-hot": "inlet:hot",
    "thermal-trip": "sel:thermal_trip",
    "power-brake": "power:brake",
    "power-supply-failed": "psu:failed psu:redundancy_lost",
    "power-input-lost": "psu:input_lost",
    "power-event-logged": "sel:power",
    "feed-lost": "feed:lost",
    "sensor-alarm": "node:sensor_alarm",
    "fan-failed": "fan:failed fan:redundancy_lost",
    "fabric-link-down": "ib:down ib:cable_unplugged ib:cable_error",
    "fabric-link-unstable": "ib:flap ib:slow",
    "fabric-link-noise": "ib:errors",
    "nic-failed": "ib:nic_health",
    "drive-failed": "disk:controller_down disk:critical_warning disk:media_errors sel:drive",
    "drive-errors": "disk:io_error",
    "filesystem-broken": "disk:read_only disk:filesystem_error",
    "filesystem-full": "disk:full",
    "host-memory-failed": "memory:uncorrected memory:given_up sel:memory",
    "host-memory-corrected": "memory:corrected",
    "processor-error": "sel:processor",
    "machine-check": "kernel:machine_check",
    "node-silent": "node:silent",
    "agent-refuses-controller": "node:refuses",
    "kernel-crashed": "kernel:panic kernel:hard_lockup kernel:oops",
    "kernel-stalled": "kernel:soft_lockup kernel:rcu_stall kernel:hung_task",
    "kernel-log-overrun": "kernel:log_overrun",
    "scheduler-gave-up-node": "scheduler:down",
    "node-drained-by-others": "scheduler:drained",
    "bmc-silent": "bmc:silent",
    "driver-mismatch": "node:driver_mismatch",
    "fabric-manager-down": "fabric:manager_down",
    "silent-corruption-suspected": "sdc:suspected",
    "check-failed": "check:failed",
    "node-straggling": "straggler:slow",
    "lemon-node": "node:lemon",
    "rack-took-nodes-along": "burst:rack",
    "switch-took-nodes-along": "burst:switch",
    "feed-took-nodes-along": "burst:feed",
    "cooling-took-nodes-along": "burst:cooling",
    "driver-took-nodes-along": "burst:driver",
    "site-took-nodes-along": "burst:site",
    "gpu-replaced": "gpu:replaced",
    "failed-return": "node:failed_return",
    "leak-suspected": "leak:warning",
    "leak-detected": "leak:detected",
    "cooling-unit-alarm": "cdu:alarm",
    "cooling-lost": "cooling:lost",
    "budget-paused": "budget:paused",
    "out-of-memory-kill": "kernel:oom_kill",
}
LADDERS = {
    "pcie-link-degraded": "drain reboot power_cycle",
    "pcie-fatal-error": "drain reboot power_cycle",
    "gpu-too-hot": "drain",
    "power-brake": "drain",
    "fabric-link-down": "drain",
    "fabric-link-unstable": "drain",
    "nic-failed": "drain reboot power_cycle",
    "drive-failed": "drain",
    "filesystem-broken": "drain",
    "host-memory-failed": "drain reboot",
    "processor-error": "drain reboot power_cycle",
    "node-silent": "drain power_cycle",
    "kernel-crashed": "drain reboot power_cycle",
    "scheduler-gave-up-node": "service_restart",
    "bmc-silent": "bmc_reset",
    "driver-mismatch": "drain driver_reload reboot",
    "fabric-manager-down": "drain service_restart driver_reload reboot",
    "silent-corruption-suspected": "drain",
    "check-failed": "drain",
    "node-straggling": "drain",
    "lemon-node": "drain",
    "failed-return": "drain",
}
"""All others of these pages have none."""
OF_A_GPU = {
    "pcie-link-degraded",
    "pcie-fatal-error",
    "pcie-error-reported",
    "pcie-link-noise",
    "gpu-too-hot",
    "gpu-slowed-for-heat",
    "silent-corruption-suspected",
    "gpu-replaced",
}
OF_A_RACK = {
    "inlet-warm",
    "inlet-hot",
    "feed-lost",
    "rack-took-nodes-along",
    "switch-took-nodes-along",
    "feed-took-nodes-along",
    "leak-suspected",
    "leak-detected",
    "cooling-unit-alarm",
}
OF_THE_SITE = {
    "cooling-took-nodes-along",
    "driver-took-nodes-along",
    "site-took-nodes-along",
    "cooling-lost",
    "budget-paused",
}
OBSERVED = {
    "pcie-error-reported",
    "pcie-link-noise",
    "gpu-slowed-for-heat",
    "inlet-warm",
    "power-event-logged",
    "sensor-alarm",
    "fabric-link-noise",
    "drive-errors",
    "filesystem-full",
    "host-memory-corrected",
    "machine-check",
    "kernel-stalled",
    "kernel-log-overrun",
    "node-drained-by-others",
    "gpu-replaced",
    "budget-paused",
    "out-of-memory-kill",
}
REPEATED = {
    ("pcie:aer_fatal", "pcie-fatal-error", 2),
    ("sel:bus_fatal", "pcie-fatal-error", 2),
    ("pcie:uncorrected", "pcie-fatal-error", 3),
    ("pcie:aer_nonfatal", "pcie-fatal-error", 3),
    ("pcie:replay_rollover", "pcie-link-degraded", 2),
    ("pcie:replays", "pcie-link-degraded", 6),
    ("pcie:aer_corrected", "pcie-link-degraded", 6),
    ("thermal:sw_slowdown", "gpu-too-hot", 4),
    ("inlet:warm", "inlet-hot", 6),
    ("sel:power", "power-input-lost", 3),
    ("node:sensor_alarm", "fan-failed", 2),
    ("ib:errors", "fabric-link-unstable", 3),
    ("disk:io_error", "drive-failed", 3),
    ("memory:corrected", "host-memory-failed", 6),
    ("kernel:machine_check", "processor-error", 3),
    ("kernel:soft_lockup", "kernel-crashed", 3),
    ("kernel:rcu_stall", "kernel-crashed", 3),
    ("kernel:hung_task", "kernel-crashed", 3),
    ("check:failed", "silent-corruption-suspected", 3),
}
"""What is a nuisance once and a fault when it comes back: signal, page, bursts."""
TOLD_APART = [
    ("pcie:no_answer", "series", "00000000:5e:00.0 adapter", "nic-failed"),
    ("pcie:no_answer", "series", "00000000:c1:00.0 nvme", "drive-failed"),
    ("pcie:no_answer", "series", "00000000:c5:00.0 nvswitch", None),
    ("pcie:uncorrected", "series", "fatal", "pcie-fatal-error"),
    ("pcie:uncorrected", "series", "non_fatal, fatal", "pcie-fatal-error"),
    ("pcie:uncorrected", "series", "non_fatal", None),
    ("node:sensor_alarm", "series", "nct6798 nct6775.656 fan2 min", "fan-failed"),
    ("node:sensor_alarm", "series", "nct6798 nct6775.656 in3 max", None),
    ("disk:critical_warning", "series", "nvme0 temperature", "drive-errors"),
    ("disk:critical_warning", "series", "nvme0 spare_low", None),
    ("kernel:machine_check", "severity", "System Fatal error", "processor-error"),
    ("kernel:machine_check", "severity", "Corrected error", None),
    ("kernel:machine_check", "severity", "Corrected error, System Fatal error", "processor-error"),
    ("kernel:machine_check", "status", "be00000000800400", "processor-error"),
    ("kernel:machine_check", "status", "9c00004000010092, be00000000800400", "processor-error"),
    ("kernel:machine_check", "status", "8c00004000010092", None),
    ("node:silent", "refused", "yes", "agent-refuses-controller"),
    ("node:silent", "refused", "", None),
    ("check:failed", "check", "burn_in", "silent-corruption-suspected"),
    ("check:failed", "check", "nvbandwidth", None),
]
"""Signal, fact, what the fact says, the page that then answers instead."""
OF_THE_NODE = sorted(
    f"{rule.kind}:{rule.code}" for rule in host_rules.RULES if rule.kind is not SignalKind.GPU
)
ENDS_WORK = frozenset(RemoteAction) - {
    RemoteAction.DRAIN,
    RemoteAction.SERVICE_RESTART,
    RemoteAction.BMC_RESET,
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def ours(catalogue: Catalogue) -> list[Page]:
    return [catalogue.page(identifier) for identifier in ANSWERS]


@pytest.mark.parametrize("identifier", ANSWERS)
def test_a_page_answers_to_its_signals_and_to_no_other(
    catalogue: Catalogue, identifier: str
) -> None:
    assert sorted(catalogue.page(identifier).signals) == sorted(ANSWERS[identifier].split())


@pytest.mark.parametrize("identifier", ANSWERS)
def test_a_page_climbs_exactly_its_ladder(catalogue: Catalogue, identifier: str) -> None:
    assert " ".join(catalogue.page(identifier).ladder) == LADDERS.get(identifier, "")


def test_an_incident_is_about_the_smallest_thing_that_can_be_mended(catalogue: Catalogue) -> None:
    units = {unit: {page.id for page in ours(catalogue) if page.unit is unit} for unit in Unit}
    assert units[Unit.GPU] == OF_A_GPU
    assert units[Unit.RACK] == OF_A_RACK
    assert units[Unit.SITE] == OF_THE_SITE


def test_what_is_only_observed_is_a_list_that_somebody_chose(catalogue: Catalogue) -> None:
    observed = {page.id for page in ours(catalogue) if page.disposition is Disposition.OBSERVE}
    assert observed == OBSERVED


def test_what_is_observed_becomes_a_repair_when_it_comes_back(catalogue: Catalogue) -> None:
    repeated = {
        (when.signal, when.becomes, when.repeats)
        for page in ours(catalogue)
        for when in page.when
        if when.repeats > 1
    }
    assert repeated == REPEATED
    assert all(
        catalogue.page(becomes).disposition is Disposition.REPAIR for _, becomes, _ in repeated
    )


@pytest.mark.parametrize(("signal", "fact", "says", "becomes"), TOLD_APART)
def test_what_a_fact_says_decides_between_two_pages(
    catalogue: Catalogue, signal: str, fact: str, says: str, becomes: str | None
) -> None:
    rules = [when for when in catalogue.for_signal(signal).when if _speaks(when, signal, fact)]
    found = [when.becomes for when in rules if re.fullmatch(when.facts[fact], says)]
    assert rules
    assert found == ([becomes] if becomes else [])


def _speaks(when: When, signal: str, fact: str) -> bool:
    return when.signal == signal and fact in when.facts


@pytest.mark.parametrize("signal", OF_THE_NODE)
def test_everything_that_the_agent_reads_of_its_node_has_a_page(
    catalogue: Catalogue, signal: str
) -> None:
    assert catalogue.for_signal(signal).id in ANSWERS


def test_a_leak_gathers_its_whole_rack_and_nothing_is_tried_there(catalogue: Catalogue) -> None:
    leak = catalogue.for_signal("leak:detected")
    assert (leak.explains_below, leak.ladder) == (("*",), ())
    assert (leak.people, leak.takes_out) == (2, Outage.NODE)


def test_a_supply_without_input_is_no_broken_supply(catalogue: Catalogue) -> None:
    assert {"psu:failed", "psu:redundancy_lost"} <= {*catalogue.page("power-input-lost").explains}
    for when in catalogue.page("power-supply-failed").when:
        assert (when.becomes, when.beside) == ("power-input-lost", ("psu:input_lost",))


def test_the_busy_node_is_left_alone_for_its_bmc(catalogue: Catalogue) -> None:
    page = catalogue.for_signal("bmc:silent")
    assert not ENDS_WORK & {*page.ladder}
    assert page.takes_out is Outage.NOTHING
    assert "bmc:silent" in catalogue.for_signal("node:silent").explains


@pytest.mark.parametrize("scope", ["rack", "switch", "feed", "cooling", "driver", "site"])
def test_a_common_cause_has_no_rung_no_part_and_no_outage_of_its_own(
    catalogue: Catalogue, scope: str
) -> None:
    page = catalogue.for_signal(f"burst:{scope}")
    assert (page.ladder, page.takes_out, page.when) == ((), Outage.NOTHING, ())
    assert page.disposition is Disposition.REPAIR
    assert not page.proof.gpu_present
