"""`docs/dcgm-names.md` says what is served. Anew: THIRDSHIFT_GOLDEN=write pytest <this file>"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fakes.dcgm_files import stock
from thirdshift_agent.collectors.gpu import ALL
from thirdshift_agent.dcgm import NAMES, DcgmName
from thirdshift_agent.page.metrics import GPU_PREFIX

DOCUMENT = Path(__file__).parents[3] / "docs" / "dcgm-names.md"
LABEL_NAMES = {row.name: row.labels for each in ALL for row in each.rows}
NOT_AS_LISTED = {"DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL"}
"""Whose type is not the list's; the document says why."""

_TABLE = re.compile(r"(?<=test_dcgm_document.py -->\n).*(?=<!-- end of names -->)", re.DOTALL)
_LISTED = re.compile(r"(?P<off># *)?(?P<name>DCGM_\w+) *, *(?P<kind>\w+) *,")


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of dcgm-exporter's list of counters."""

    name: str
    kind: str
    is_on: bool


def listed() -> list[Listed]:
    lines = map(_LISTED.match, stock("default-counters.csv").splitlines())
    return [Listed(line["name"], line["kind"], line["off"] is None) for line in lines if line]


def served() -> dict[str, str]:
    kinds = {each.name: "counter" if each.is_counter else "gauge" for each in NAMES}
    return kinds | {"DCGM_FI_DEV_XID_ERRORS": "gauge", "DCGM_FI_DRIVER_VERSION": "label"}


def refused() -> set[str]:
    """The names of the document's last table."""
    _, _, rest = DOCUMENT.read_text(encoding="utf-8").partition("## What is not served")
    return set(re.findall(r"^\| `(DCGM_\w+)` \|", rest, re.MULTILINE))


def table() -> str:
    lines = ["| name | what it is | from |", "|---|---|---|"]
    lines += [f"| `{n.name}` | {n.help} | {', '.join(sources(n))} |" for n in NAMES]
    last = f"`{GPU_PREFIX}xid_last_timestamp_seconds`"
    lines.append(f"| `DCGM_FI_DEV_XID_ERRORS` | The XID that came last; 0 is none. | {last} |")
    return "\n".join(lines) + "\n"


def sources(name: DcgmName) -> Iterator[str]:
    """Our metrics behind a name, with the labels that all parts have in common."""
    for row in dict.fromkeys(row for row, _ in name.parts):
        values = [labels for other, labels in name.parts if other == row]
        common = [
            f'{label}="{told[0]}"'
            for label, told in zip(LABEL_NAMES[row], zip(*values, strict=True), strict=True)
            if len(set(told)) == 1
        ]
        yield f"`{GPU_PREFIX}{row}{'{' + ','.join(common) + '}' if common else ''}`"


def test_the_document_lists_every_name_and_where_it_comes_from() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    if os.environ.get("THIRDSHIFT_GOLDEN") == "write":
        text = _TABLE.sub(lambda found: table(), text)
        DOCUMENT.write_text(text, encoding="utf-8")
    found = _TABLE.search(text)
    assert found is not None
    assert found[0] == table()


def test_nothing_is_both_served_and_not() -> None:
    assert refused() & served().keys() == set()


def test_every_name_of_nvidias_list_is_served_or_said_not_to_be() -> None:
    names = {line.name for line in listed()}
    assert names - served().keys() == refused()


def test_the_document_counts_right() -> None:
    lines = listed()
    on = {line.name for line in lines if line.is_on}
    off = {line.name for line in lines} - on
    metrics = {name for name, kind in served().items() if kind != "label"}
    counts = (len(on), len(on & metrics), len(off), len(off & metrics))
    words = " ".join(DOCUMENT.read_text(encoding="utf-8").split())
    said = re.search(
        r"Of the (\d+) names that dcgm-exporter has by default, (\d+) are served as metrics.*?"
        r"of the (\d+) more that its list holds switched off, (\d+)\.",
        words,
    )
    assert said is not None
    assert tuple(map(int, said.groups())) == counts


def test_the_types_are_those_of_nvidias_list() -> None:
    kinds: dict[str, set[str]] = {}
    for line in listed():
        kinds.setdefault(line.name, set()).add(line.kind)
    strange = {name for name, kind in served().items() if name in kinds and kind not in kinds[name]}
    assert strange == NOT_AS_LISTED
