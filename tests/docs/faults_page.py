"""The pages of faults in `docs/`, made of the catalogue: what they say is written nowhere else."""

from __future__ import annotations

from collections.abc import Sequence

from fakes.signal_names import ALL, UNUSED_XID_CODES
from thirdshift_runbooks import words
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.chapters import CHAPTERS, Chapter
from thirdshift_runbooks.page import Page

FOLDER = "../runbooks/thirdshift_runbooks/pages"
NUMBERED = ("xid", "sxid")

FAULTS = """\
# Every fault and its answer

Written by a test out of the fault catalogue: each failure class with its pages. A title leads to
its page. The other way round, every signal with the page that answers to it, is in
[faults-signals.md](faults-signals.md).

*From afar* is what the controller tries by itself, in this order, within its budget and only where
it may act. *Hands* is who comes when that mends nothing, with the hands-on minutes of the median
and of the 90th percentile. An observed fault is shown, counted and closed after a quiet time.

On a site with pages of its own, `thirdshift-controller runbook list --config controller.toml` says
what holds there, and `runbook which xid:79` which page answers ([the catalogue](runbooks.md)).
"""
SIGNALS = """\
# Every signal and its answer

Written by a test: every signal that the program can make, by who makes it, with the page that
answers to it. The number is that of its class in [faults.md](faults.md), where the rules are by
which another page answers.
"""


def pages(catalogue: Catalogue) -> dict[str, str]:
    """The pages under `docs/`, each with its whole text."""
    chapters = (_chapter(chapter, catalogue) for chapter in CHAPTERS.values())
    tables = (_index(maker, names, catalogue) for maker, names in ALL.items())
    return {
        "faults.md": FAULTS + "".join(chapters),
        "faults-signals.md": SIGNALS + "".join(tables) + _unused(catalogue),
    }


def _chapter(chapter: Chapter, catalogue: Catalogue) -> str:
    pages = [one for one in catalogue.pages if one.failure_class is chapter.failure_class]
    rows = [["Page", "Signals", "Gravity", "From afar", "Hands"], *map(_row, pages)]
    rules = [_rules(one, catalogue) for one in pages if one.when]
    text = f"Class `{chapter.failure_class}`. {chapter.text}\n"
    lines = [f"\n## {chapter.heading}\n", text, *_table(rows), *([""] if rules else []), *rules]
    return "\n".join(lines) + "\n"


def _row(page: Page) -> list[str]:
    hands = words.hands(page)
    if page.estimate:
        hands += f"; {page.estimate.p50_minutes} to {page.estimate.p90_minutes} min"
    return [_link(page), _signals(page), words.gravity(page), words.remote(page), hands]


def _signals(page: Page) -> str:
    plain = [f"`{name}`" for name in page.signals if not name.startswith(NUMBERED)]
    for kind in NUMBERED:
        codes = [
            name.removeprefix(f"{kind}:") for name in page.signals if name.startswith(f"{kind}:")
        ]
        if codes:
            plain.append(f"`{kind}` {', '.join(codes)}")
    return ", ".join(plain) or "none of its own"


def _rules(page: Page, catalogue: Catalogue) -> str:
    said = (
        f"`{when.signal}` becomes {_link(catalogue.page(when.becomes))} {words.condition(when)}"
        for when in page.when
    )
    return f"- *{page.title}*: {'; '.join(said)}."


def _index(maker: str, names: Sequence[str], catalogue: Catalogue) -> str:
    rows = [["Signal", "Page", "Class", "What is done"]]
    for name in names:
        page = catalogue.for_signal(name)
        number = CHAPTERS[page.failure_class].number
        rows.append([f"`{name}`", _link(page), str(number or ""), words.deeds(page)])
    return "\n".join([f"\n## {maker}\n", *_table(rows)]) + "\n"


def _unused(catalogue: Catalogue) -> str:
    unknown = [
        str(code)
        for code in UNUSED_XID_CODES
        if catalogue.for_signal(f"xid:{code}") is catalogue.unknown
    ]
    target = _link(catalogue.unknown)
    return (
        "\nXIDs that NVIDIA's catalogue calls unused on A100 to GB200 are answered by "
        f"{target}: {', '.join(unknown)}. So is every number above 173.\n"
    )


def _link(page: Page) -> str:
    return f"[{page.title}]({FOLDER}/{page.alert}.md)"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *others = rows
    return [_line(head), _line(["---"] * len(head)), *map(_line, others)]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
