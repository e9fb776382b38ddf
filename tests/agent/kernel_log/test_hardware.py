"""What the kernel says of the hardware around the GPUs: real lines, and what they become."""

from __future__ import annotations

import pytest

from fakes.kernel_ears import Case, name_place_and_facts, only, told

NVIDIA: list[Case] = [
    (
        "NVRM: GPU 0000:13:00.0: RmInitAdapter failed! (0x26:0x56:1463)\n"
        "NVRM: GPU 0000:13:00.0: rm_init_adapter failed, device minor number 0",
        "gpu:init_failed",
        "00000000:13:00.0",
        {"rule": "kernel:gpu_init", "status": "0x26:0x56:1463"},
    ),
    (
        "NVRM: RmInitAdapter failed! (0x26:0xffff:1375)",
        "gpu:init_failed",
        None,
        {"rule": "kernel:gpu_init", "status": "0x26:0xffff:1375"},
    ),
    (
        "NVRM: The NVIDIA probe routine failed for 1 device(s).",
        "gpu:init_failed",
        None,
        {"rule": "kernel:gpu_probe", "devices": "1", "reason": "failed"},
    ),
    (
        "NVRM: The NVIDIA probe routine was not called for 3 device(s).",
        "gpu:init_failed",
        None,
        {"rule": "kernel:gpu_probe", "devices": "3", "reason": "was not called"},
    ),
    (
        r"NVRM: API mismatch: the client 'nvidia-powerd' (pid 849)\x0aNVRM: has the version "
        r"570.133.07, but this kernel module has\x0aNVRM: the version 575.51.02.  Please make "
        r"sure that this\x0aNVRM: kernel module and all NVIDIA driver components",
        "node:driver_mismatch",
        None,
        {
            "rule": "kernel:api_mismatch",
            "client_version": "570.133.07",
            "module_version": "575.51.02",
        },
    ),
    (
        r"NVRM: API mismatch: the client has the version 352.63, but\x0aNVRM: this kernel module "
        r"has the version 352.79.  Please make sure that this",
        "node:driver_mismatch",
        None,
        {"rule": "kernel:api_mismatch", "client_version": "352.63", "module_version": "352.79"},
    ),
]

PCIE: list[Case] = [
    (
        """\
pcieport 0000:3a:00.0: AER: Uncorrected (Fatal) error received: 0000:3b:00.0
nvidia 0000:3b:00.0: PCIe Bus Error: severity=Uncorrected (Fatal), type=Transaction Layer, \
(Requester ID)
nvidia 0000:3b:00.0:   device [10de:2330] error status/mask=00004020/00000000
nvidia 0000:3b:00.0:    [ 5] SDES                  \x20
nvidia 0000:3b:00.0:    [14] CmpltTO                (First)
nvidia 0000:3b:00.0: AER: can't recover (no error_detected callback)
pcieport 0000:3a:00.0: AER: device recovery failed""",
        "pcie:aer_fatal",
        "00000000:3b:00.0",
        {
            "rule": "kernel:aer",
            "reported_by": "00000000:3a:00.0",
            "driver": "nvidia",
            "layer": "Transaction Layer",
            "agent": "Requester ID",
            "vendor_device": "10de:2330",
            "status": "00004020",
            "mask": "00000000",
            "errors": "SDES, CmpltTO",
            "first_error": "CmpltTO",
        },
    ),
    (
        """\
pcieport 0000:00:03.1: AER: Correctable error message received from 0000:00:00.0
pcieport 0000:00:03.1: PCIe Bus Error: severity=Correctable, type=Data Link Layer, \
(Transmitter ID)
pcieport 0000:00:03.1:   device [1022:1453] error status/mask=00001000/00006000
pcieport 0000:00:03.1:    [12] Timeout               \x20""",
        "pcie:aer_corrected",
        "00000000:00:03.1",
        {
            "rule": "kernel:aer",
            "reported_by": "00000000:00:03.1",
            "driver": "pcieport",
            "layer": "Data Link Layer",
            "agent": "Transmitter ID",
            "vendor_device": "1022:1453",
            "status": "00001000",
            "mask": "00006000",
            "errors": "Timeout",
        },
    ),
    (
        """\
pcieport 0000:00:1c.5: AER: Multiple Corrected error received: id=00e5
pcieport 0000:00:1c.5: can't find device of ID00e5""",
        "pcie:aer_corrected",
        "00000000:00:1c.5",
        {"rule": "kernel:aer", "reported_by": "00000000:00:1c.5", "multiple": "yes"},
    ),
    (
        """\
pcieport 0000:00:1c.5: AER: Corrected error received: id=00e5
pcieport 0000:00:1c.5: PCIe Bus Error: severity=Corrected, type=Physical Layer, \
id=00e5(Receiver ID)
pcieport 0000:00:1c.5:   device [8086:9d15] error status/mask=00000001/00002000
pcieport 0000:00:1c.5:    [ 0] Receiver Error         (First)""",
        "pcie:aer_corrected",
        "00000000:00:1c.5",
        {
            "rule": "kernel:aer",
            "reported_by": "00000000:00:1c.5",
            "driver": "pcieport",
            "layer": "Physical Layer",
            "agent": "Receiver ID",
            "vendor_device": "8086:9d15",
            "status": "00000001",
            "mask": "00002000",
            "errors": "Receiver Error",
            "first_error": "Receiver Error",
        },
    ),
    (
        """\
nvme 0000:03:00.0: AER: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)
nvme 0000:03:00.0: AER:   device [144d:a808] error status/mask=00000001/0000e000
nvme 0000:03:00.0: AER:    [ 0] RxErr
nvme 0000:03:00.0: AER:   Error of this Agent is reported first""",
        "pcie:aer_corrected",
        "00000000:03:00.0",
        {
            "rule": "kernel:aer",
            "driver": "nvme",
            "layer": "Physical Layer",
            "agent": "Receiver ID",
            "vendor_device": "144d:a808",
            "status": "00000001",
            "mask": "0000e000",
            "errors": "RxErr",
        },
    ),
    (
        "mlx5_core 0000:5e:00.0: PCIe Bus Error: severity=Uncorrected (Non-Fatal), "
        "type=Transaction Layer, (Completer ID)",
        "pcie:aer_nonfatal",
        "00000000:5e:00.0",
        {
            "rule": "kernel:aer",
            "driver": "mlx5_core",
            "layer": "Transaction Layer",
            "agent": "Completer ID",
        },
    ),
]

MEMORY: list[Case] = [
    (
        "EDAC MC0: 10 CE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0 (channel:1 slot:0 "
        "page:0x10de60 offset:0x680 grain:32 syndrome:0x0)",
        "memory:corrected",
        None,
        {
            "rule": "kernel:edac",
            "controller": "MC0",
            "errors": "10",
            "error": "memory read error",
            "dimm": "CPU_SrcID#0_MC#0_Chan#1_DIMM#0",
            "where": "channel:1 slot:0 page:0x10de60 offset:0x680 grain:32 syndrome:0x0",
        },
    ),
    (
        "EDAC MC0: 1 UE on mc#0csrow#2channel#0 (csrow:2 channel:0 page:0x0 offset:0x0 grain:64)",
        "memory:uncorrected",
        None,
        {
            "rule": "kernel:edac",
            "controller": "MC0",
            "errors": "1",
            "dimm": "mc#0csrow#2channel#0",
            "where": "csrow:2 channel:0 page:0x0 offset:0x0 grain:64",
        },
    ),
    (
        """\
mce: [Hardware Error]: Machine check events logged
mce: [Hardware Error]: CPU 3: Machine Check: 0 Bank 7: 8c00004000010092
mce: [Hardware Error]: TSC 0 ADDR 849923380 MISC 42525286
mce: [Hardware Error]: PROCESSOR 0:206d7 TIME 1580149818 SOCKET 0 APIC 0 microcode 0""",
        "kernel:machine_check",
        None,
        {
            "rule": "kernel:mce",
            "cpu": "3",
            "mcg_status": "0",
            "bank": "7",
            "status": "8c00004000010092",
            "memory_address": "849923380",
            "processor": "0:206d7",
            "socket": "0",
        },
    ),
    (
        """\
mce: [Hardware Error]: Machine check events logged
[Hardware Error]: Corrected error, no action required.
[Hardware Error]: CPU:0 (17:31:0) MC17_STATUS[Over|CE|MiscV|AddrV|-|-|SyndV|CECC|-|-|-]: \
0xdc2040000000011b""",
        "kernel:machine_check",
        None,
        {
            "rule": "kernel:mce",
            "severity": "Corrected error",
            "cpu": "0",
            "bank": "17",
            "status": "0xdc2040000000011b",
        },
    ),
    (
        """\
{35}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 4
{35}[Hardware Error]: It has been corrected by h/w and requires no further action
{35}[Hardware Error]: event severity: corrected
{35}[Hardware Error]:  Error 0, type: corrected
{35}[Hardware Error]:  fru_text: D2
{35}[Hardware Error]:   section_type: memory error
{35}[Hardware Error]:   physical_address: 0x0000006a47d1f540
{35}[Hardware Error]:   error_type: 2, single-bit ECC
{35}[Hardware Error]:   DIMM location: CPU 2 DIMM 30""",
        "kernel:machine_check",
        None,
        {
            "rule": "kernel:ghes",
            "severity": "corrected",
            "fru": "D2",
            "section": "memory error",
            "memory_address": "0x0000006a47d1f540",
            "error": "2, single-bit ECC",
            "dimm": "CPU 2 DIMM 30",
        },
    ),
]


@pytest.mark.parametrize(("lines", "name", "pci_address", "facts"), NVIDIA + PCIE + MEMORY)
def test_a_happening_is_told_once_with_all_that_its_lines_say(
    lines: str, name: str, pci_address: str | None, facts: dict[str, str]
) -> None:
    assert name_place_and_facts(lines) == (name, pci_address, facts)


def test_the_evidence_of_a_happening_is_all_its_lines() -> None:
    lines = PCIE[1][0]
    assert only(lines).message == " | ".join(line.rstrip() for line in lines.splitlines())


def test_what_comes_again_is_told_again() -> None:
    lines = "\n".join([PCIE[0][0]] * 3 + [MEMORY[2][0]] * 2)
    names = [f"{seen.kind}:{seen.code}" for seen in told(lines)]
    assert sorted(names) == ["kernel:machine_check"] * 2 + ["pcie:aer_fatal"] * 3


def test_errors_of_two_devices_are_two_though_their_lines_mingle() -> None:
    first, second = "0000:3b:00.0", "0000:5e:00.0"
    lines = [
        f"pcieport 0000:{port}:00.0: AER: Correctable error message received from {device}\n"
        for port, device in (("3a", first), ("5d", second))
    ]
    for device in (second, first):
        lines.append(
            f"nvidia {device}: PCIe Bus Error: severity=Correctable, type=Physical Layer, "
            "(Receiver ID)\n"
        )
    for device in (first, second):
        lines.append(f"nvidia {device}:   device [10de:2330] error status/mask=00000001/00002000\n")
    seen = sorted(told("".join(lines)), key=lambda each: each.pci_address or "")
    assert [(each.pci_address, each.facts["reported_by"]) for each in seen] == [
        ("00000000:3b:00.0", "00000000:3a:00.0"),
        ("00000000:5e:00.0", "00000000:5d:00.0"),
    ]
    assert all("status" in each.facts for each in seen)
