"""What heals what: a table that only names what there is, and never heals less by a harder way."""

from __future__ import annotations

import pytest

from thirdshift_agent.inject.catalogue import FAULTS as SHOWN
from thirdshift_agent.simulated import bmc, host_faults
from thirdshift_agent.simulated.faults import FAULTS
from thirdshift_agent.simulated.healing import HEALS, Remedy, heals_ratio

LADDER = [remedy for remedy in Remedy if remedy is not Remedy.BMC_RESET]


def test_the_table_names_only_faults_that_can_be_injected() -> None:
    assert HEALS.keys() <= {*FAULTS, *SHOWN, *host_faults.LINES, *bmc.FAULTS}


@pytest.mark.parametrize("fault", HEALS)
def test_a_harder_remedy_heals_at_least_what_a_gentler_one_does(fault: str) -> None:
    ratios = [heals_ratio(fault, remedy) for remedy in LADDER]
    assert ratios == sorted(ratios)
    assert all(0 <= ratio <= 1 for ratio in HEALS[fault].values())


def test_no_reset_reaches_a_gpu_off_the_bus_and_a_reboot_seldom_does() -> None:
    assert heals_ratio("xid:79", Remedy.DRIVER_RELOAD) == 0
    assert heals_ratio("xid:79", Remedy.REBOOT) < heals_ratio("xid:79", Remedy.POWER_CYCLE) < 0.5


def test_only_a_reset_of_the_bmc_brings_a_bmc_back() -> None:
    assert heals_ratio("bmc:silent", Remedy.BMC_RESET) > 0
    assert heals_ratio("bmc:silent", Remedy.REBOOT) == 0
    assert heals_ratio("xid:63", Remedy.BMC_RESET) == 0


def test_what_only_hands_mend_is_healed_by_nothing() -> None:
    assert not any(heals_ratio("xid:64", remedy) for remedy in Remedy)
