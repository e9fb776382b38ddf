"""Our choices for what GPUs, their links and their switches report: who answers, what is tried.

The lines are as drivers write them, read by the agent's own parser: a rule that asks for a fact
which no line yields would never hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from thirdshift_agent.kernel_log.xid_facts import details
from thirdshift_agent.wire import RecoveryAction
from thirdshift_runbooks.catalogue import Catalogue, load
from thirdshift_runbooks.page import Disposition, RemoteAction

RESETS = ("drain", "gpu_reset", "reboot")
RESTARTS = ("drain", "reboot", "power_cycle")
EVERY_REMEDY = ("drain", "gpu_reset", "reboot", "power_cycle")
LINKS = ("drain", "gpu_reset", "fabric_reset", "reboot")
HANDS = ("drain",)

REPAIRED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "aux-power-missing": (HANDS, "xid:54"),
    "chip-to-chip-fatal": (RESTARTS, "xid:173"),
    "context-switch-timeout": (RESETS, "xid:109"),
    "ecc-disabled": (HANDS, "ecc:disabled"),
    "ecc-unrecovered": (RESETS, "xid:140"),
    "fabric-not-joined": (
        ("drain", "service_restart", "fabric_reset", "reboot"),
        "fabric:not_joined fabric:error",
    ),
    "fabric-switch-error": (
        ("drain", "fabric_reset", "reboot"),
        "sxid:11004 sxid:12028 sxid:19084 sxid:11001 sxid:12024 sxid:19047 sxid:24007 "
        "sxid:10001 sxid:10002",
    ),
    "fabric-switch-fatal": (
        RESTARTS,
        "sxid:12020 sxid:22003 sxid:22011 sxid:23001 sxid:23017 sxid:10003",
    ),
    "fabric-switch-hot": ((), "sxid:10004"),
    "gpu-asks-for-reboot": (RESTARTS, "gpu:asks_for_reboot"),
    "gpu-asks-for-recovery": (RESETS, "gpu:recovery_action"),
    "gpu-call-hung": (RESTARTS, "gpu:hung"),
    "gpu-fell-off-bus": (RESTARTS, "xid:79 gpu:lost gpu:off_bus gpu:missing"),
    "gpu-init-failed": (EVERY_REMEDY, "xid:143 gpu:init_failed"),
    "gpu-memory-unreliable": (HANDS, "ecc:unreliable"),
    "gpu-suspect": ((), "gpu:suspect"),
    "gpu-timeout": (RESETS, "xid:46 xid:158"),
    "gpu-unclaimed": (("drain", "driver_reload", "reboot"), "gpu:unclaimed"),
    "gsp-timeout": (EVERY_REMEDY, "xid:119 xid:120 xid:122 xid:123"),
    "imex-domain-broken": (("drain", "service_restart"), "fabric:imex_domain"),
    "nvlink-connector": (HANDS, "nvlink:connector"),
    "nvlink-error": (LINKS, "xid:74 xid:136 nvlink:down nvlink:slow nvlink:errors"),
    "nvlink-five-error": (LINKS, "xid:149 xid:150 xid:155"),
    "pcie-fatal-timeout": (RESTARTS, "xid:167"),
    "pmu-halted": (RESETS, "xid:61 xid:62"),
    "row-remap-failure": (
        ("drain", "gpu_reset"),
        "xid:64 xid:157 xid:161 remap:failed remap:no_spares gpu_event:dram_retirement_failure",
    ),
    "security-engine-fault": (RESETS, "xid:110 xid:151 xid:169"),
    "sram-threshold-exceeded": (HANDS, "ecc:sram_threshold"),
    "sram-uncorrectable": (RESETS, "ecc:uncorrected_sram"),
    "uncontained-memory-error": (RESETS, "xid:95 gpu_event:poison_fatal"),
    "uncorrectable-memory-error": (RESETS, "xid:48 ecc:uncorrected_dram"),
    "vgpu-mismatch": ((), "xid:78"),
}
"""The ladder of each repair, and what leads to it by its name alone."""

OBSERVED: Mapping[str, str] = {
    "chip-to-chip-error": "xid:121 xid:159",
    "contained-memory-error": "xid:94 gpu_event:poison_nonfatal",
    "context-switch-fault": "xid:37 xid:38 xid:44 xid:66 xid:67",
    "copy-engine-error": "xid:39 xid:40 xid:41 xid:70 xid:71 xid:72 xid:75 xid:76 xid:77 xid:85 "
    "xid:126 xid:127 xid:128 xid:129 xid:130 xid:131 xid:132 xid:133 xid:134 xid:135",
    "corrected-error-storm": "xid:92 ecc:corrected_storm gpu_event:corrected_storm",
    "dla-fault": "xid:152 xid:153",
    "fabric-degraded": "fabric:degraded",
    "fabric-switch-noise": "sxid:11012 sxid:19055 sxid:24003 sxid:20001 sxid:20009 sxid:20012 "
    "sxid:20034 sxid:22013 sxid:12030 sxid:10005",
    "fast-path-error": "xid:141",
    "gpu-channel-reset": "xid:43",
    "gpu-channels-removed": "xid:45",
    "gpu-page-fault": "xid:31",
    "graphics-engine-exception": "xid:13",
    "inforom-worn": "xid:93",
    "memory-error-detail": "xid:171 xid:172",
    "nvlink-five-noise": "xid:144 xid:145 xid:146 xid:147 xid:148",
    "nvlink-noise": "nvlink:noise",
    "power-smoothing-worn": "xid:162 xid:163 xid:164 xid:165",
    "protected-region-errors": "xid:168",
    "push-buffer-error": "xid:8 xid:11 xid:25 xid:32 xid:69 xid:80",
    "recovery-action-changed": "xid:154 gpu_event:recovery_action gpu_event:unavailable",
    "remote-translation-fault": "xid:108 xid:137",
    "row-remap-pending": "xid:63 xid:156 xid:160 remap:pending remap:page_pending "
    "gpu_event:dram_retirement",
    "security-engine-exception": "xid:60 xid:166 xid:170",
    "test-message": "xid:14 xid:106 xid:107",
    "video-engine-error": "xid:68 xid:82 xid:83 xid:84 xid:86 xid:88 xid:89 xid:96 xid:97 xid:98 "
    "xid:99 xid:100 xid:101 xid:102 xid:103 xid:104 xid:105 xid:139 xid:142",
}

SENT_BACK = {
    "chip-to-chip-fatal",
    "ecc-unrecovered",
    "fabric-switch-error",
    "fabric-switch-fatal",
    "gpu-fell-off-bus",
    "gpu-init-failed",
    "gpu-memory-unreliable",
    "gpu-suspect",
    "nvlink-connector",
    "nvlink-error",
    "nvlink-five-error",
    "pcie-fatal-timeout",
    "row-remap-failure",
    "sram-threshold-exceeded",
    "sram-uncorrectable",
    "uncontained-memory-error",
    "uncorrectable-memory-error",
}
"""Pages whose part may go back to its vendor."""

UNUSED = {
    *(1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 26, 27, 28, 29, 30),
    *(33, 34, 35, 36, 42, 47, 49, 50, 51, 52, 53, 55, 56, 57, 58, 59, 65, 73, 81, 87, 90, 91),
    *(*range(111, 119), 124, 125, 138),
}
"""XIDs that NVIDIA's catalogue calls unused on A100 to GB200."""

LINK_4 = "NVLink: fatal error detected on link 4({}, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0)"
LINK_5 = "{} {} XC0 i0 Link 05 ({} 0x80000000 0x00000000 0x00000000 0x00000000 0x00000000)"
CHANGED = "GPU recovery action changed from 0x0 (None) to 0x{} (Whatever)"
CONTAINED = "Contained: SM (0x1). RST: {}, D-RST: {}"

BY_ITS_LINE = [
    (74, LINK_4.format("0x0"), "nvlink-error"),
    (74, LINK_4.format("0x1"), "nvlink-noise"),
    (74, LINK_4.format("0x40800001"), "nvlink-noise"),
    (74, LINK_4.format("0x10"), "nvlink-error"),
    (74, LINK_4.format("0x11"), "nvlink-error"),
    (74, LINK_4.format("0x3"), "nvlink-error"),
    (74, LINK_4.format("0x10000"), "nvlink-connector"),
    (74, LINK_4.format("0x10001"), "nvlink-connector"),
    (74, LINK_4.format("0x200000"), "nvlink-connector"),
    (94, CONTAINED.format("No", "No"), "contained-memory-error"),
    (94, CONTAINED.format("Yes", "No"), "gpu-asks-for-recovery"),
    (94, CONTAINED.format("No", "Yes"), "gpu-asks-for-recovery"),
    (145, LINK_5.format("RLW_REMAP", "Nonfatal", "0x4"), "nvlink-five-noise"),
    (145, LINK_5.format("RLW_REMAP", "Fatal", "0x4"), "nvlink-five-error"),
    (149, LINK_5.format("NETIR_LINK_EVT", "Fatal", "0x004505c6"), "nvlink-connector"),
    (149, LINK_5.format("NETIR_LINK_EVT", "Nonfatal", "0x00a505c6"), "nvlink-connector"),
    (149, LINK_5.format("NETIR_LINK_EVT", "Fatal", "0x025001c6"), "nvlink-five-error"),
    (149, LINK_5.format("NETIR_LINK_EVT", "Nonfatal", "0x025001c6"), "nvlink-five-noise"),
    (150, LINK_5.format("MSE_WATCHDOG", "Nonfatal", "0x1"), "nvlink-five-error"),
    *((154, CHANGED.format(n), page) for n, page in enumerate((
        "recovery-action-changed", "gpu-asks-for-recovery", "gpu-asks-for-reboot",
        "gpu-asks-for-recovery", "gpu-asks-for-recovery", "imex-domain-broken",
        "gpu-asks-for-reboot", "gpu-asks-for-reboot", "gpu-asks-for-recovery",
    ))),
]  # fmt: skip
"""What the agent reads in an XID's text decides, and the number's own page where it says nothing.
The last recovery action is one that no driver knows yet."""

WARP = "Graphics SM Warp Exception on (GPC 2, TPC 0, SM 1): Out Of Range Address"
COUNTED = [
    (13, WARP, 2, "gpu-suspect"),
    (31, "Ch 00000008, intr 00000000.", 2, "gpu-suspect"),
    (80, "", 2, "gpu-suspect"),
    (48, "", 3, "gpu-memory-unreliable"),
    (74, LINK_4.format("0x10"), 2, "nvlink-connector"),
    (94, CONTAINED.format("No", "No"), 5, "gpu-memory-unreliable"),
    (95, "", 2, "gpu-memory-unreliable"),
    (172, "", 2, "sram-uncorrectable"),
]
"""How many bursts of one GPU lead to which page."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def answer(
    catalogue: Catalogue,
    signal: str,
    facts: Mapping[str, str],
    bursts: int = 1,
    beside: frozenset[str] = frozenset(),
) -> str:
    """The page that answers, as `When` says that its rules are read."""
    page = catalogue.for_signal(signal)
    family = signal.partition(":")[0]
    for when in page.when:
        if (
            when.signal in (signal, f"{family}:*")
            and bursts >= when.repeats
            and (not when.beside or beside & {*when.beside})
            and all(re.fullmatch(text, facts.get(name, "")) for name, text in when.facts.items())
        ):
            return when.becomes
    return page.id


@pytest.mark.parametrize("page", REPAIRED)
def test_a_repair_is_reached_by_its_signals_and_climbs_its_ladder(
    catalogue: Catalogue, page: str
) -> None:
    ladder, signals = REPAIRED[page]
    assert {catalogue.for_signal(signal).id for signal in signals.split()} == {page}
    assert catalogue.page(page).disposition is Disposition.REPAIR
    assert catalogue.page(page).ladder == ladder


@pytest.mark.parametrize("page", OBSERVED)
def test_what_asks_for_no_repair_is_observed(catalogue: Catalogue, page: str) -> None:
    assert {catalogue.for_signal(signal).id for signal in OBSERVED[page].split()} == {page}
    assert catalogue.page(page).disposition is Disposition.OBSERVE


@pytest.mark.parametrize("code", range(1, 174))
def test_every_xid_that_is_in_use_has_a_page_and_no_other_has(
    catalogue: Catalogue, code: int
) -> None:
    assert (catalogue.for_signal(f"xid:{code}") is catalogue.unknown) == (code in UNUSED)


def test_a_part_goes_back_to_its_vendor_from_these_pages(catalogue: Catalogue) -> None:
    ours = {*REPAIRED, *OBSERVED}
    assert {page.id for page in catalogue.pages if page.rma and page.id in ours} == SENT_BACK


@pytest.mark.parametrize(("code", "text", "page"), BY_ITS_LINE)
def test_the_words_of_a_line_choose_the_page(
    catalogue: Catalogue, code: int, text: str, page: str
) -> None:
    assert answer(catalogue, f"xid:{code}", details(code, text)) == page


@pytest.mark.parametrize(("code", "text", "bursts", "page"), COUNTED)
def test_a_repeat_leads_to_another_page_and_one_less_does_not(
    catalogue: Catalogue, code: int, text: str, bursts: int, page: str
) -> None:
    signal, facts = f"xid:{code}", details(code, text)
    assert answer(catalogue, signal, facts, bursts - 1) == catalogue.for_signal(signal).id
    assert answer(catalogue, signal, facts, bursts) == page


def test_an_exception_is_counted_by_its_place_on_the_chip(catalogue: Catalogue) -> None:
    (when,) = catalogue.page("graphics-engine-exception").when
    assert when.same == ("gpc", "tpc")
    elsewhere = details(13, "Graphics Exception: ESR 0x404600=0x80000002")
    assert answer(catalogue, "xid:13", elsewhere, bursts=9) == "graphics-engine-exception"


@pytest.mark.parametrize("beside", ["xid:64", "remap:failed", "remap:no_spares"])
def test_a_double_bit_error_without_a_spare_is_the_failed_remap(
    catalogue: Catalogue, beside: str
) -> None:
    assert answer(catalogue, "xid:48", {}, beside=frozenset({beside})) == "row-remap-failure"
    assert answer(catalogue, "xid:48", {}, beside=frozenset({"xid:63"})) == (
        "uncorrectable-memory-error"
    )


@pytest.mark.parametrize(("number", "action"), [*enumerate(RecoveryAction)][1:])
def test_a_wish_that_is_polled_leads_where_the_announced_one_leads(
    catalogue: Catalogue, number: int, action: RecoveryAction
) -> None:
    announced = details(154, CHANGED.format(number))
    assert announced["recovery_action_after"] == action
    polled = answer(catalogue, "gpu:recovery_action", {"value": str(number)})
    assert polled == answer(catalogue, "xid:154", announced)


@pytest.mark.parametrize(
    ("facts", "page"),
    [
        ({"fatal": "yes"}, "fabric-switch-fatal"),
        ({"fatal": "no"}, "unknown-signal"),
        ({}, "unknown-signal"),
    ],
)
def test_a_switchs_unknown_number_is_known_by_the_word_fatal(
    catalogue: Catalogue, facts: Mapping[str, str], page: str
) -> None:
    assert answer(catalogue, "sxid:99999", facts) == page
    assert answer(catalogue, "xid:999", facts) == "unknown-signal"


def test_a_degraded_fabric_is_repaired_only_where_it_does_not_mend_itself(
    catalogue: Catalogue,
) -> None:
    def page(series: str) -> str:
        return answer(catalogue, "fabric:degraded", {"series": series})

    assert page("bandwidth_degraded, route_recovering") == "fabric-degraded"
    assert page("bandwidth_degraded, route_unhealthy") == "fabric-not-joined"
    assert page("misconfigured") == "fabric-not-joined"


def test_nothing_is_reset_that_is_off_the_bus_or_hangs(catalogue: Catalogue) -> None:
    for page in ("gpu-fell-off-bus", "gpu-call-hung", "pcie-fatal-timeout"):
        assert RemoteAction.GPU_RESET not in catalogue.page(page).ladder
