"""What the text of an XID says beside its number, taken apart into facts; no judgement of them.

A pattern's named groups are the facts. Texts that fit no pattern yield no facts: the line itself
is kept as evidence in any case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import chain

from thirdshift_agent.wire import RecoveryAction

REGISTER_WORDS = 5
"""How many of XID 74's seven words have bits of a known meaning."""

_WORDS = r"(?P<registers>0x[0-9a-fA-F]{1,8}(?:[, ]+0x[0-9a-fA-F]{1,8}){0,15})"
_ADDRESS = r"0x[0-9a-fA-F_]{1,20}"

_CHANNEL = re.compile(
    r"(?:Ch|channel) (?:0x)?(?P<channel>[0-9a-fA-F]{1,8})\b"
    r"(?:, intr (?P<interrupt>[0-9a-fA-F]{1,8}))?(?:, engmask (?P<engine_mask>[0-9a-fA-F]{1,8}))?"
    r"(?:, errorString (?P<error>[^,]{1,80}))?(?:, Info (?P<info>0x[0-9a-fA-F]{1,8}))?"
)
_EXCEPTION = (
    re.compile(
        r"Graphics [\w ]{1,60} on \(GPC (?P<gpc>\d{1,4}), TPC (?P<tpc>\d{1,4})"
        r"(?:, SM (?P<sm>\d{1,4}))?\): (?P<exception>.{1,120})"
    ),
    re.compile(r"Graphics Exception: (?P<exception>.{1,120})"),
)
_MMU_FAULT = re.compile(
    r"(?:Ch (?P<channel>[0-9a-fA-F]{1,8}), )?(?:intr (?P<interrupt>[0-9a-fA-F]{1,8})\. )?"
    r"MMU Fault: ENGINE (?P<engine>\S{1,40}) (?:GPC(?P<gpc>\d{1,4}) )?(?P<client>\S{1,60}) "
    rf"faulted @ (?P<fault_address>{_ADDRESS})\. "
    r"Fault is of type (?P<fault_type>\w{1,60}) (?P<access_type>\w{1,60})"
)
_DOUBLE_BIT = re.compile(
    r"(?:An )?[Uu]ncorrectable double bit error \(DBE\) has been detected on GPU"
    r"(?: in the (?P<where>.{1,60}?))?"
    rf"(?: at physAddr (?P<physical_address>{_ADDRESS}))?"
    r"(?:(?: at)? partition (?P<partition>\d{1,4}), subpartition (?P<subpartition>\d{1,4}))?\.?$"
)
_DRAM = re.compile(
    r"(?P<memory>\w{1,20}), Uncorrectable DRAM error in FBPA (?P<partition>\d{1,4})"
    r"(?: subpartition (?P<subpartition>\d{1,4}))?"
    rf"(?: physAddr (?P<physical_address>{_ADDRESS}))?"
)
_SRAM = re.compile(
    r"(?P<unit>[\w ]{1,40}), Uncorrectable SRAM error in "
    r"(?P<where>(?:GPC (?P<gpc>\d{1,4}))?(?: ?TPC (?P<tpc>\d{1,4}))?.{0,60})"
)
_RETIREMENT = re.compile(
    r"(?P<mechanism>Row Remapper|Dynamic Page Retirement): [^(]{1,80}"
    rf"(?:\((?P<memory_address>{_ADDRESS})\))?"
)
_CONTAINMENT = re.compile(
    r"(?P<containment>Contained|Uncontained): (?P<unit>[\w ]{1,40}?) ?"
    r"\((?P<unit_mask>[^)]{1,40})\)\. RST: (?P<reset>\w{1,8}), D-RST: (?P<drain_reset>\w{1,8})"
)
_LINK = re.compile(
    r"NVLink: (?:(?P<fatal>fatal|non-?fatal) )?error detected on link (?P<link>\d{1,4}) ?"
    rf"\({_WORDS}\)",
    re.IGNORECASE,
)
_LINK_5 = re.compile(
    r"(?P<unit>[A-Z]\w{1,30}) (?P<fatal>Fatal|Non-?fatal) XC(?P<cross_containment>\d{1,3}) "
    rf"i(?P<injected>\d{{1,3}}) Link (?P<link>-?\d{{1,4}}) \({_WORDS}\)"
)
_RPC = re.compile(
    r"Timeout after (?P<waited_seconds>\d{1,6})s of waiting for RPC response from GPU\d{1,4} GSP!"
    r"(?: Expected function (?P<rpc_function_number>\d{1,6}) \((?P<rpc_function>\w{1,60})\))?"
    r"(?: \((?P<rpc_data>[0-9a-fx ]{1,60})\))?"
)
_GSP = re.compile(r"(?P<error>GSP [\w ]{1,40}(?:: [\w ]{1,60})?)")
_RECOVERY = re.compile(
    r".{0,80}?recovery action changed from 0x(?P<recovery_action_before>[0-9a-fA-F]{1,8})\b"
    r".* to 0x(?P<recovery_action_after>[0-9a-fA-F]{1,8})\b"
)

_PATTERNS: Mapping[int, tuple[re.Pattern[str], ...]] = {
    13: _EXCEPTION,
    31: (_MMU_FAULT,),
    48: (_DOUBLE_BIT,),
    63: (_RETIREMENT,),
    64: (_RETIREMENT,),
    74: (_LINK,),
    94: (_CONTAINMENT,),
    95: (_CONTAINMENT,),
    119: (_RPC,),
    120: (_RPC, _GSP),
    **dict.fromkeys(range(144, 151), (_LINK_5,)),
    154: (_RECOVERY,),
    171: (_DRAM,),
    172: (_SRAM,),
}

_BIT_CLASSES = {
    "ignorable": {0, 23, 30},
    "ecc": {4, 5},
    "mechanical": {8, 9, 12, 16, 17, 24, 28},
    "signal": {21, 22},
}
_CLASS_OF_BIT = {bit: name for name, bits in _BIT_CLASSES.items() for bit in bits}


@lru_cache(maxsize=512)
def details(code: int, text: str) -> Mapping[str, str]:
    """Return what the text says; nothing where it has no form that is known. Never raises."""
    for pattern in chain(_PATTERNS.get(code, ()), (_CHANNEL,)):
        if shape := pattern.match(text):
            facts = {key: value.strip(" .") for key, value in shape.groupdict().items() if value}
            return _refined(code, facts)
    return {}


def _refined(code: int, facts: dict[str, str]) -> dict[str, str]:
    for flag in ("fatal", "reset", "drain_reset"):
        if flag in facts:
            facts[flag] = "yes" if facts[flag].lower() in ("fatal", "yes") else "no"
    for key in ("recovery_action_before", "recovery_action_after"):
        if key in facts:
            facts[key] = _action(facts[key])
    if "containment" in facts:
        facts["containment"] = facts["containment"].lower()
    if "link" in facts:
        facts["link"] = str(int(facts["link"]))
    if "registers" in facts:
        words = re.findall(r"0x[0-9a-fA-F]+", facts["registers"])
        facts["registers"] = " ".join(words)
        numbers = [int(word, 16) for word in words]
        facts |= _bits(numbers) if code == 74 else _sub_codes(numbers)
    return facts


def _bits(words: list[int]) -> dict[str, str]:
    """The bits that are set, as `word:bit` counted from 0, by what a bit stands for."""
    found: dict[str, list[str]] = {}
    for place, word in enumerate(words):
        for bit in range(32):
            if word >> bit & 1:
                name = _CLASS_OF_BIT.get(bit, "other") if place < REGISTER_WORDS else "other"
                found.setdefault(f"{name}_bits", []).append(f"{place}:{bit}")
    return {name: " ".join(bits) for name, bits in found.items()}


def _sub_codes(words: list[int]) -> dict[str, str]:
    """The interrupt's sub-code at both places of NVIDIA's, which one holds is the driver's version
    to say, and at gpud's."""
    info = words[0]
    facts = {
        "interrupt_info": f"0x{info:08x}",
        "sub_code_before_r575": str(info >> 5 & 0x1F),
        "sub_code_since_r575": str(info & 0x7F),
        "sub_code_by_gpud": str(info >> 20 & 0x3F),
    }
    return facts if len(words) < 2 else {**facts, "error_status": f"0x{words[1]:08x}"}


def _action(hexadecimal: str) -> str:
    actions = list(RecoveryAction)
    number = int(hexadecimal, 16)
    return actions[number].value if number < len(actions) else f"0x{number:x}"
