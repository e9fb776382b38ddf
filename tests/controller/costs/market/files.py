"""Importing a file in a test: an excerpt of a real one, or one written for the purpose."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from thirdshift_controller.costs.market.importers.formats import FORMATS
from thirdshift_controller.costs.market.importers.remarks import Done, Imported, Trap
from thirdshift_controller.costs.market.importers.source import Given, SourceFile

EXCERPTS = Path(__file__).parent / "excerpts"
RETRIEVED = date(2026, 11, 9)


def imported(
    kind: str, content: str, name: str = "vms.csv", provider: str | None = None
) -> Imported:
    """A file of these contents, taken in."""
    given = Given(RETRIEVED, "not said", f"{kind}-test", provider)
    return FORMATS[kind].read(SourceFile(Path(name), content.encode()), given)


def excerpt(kind: str, name: str, provider: str | None = None) -> Imported:
    """An excerpt of a real file, taken in."""
    return imported(kind, (EXCERPTS / name).read_text(encoding="utf-8"), name, provider)


def traps(found: Imported) -> Counter[tuple[Trap, Done]]:
    """How often each oddity was remarked on."""
    return Counter((remark.what, remark.done) for remark in found.remarks)


def unaccounted(found: Imported) -> int:
    """Rows that gave no price, were not said to be beside the matter, and got no remark."""
    spoken_of = {*found.lines, *(one.line for one in found.remarks if one.done is Done.DROPPED)}
    return found.rows - sum(found.beside.values()) - len(spoken_of)
