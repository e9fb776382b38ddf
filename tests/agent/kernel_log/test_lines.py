"""Every shape of line that the drivers write, and what fuzzing makes of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_agent.kernel_log.lines import parse
from thirdshift_agent.kernel_log.told import MESSAGE_LENGTH, Introduction, printable
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import SignalKind

AT = datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC)
CARD = "00000000:3b:00.0"


def seen(line: str) -> Observation:
    told = parse(line, AT)
    assert isinstance(told, Observation), line
    return told


@pytest.mark.parametrize(
    ("address", "normal"),
    [
        ("PCI:0000:3b:00", "00000000:3b:00.0"),
        ("PCI:00000000:3B:00.0", "00000000:3b:00.0"),
        ("PCI:0008:01:00", "00000008:01:00.0"),
        ("PCI:00000019:01:00.1", "00000019:01:00.1"),
        ("0000:5e:00", "00000000:5e:00.0"),
    ],
)
def test_an_address_is_brought_to_one_form(address: str, normal: str) -> None:
    assert seen(f"NVRM: Xid ({address}): 43, pid=1, name=x, Ch 1").pci_address == normal


def test_a_mig_instance_is_a_fact() -> None:
    told = seen("NVRM: Xid (PCI:0000:3b:00 GPU-I:05): 94, pid=7, name=python3, Contained")
    assert (told.pci_address, told.facts["mig_instance"]) == (CARD, "05")


@pytest.mark.parametrize(
    "line",
    [
        "NVRM: GPU 0000:3b:00.0: GPU has fallen off the bus.",
        "NVRM: The NVIDIA GPU 0000:3b:00.0\nNVRM: (PCI ID: 10de:2330) installed in this system "
        "has\nNVRM: fallen off the bus and is not responding to commands.",
    ],
)
def test_a_gpu_off_the_bus_is_known_without_a_number(line: str) -> None:
    told = seen(line)
    assert (told.kind, told.code, told.pci_address) == (SignalKind.GPU, "off_bus", CARD)


def test_the_driver_introduces_a_card_on_two_lines() -> None:
    uuid = "GPU-b850f46d-d5ea-c752-ddf3-c4453e44d3f7"
    assert parse(f"NVRM: GPU at PCI:0000:3b:00: {uuid}", AT) == Introduction(CARD, uuid)
    assert parse("NVRM: GPU Board Serial Number: 1650923008362", AT) == Introduction(
        serial="1650923008362"
    )


def test_a_switch_says_fatal_or_not_and_which_link() -> None:
    mild = seen(
        "nvidia-nvswitch3: SXid (PCI:0000:c5:00.0): 12028, Non-fatal, Link 32 egress non-posted "
        "PRIV error (First)"
    )
    grave = seen("nvidia-nvswitch0: SXid (PCI:0000:c5:00.0): 20034, Fatal, Link 30 LTSSM Fault Up")
    assert (mild.kind, mild.code, mild.pci_address) == (
        SignalKind.SXID,
        "12028",
        "00000000:c5:00.0",
    )
    assert mild.facts == {
        "rule": "kernel:sxid",
        "switch": "nvidia-nvswitch3",
        "fatal": "no",
        "link": "32",
    }
    assert (grave.facts["fatal"], grave.facts["link"]) == ("yes", "30")


@pytest.mark.parametrize("rest", ["Severity 1 Engine instance 30", "Data {0x20000000, 0x0}"])
def test_the_later_lines_of_one_switch_error_are_not_counted_again(rest: str) -> None:
    assert parse(f"nvidia-nvswitch0: SXid (PCI:0000:c5:00.0): 20034, {rest}", AT) is None


def test_a_switch_line_of_a_new_shape_is_carried() -> None:
    assert seen("nvidia-nvswitch0: SXid (PCI:0000:c5:00.0): 31999, Grave, port 3").code == "31999"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "usb 1-1: Product: NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.",
        "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  570.86.10",
        "NVRM: Xid (PCI:0000:3b:00): , pid=1",
        "NVRM: Xid (PCI:zzzz:3b:00): 79",
    ],
)
def test_other_lines_say_nothing(line: str) -> None:
    assert parse(line, AT) is None


def test_evidence_is_bounded_and_harmless_to_a_terminal() -> None:
    line = "NVRM: Xid (PCI:0000:3b:00): 13, pid=1, name=\x1b[2J\x00\u202e, " + "A" * 5000
    told = seen(line)
    assert len(told.message) == MESSAGE_LENGTH
    assert told.message.isprintable()
    assert told.facts["process"] == r"\x1b[2J\x00\u202e"


@given(st.text())
def test_printable_text_is_printable(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert len(shown) <= MESSAGE_LENGTH


@given(st.text(), st.text())
def test_no_text_breaks_the_parser(rest: str, name: str) -> None:
    for line in (rest, f"NVRM: Xid (PCI:{rest}", f"NVRM: Xid (PCI:0000:3b:00): {rest}"):
        parse(line, AT)
    assert seen(f"NVRM: Xid (PCI:0000:3b:00): 31, pid=1, name={name}").code == "31"


@given(st.integers(0, 999_999_999), st.integers(0, 0xFFFFFFFF), st.integers(0, 255))
def test_no_code_and_no_address_is_dropped(code: int, domain: int, bus: int) -> None:
    told = seen(f"NVRM: Xid (PCI:{domain:04X}:{bus:02X}:1F): {code}, pid=1, name=x, text")
    assert told.code == str(code)
    assert told.pci_address == f"{domain:08x}:{bus:02x}:1f.0"
