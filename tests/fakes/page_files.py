"""Pages as their files, for tests of how a page is read: short, and nobody's catalogue."""

from __future__ import annotations

_PAGE = """\
# Something of ours

```toml
id = "{id}"
signals = [{signals}]
class = "power"
component = "busbar"
unit = "node"
severity = "minor"
disposition = "observe"
takes_out = "nothing"
ladder = []
people = 0
skills = []
parts = []
safety = "Nothing to touch."
reviewed_on = 2026-11-24
{rules}```
""" + "".join(
    f"\n## {heading}\n\nWords.\n"
    for heading in ("Meaning", "Impact", "Diagnosis", "Mitigation", "Verification")
)


def page_text(identifier: str, *signals: str, rules: str = "") -> str:
    """A page that is observed, with `[[when]]` tables at the end of its record."""
    named = ", ".join(f'"{signal}"' for signal in signals)
    return _PAGE.format(id=identifier, signals=named, rules=rules)


PENDING = page_text("row-remap-pending", "xid:63", "remap:pending", "remap:page_pending")
UNKNOWN = page_text("unknown-signal", "*")
