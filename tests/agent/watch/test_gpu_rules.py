"""Every rule for a GPU: what makes it speak, once, and what does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from fakes.full_gpu import DIVIDED, WHOLE, equip
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.collectors.gpu import ALL
from thirdshift_agent.collectors.gpu.source import GpuRow, Several
from thirdshift_agent.collectors.row import Readings, Series
from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.observation import Observation
from thirdshift_agent.simulated.card import Card
from thirdshift_agent.simulated.workload import Workload
from thirdshift_agent.watch.gpu_rules import RULES
from thirdshift_agent.watch.rule import Stays
from thirdshift_agent.watch.rules import RuleWatch, Unit

START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
ROWS = {row.name: row for each in ALL for row in each.rows}
BY_NAME = {rule.name: rule for rule in RULES}
LOOKS = 4
"""More than any rule needs to be sure."""


def one(name: str, *labels: str, value: float = 1.0) -> dict[Series, float]:
    return {(name, labels): value}


def speeds(*speeds: float) -> dict[Series, float]:
    row = "nvlink_speed_bytes_per_second"
    return {(row, (str(link),)): speed for link, speed in enumerate(speeds)}


def told(*each: Readings, uptime_seconds: float = 1e6) -> list[str]:
    """Rules that speak while a GPU is looked at every ten seconds."""
    seen = list[Observation]()
    watch = RuleWatch(RULES, seen.append, KeptFile(), lambda: uptime_seconds)
    for place, readings in enumerate(each):
        at = START + timedelta(seconds=10 * place)
        watch.look([Unit("GPU-3", "GPU 3", readings, readings)], at)
    return [one.facts["rule"] for one in seen]


def state(row: str, *labels: str, well: float, bad: float) -> tuple[Readings, Readings]:
    return one(row, *labels, value=well), one(row, *labels, value=bad)


def counter(row: str, *labels: str, by: float = 1) -> tuple[Readings, Readings]:
    return one(row, *labels, value=5), one(row, *labels, value=5 + by)


FAST = one("pcie_generation_max", value=5) | one("utilisation_ratio", value=0.9)
WIDE = one("pcie_width_max", value=16)
BAD: dict[str, tuple[Readings, Readings]] = {
    "recovery-action": state("recovery_action_code", well=0, bad=9),
    "ecc-uncorrected-dram": counter("ecc_errors_total", "uncorrected", "dram"),
    "ecc-uncorrected-sram": counter("ecc_errors_total", "uncorrected", "sram"),
    "ecc-corrected-storm": counter("ecc_volatile_errors_total", "corrected", "dram", by=100),
    "ecc-sram-threshold": state("ecc_sram_threshold_exceeded", well=0, bad=1),
    "ecc-disabled": state("ecc_enabled", well=1, bad=0),
    "remap-pending": state("remap_pending", well=0, bad=1),
    "remap-failed": state("remap_failed", well=0, bad=1),
    "remap-no-spares": state("remap_banks", "none", well=0, bad=1),
    "page-pending": state("retired_pages_pending", well=0, bad=1),
    "nvlink-down": state("nvlink_up", "4", well=1, bad=0),
    "nvlink-slow": (speeds(26e9, 26e9), speeds(26e9, 13e9)),
    "nvlink-rare-errors": counter("nvlink_errors_total", "4", "recovery"),
    "nvlink-many-errors": counter("nvlink_errors_total", "4", "crc", by=100),
    "fabric-left": state("fabric_state", "completed", well=1, bad=0),
    "fabric-error": state("fabric_error_code", well=0, bad=999),
    "fabric-suffers": state("fabric_suffers", "route_unhealthy", well=0, bad=1),
    "pcie-width": (WIDE | one("pcie_width", value=16), WIDE | one("pcie_width", value=8)),
    "pcie-generation": (
        FAST | one("pcie_generation", value=5),
        FAST | one("pcie_generation", value=4),
    ),
    "pcie-replays": counter("pcie_replays_total", by=30),
    "pcie-replay-rollover": counter("pcie_replay_rollovers_total"),
    "pcie-uncorrected": counter("pcie_errors_total", "fatal"),
    "thermal-hardware": counter("throttle_seconds_total", "hw_thermal_slowdown"),
    "thermal-software": counter("throttle_seconds_total", "sw_thermal_slowdown", by=5),
    "thermal-now": state("throttle_reason", "hw_thermal_slowdown", well=0, bad=1),
    "power-brake": counter("throttle_seconds_total", "hw_power_brake"),
    "power-brake-now": state("throttle_reason", "hw_power_brake", well=0, bad=1),
}
"""By rule: a well GPU, and the same one where the rule must speak."""

FEW = counter("ecc_volatile_errors_total", "corrected", "dram", by=99)

GRADUAL = {"nvlink-down", "nvlink-slow", "fabric-left", "fabric-error", "fabric-suffers"}
"""Rules that wait after a boot."""


@pytest.mark.parametrize("name", BY_NAME)
def test_each_rule_speaks_once_and_again_only_after_it_was_well(name: str) -> None:
    well, bad = BAD[name]
    assert told(*[well] * 10) == []
    assert told(*[well] * 10, *[bad] * LOOKS) == [name]
    assert told(*[well] * 10, *[bad] * 20) == [name]
    if isinstance(BY_NAME[name].test, Stays):
        assert told(*[*[well] * LOOKS, *[bad] * LOOKS] * 2) == [name, name]


@pytest.mark.parametrize("name", BY_NAME)
def test_a_rule_for_what_comes_up_slowly_waits_after_a_boot(name: str) -> None:
    well, bad = BAD[name]
    looks = [*[well] * 3, *[bad] * LOOKS]
    assert told(*looks, uptime_seconds=60) == ([] if name in GRADUAL else [name])


@pytest.mark.parametrize(
    "looks",
    [
        pytest.param([one("nvlink_up", "4", value=0)] * 9, id="a link that never was up"),
        pytest.param([one("fabric_state", "completed", value=0)] * 9, id="no fabric"),
        pytest.param([one("ecc_enabled", value=0)] * 9, id="ECC that never was on"),
        pytest.param([speeds(26e9, 0.0)] * 9, id="a link without a speed"),
        pytest.param([one("pcie_width", value=8)] * 9, id="a width with nothing beside it"),
        pytest.param(
            [FAST | one("utilisation_ratio", value=0.1) | one("pcie_generation", value=1)] * 9,
            id="an idle card that slowed its link down",
        ),
        pytest.param(
            [one("pcie_generation_max", value=5) | one("pcie_generation", value=1)] * 9,
            id="a card of which nobody knows whether it is at work",
        ),
        pytest.param(
            [
                one("throttle_reason", "hw_thermal_slowdown")
                | one("throttle_seconds_total", "hw_thermal_slowdown", value=3)
            ]
            * 9,
            id="a reason whose seconds are counted, and rest",
        ),
        pytest.param([one("throttle_reason", "sw_power_cap")] * 9, id="a reason of the usual"),
        pytest.param(
            [*[one("nvlink_up", "4")] * 3, one("nvlink_up", "4", value=0), one("nvlink_up", "4")],
            id="a link that was down for one look",
        ),
        pytest.param(list(counter("ecc_errors_total", "corrected", "dram", by=99)), id="corrected"),
        pytest.param(
            list(counter("ecc_volatile_errors_total", "corrected", "dram", by=99)), id="99"
        ),
        pytest.param(list(counter("nvlink_errors_total", "4", "replay", by=99)), id="99 replays"),
        pytest.param(list(counter("pcie_replays_total", by=29)), id="29 replays"),
        pytest.param(list(counter("pcie_errors_total", "correctable", by=1000)), id="correctable"),
        pytest.param(list(counter("remapped_rows_total", "correctable")), id="a remapped row"),
        pytest.param([one("remap_banks", "low", value=3)] * 9, id="banks with few spares"),
    ],
)
def test_what_looks_bad_and_is_not_is_no_signal(looks: Sequence[Readings]) -> None:
    assert told(*looks) == []


def test_a_gpu_of_the_library_is_well(library: NvmlLibrary, driver: NvmlDriver) -> None:
    equip(library)
    for gpu in (WHOLE, DIVIDED):
        readings = driver.gpus()[gpu].read(lambda call: None, in_full=True)
        assert told(*[readings] * 9) == []
    assert len(readings) > 100


def test_a_simulated_card_is_well_whatever_it_does() -> None:
    card = Card(3, "00000000:61:00.0", Random(7), Workload("x"), START)
    hours = [START + timedelta(hours=hour) for hour in range(48)]
    assert told(*[card.readings(at) for at in hours]) == []


def test_rules_have_names_of_their_own_and_codes_by_meaning() -> None:
    assert len(BY_NAME) == len(RULES)
    assert BAD.keys() == BY_NAME.keys()
    shared = Counter((rule.kind, rule.code) for rule in RULES)
    assert {f"{kind}:{code}" for (kind, code), count in shared.items() if count > 1} == {
        "thermal:hw_slowdown",  # counted in seconds, or seen at the moment where none are counted
        "power:brake",
    }
    for rule in RULES:
        assert rule.name.replace("-", "").isalnum()
        assert rule.code.replace("_", "").isalnum()
        assert rule.words[0].islower()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_looks_at_series_that_are_read(rule: Any) -> None:
    row: GpuRow = ROWS[rule.row]
    series = list(BAD[rule.name][1])
    assert {name for name, _ in series} <= ROWS.keys()
    of_row = [labels for name, labels in series if name == rule.row]
    mine = [labels for labels in of_row if rule.only is None or rule.only(labels)]
    assert mine
    for labels in mine:
        assert len(labels) == len(row.labels)
        assert isinstance(row.sources, Several) or labels in row.sources
