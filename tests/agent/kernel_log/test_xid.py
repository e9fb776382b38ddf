"""What an XID's line says beside its number: every text that is taken apart into facts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_agent.kernel_log.lines import parse
from thirdshift_agent.kernel_log.xid_facts import details
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import SignalKind, SignalSource

AT = datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC)
CARD = "00000000:3b:00.0"
UNKNOWN = "pid='<unknown>', name=<unknown>"
WHO = {"pid": "1342", "process": "python3"}
WORK = "pid=1342, name=python3"

WARP = "on (GPC 2, TPC 0, SM 1)"
XID_LINES = [
    (f"79, {UNKNOWN}, GPU has fallen off the bus.", "79", {}),
    ("79, pid=1342, GPU has fallen off the bus.", "79", {"pid": "1342"}),
    (
        f"13, {WORK}, Graphics SM Warp Exception {WARP}: Out Of Range Address",
        "13",
        {**WHO, "gpc": "2", "tpc": "0", "sm": "1", "exception": "Out Of Range Address"},
    ),
    (
        f"13, {UNKNOWN}, Graphics SM Global Exception on (GPC 7, TPC 7, SM 0): "
        "Multiple Warp Errors",
        "13",
        {"gpc": "7", "tpc": "7", "sm": "0", "exception": "Multiple Warp Errors"},
    ),
    (
        f"13, {UNKNOWN}, Graphics Exception: ESR 0x57c730=0xc04000b 0x57c734=0x24",
        "13",
        {"exception": "ESR 0x57c730=0xc04000b 0x57c734=0x24"},
    ),
    (
        f"31, {WORK}, Ch 00000008, intr 00000000. MMU Fault: ENGINE GRAPHICS GPCCLIENT_T1_0 "
        "faulted @ 0x7f2a_3e000000. Fault is of type FAULT_PDE ACCESS_TYPE_VIRT_READ",
        "31",
        {
            **WHO,
            "channel": "00000008",
            "interrupt": "00000000",
            "engine": "GRAPHICS",
            "client": "GPCCLIENT_T1_0",
            "fault_address": "0x7f2a_3e000000",
            "fault_type": "FAULT_PDE",
            "access_type": "ACCESS_TYPE_VIRT_READ",
        },
    ),
    (
        f"31, {WORK}, Ch 0000000a, intr 00000000. MMU Fault: ENGINE GRAPHICS GPC2 GPCCLIENT_T1_7 "
        "faulted @ 0x2b57_b3000000. Fault is of type FAULT_PDE ACCESS_TYPE_VIRT_WRITE",
        "31",
        {
            **WHO,
            "channel": "0000000a",
            "interrupt": "00000000",
            "engine": "GRAPHICS",
            "gpc": "2",
            "client": "GPCCLIENT_T1_7",
            "fault_address": "0x2b57_b3000000",
            "fault_type": "FAULT_PDE",
            "access_type": "ACCESS_TYPE_VIRT_WRITE",
        },
    ),
    ("31, Ch 00000008, intr 10000000", "31", {"channel": "00000008", "interrupt": "10000000"}),
    ("43, Ch 00000020, engmask 00000101", "43", {"channel": "00000020", "engine_mask": "00000101"}),
    (f"45, {WORK}, Ch 00000010", "45", {**WHO, "channel": "00000010"}),
    (
        f"48, {UNKNOWN}, An uncorrectable double bit error (DBE) has been detected on GPU in the "
        "framebuffer at partition 6, subpartition 0.",
        "48",
        {"where": "framebuffer", "partition": "6", "subpartition": "0"},
    ),
    (
        f"48, {UNKNOWN}, An uncorrectable double bit error (DBE) has been detected on GPU in the "
        "framebuffer at physAddr 0x18f31d80 partition 16, subpartition 3.",
        "48",
        {
            "where": "framebuffer",
            "physical_address": "0x18f31d80",
            "partition": "16",
            "subpartition": "3",
        },
    ),
    (
        f"48, {UNKNOWN}, An uncorrectable double bit error (DBE) has been detected on GPU in the "
        "SM L1 cache.",
        "48",
        {"where": "SM L1 cache"},
    ),
    (f"48, {WORK}, channel 0x00000002", "48", {**WHO, "channel": "00000002"}),
    (
        f"63, {UNKNOWN}, Row Remapper: New row (0x0000000018f31d80) marked for remapping, reset "
        "gpu to activate.",
        "63",
        {"mechanism": "Row Remapper", "memory_address": "0x0000000018f31d80"},
    ),
    (
        "63, pid=1896, Row Remapper: New row marked for remapping, reset gpu to activate.",
        "63",
        {"pid": "1896", "mechanism": "Row Remapper"},
    ),
    (
        f"63, {UNKNOWN}, Dynamic Page Retirement: New page retired, reboot to activate "
        "(0x00000000000a2d4e).",
        "63",
        {"mechanism": "Dynamic Page Retirement", "memory_address": "0x00000000000a2d4e"},
    ),
    (f"64, {UNKNOWN}, Row Remapper: Failed to remap row", "64", {"mechanism": "Row Remapper"}),
    (
        f"74, {UNKNOWN}, NVLink: fatal error detected on link 4(0x10000, 0x0, 0x0, 0x0, 0x0, 0x0, "
        "0x0)",
        "74",
        {
            "fatal": "yes",
            "link": "4",
            "registers": "0x10000 0x0 0x0 0x0 0x0 0x0 0x0",
            "mechanical_bits": "0:16",
        },
    ),
    (
        f"74, {UNKNOWN}, NVLink: non-fatal error detected on link 14(0x800011, 0x200002, 0x0, 0x0, "
        "0x0, 0x10000, 0x0)",
        "74",
        {
            "fatal": "no",
            "link": "14",
            "registers": "0x800011 0x200002 0x0 0x0 0x0 0x10000 0x0",
            "ignorable_bits": "0:0 0:23",
            "ecc_bits": "0:4",
            "signal_bits": "1:21",
            "other_bits": "1:1 5:16",
        },
    ),
    (
        f"94, {WORK}, Contained: SM (0x1). RST: No, D-RST: No",
        "94",
        {
            **WHO,
            "containment": "contained",
            "unit": "SM",
            "unit_mask": "0x1",
            "reset": "no",
            "drain_reset": "no",
        },
    ),
    (
        f"95, {UNKNOWN}, Uncontained: LTC TAG (0x2,0x0). RST: Yes, D-RST: No",
        "95",
        {
            "containment": "uncontained",
            "unit": "LTC TAG",
            "unit_mask": "0x2,0x0",
            "reset": "yes",
            "drain_reset": "no",
        },
    ),
    (
        f"109, {WORK}, Ch 00000008, errorString CTX SWITCH TIMEOUT, Info 0x58005",
        "109",
        {**WHO, "channel": "00000008", "error": "CTX SWITCH TIMEOUT", "info": "0x58005"},
    ),
    (
        f"119, {WORK}, Timeout after 6s of waiting for RPC response from GPU0 GSP! Expected "
        "function 76 (GSP_RM_CONTROL) (0x20800a4c 0x4).",
        "119",
        {
            **WHO,
            "waited_seconds": "6",
            "rpc_function_number": "76",
            "rpc_function": "GSP_RM_CONTROL",
            "rpc_data": "0x20800a4c 0x4",
        },
    ),
    (
        "119, Timeout after 45s of waiting for RPC response from GPU0 GSP!",
        "119",
        {"waited_seconds": "45"},
    ),
    (
        f"120, {WORK}, GSP task exception: supervisor timer interrupt (cause:0x8000000000000005)",
        "120",
        {**WHO, "error": "GSP task exception: supervisor timer interrupt"},
    ),
    (
        "145, RLW_REMAP Nonfatal XC0 i0 Link 00 (0x00000004 0x80000000 0x00000000 0x00000000)",
        "145",
        {
            "unit": "RLW_REMAP",
            "fatal": "no",
            "cross_containment": "0",
            "injected": "0",
            "link": "0",
            "registers": "0x00000004 0x80000000 0x00000000 0x00000000",
            "interrupt_info": "0x00000004",
            "sub_code_before_r575": "0",
            "sub_code_since_r575": "4",
            "sub_code_by_gpud": "0",
            "error_status": "0x80000000",
        },
    ),
    (
        "149, NETIR_LINK_EVT Fatal XC0 i0 Link -1 (0x025001c6 0x00000000)",
        "149",
        {
            "unit": "NETIR_LINK_EVT",
            "fatal": "yes",
            "cross_containment": "0",
            "injected": "0",
            "link": "-1",
            "registers": "0x025001c6 0x00000000",
            "interrupt_info": "0x025001c6",
            "sub_code_before_r575": "14",
            "sub_code_since_r575": "70",
            "sub_code_by_gpud": "37",
            "error_status": "0x00000000",
        },
    ),
    (
        f"154, {UNKNOWN}, GPU recovery action changed from 0x0 (None) to 0x2 "
        "(Node Reboot Required)",
        "154",
        {"recovery_action_before": "none", "recovery_action_after": "node_reboot"},
    ),
    (
        "154, GPU recovery action changed from 0x2 (Node Reboot Required) to 0x9 (New)",
        "154",
        {"recovery_action_before": "node_reboot", "recovery_action_after": "0x9"},
    ),
    (
        "171, GDDR, Uncorrectable DRAM error in FBPA 3 subpartition 0 physAddr 0xe9b9107e0",
        "171",
        {
            "memory": "GDDR",
            "partition": "3",
            "subpartition": "0",
            "physical_address": "0xe9b9107e0",
        },
    ),
    (
        "172, SM ICACHE, Uncorrectable SRAM error in GPC 7 TPC 6",
        "172",
        {"unit": "SM ICACHE", "where": "GPC 7 TPC 6", "gpc": "7", "tpc": "6"},
    ),
    ("100185, an operational event of a later driver", "100185", {}),
]


@pytest.mark.parametrize(("rest", "code", "facts"), XID_LINES)
def test_an_xid_line_gives_code_card_and_facts(rest: str, code: str, facts: dict[str, str]) -> None:
    line = f"NVRM: Xid (PCI:0000:3b:00): {rest}"
    assert parse(line, AT) == Observation(
        at=AT,
        kind=SignalKind.XID,
        code=code,
        source=SignalSource.KERNEL_LOG,
        message=line,
        pci_address=CARD,
        facts={"rule": "kernel:xid", **facts},
    )


@given(st.sampled_from(range(180)), st.text())
def test_no_text_of_an_xid_breaks_the_decoder(code: int, text: str) -> None:
    assert all(details(code, text).values())


@given(st.lists(st.integers(0, 2**32 - 1), min_size=7, max_size=7))
def test_every_bit_of_a_link_s_registers_is_in_one_class(words: list[int]) -> None:
    told = ", ".join(hex(word) for word in words)
    facts = details(74, f"NVLink: fatal error detected on link 1({told})")
    classes = [facts[key].split() for key in facts if key.endswith("_bits")]
    found = [bit for bits in classes for bit in bits]
    expected = {
        f"{place}:{bit}" for place in range(7) for bit in range(32) if words[place] >> bit & 1
    }
    assert len(found) == len(expected)
    assert set(found) == expected


@given(st.integers(0, 2**32 - 1))
def test_a_sub_code_is_given_at_both_places(info: int) -> None:
    facts = details(146, f"TLW_RX Fatal XC0 i0 Link 3 (0x{info:08x} 0x1)")
    assert int(facts["sub_code_before_r575"]) == info // 32 % 32
    assert int(facts["sub_code_since_r575"]) == info % 128


def test_a_process_s_name_is_no_detail_of_the_fault() -> None:
    told = parse("NVRM: Xid (PCI:0000:3b:00): 94, pid=1, name=a, RST: Yes, D, Contained: SM", AT)
    assert isinstance(told, Observation)
    assert set(told.facts) == {"rule", "pid", "process"}
