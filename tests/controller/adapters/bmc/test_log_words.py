"""Lines of event logs as makers write them, and what each means to us."""

from __future__ import annotations

import pytest

from thirdshift_controller.adapters.bmc.log_words import code_of

LINES = [
    ("Critical Interrupt #0x2a: Bus Fatal Error", "bus_fatal"),
    ("Critical Interrupt PCIe Err: PCI SERR", "bus_fatal"),
    ("Critical Interrupt: A bus fatal error was detected on a component at bus 58", "bus_fatal"),
    ("PCIe Uncorrectable error detected at slot 4", "bus_fatal"),
    ("PCIe non-fatal error at bus 58 device 0", None),
    ("Critical Interrupt #0x2a: Bus Correctable error", None),
    ("Memory DIMM_A1: Uncorrectable ECC", "memory"),
    ("Memory: Multi-bit memory errors detected on a memory device at location(s) A1.", "memory"),
    ("Memory DIMM_A1: Correctable ECC logging limit reached", "memory"),
    ("Memory DIMM_A1: Memory Device Disabled", "memory"),
    ("Memory DIMM_A1: Correctable ECC", None),
    ("Processor CPU1: IERR", "processor"),
    ("Processor CPU1: Uncorrectable machine check exception", "processor"),
    ("Processor: CPU 1 has an internal error (IERR).", "processor"),
    ("Processor CPU1: Correctable machine check error", None),
    ("Processor CPU1: Thermal Trip", "thermal_trip"),
    ("Processor: CPU 1 has a thermal trip (over-temperature) event.", "thermal_trip"),
    ("Temperature CPU1 Temp: Upper Non-recoverable going high", "thermal_trip"),
    ("Temperature Inlet Temp: Upper Critical going high", None),
    ("Power Supply PS1 Status: Failure detected", "power"),
    ("Power Supply PS1 Status: Power Supply AC lost", "power"),
    ("Power Supply / Converter: The power input for power supply 1 is lost.", "power"),
    ("Power Supply PS Redundancy: Redundancy Lost", None),
    ("Power Supply PS1 Status: Presence detected", None),
    ("Power Unit Pwr Unit Status: Soft-power control failure", "power"),
    ("Power Unit Pwr Unit Status: Power off/down", None),
    ("Drive Slot / Bay Drive 0: Drive Fault", "drive"),
    ("Drive Slot/Bay: Fault detected on drive 0 in disk drive bay 1.", "drive"),
    ("Drive Slot / Bay Drive 0: Drive Present", None),
    ("Power Supply / Converter: The input power for power supply 1 has been restored.", None),
    ("Fan FAN4: Lower Critical going low", None),
    ("System Event: Timestamp Clock Sync", None),
]


@pytest.mark.parametrize(("line", "code"), LINES)
def test_a_line_means_what_a_technician_reads_in_it(line: str, code: str | None) -> None:
    assert code_of(line) == code
