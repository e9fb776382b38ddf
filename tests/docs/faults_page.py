"""The pages of faults in `docs/`, made of the catalogue: what they say is written nowhere else."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

from fakes.signal_names import ALL, UNUSED_XID_CODES
from thirdshift_runbooks import words
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.chapters import CHAPTERS, Chapter
from thirdshift_runbooks.page import Disposition, Page, Severity

FOLDER = "../runbooks/thirdshift_runbooks/pages"
NUMBERED = ("xid", "sxid")

FAULTS = """\
# Every fault and its answer

Written by a test out of the fault catalogue: each failure class with its pages, the gravest first.
A title leads to its page: what it means, how to tell, what to do, what proves it well.

- You have a signal, `xid:79`: [faults-signals.md](faults-signals.md) has every one with its page.
- The page is another than that: [faults-rules.md](faults-rules.md) has the rules by which a repeat,
  a fact or company leads to another.
- You have an incident: it names its page; `thirdshift-controller runbook show ID` prints it.
- Your site has pages of its own: `runbook list --config controller.toml` says what holds there,
  and `runbook which xid:79` who answers ([the catalogue](runbooks.md)).

*From afar* is what the controller tries by itself, in this order, within its budget and only where
it may act. *Hands* is who comes when that mends nothing, with the hands-on minutes of the median
and of the 90th percentile. An observed fault is shown, counted and closed after a quiet time; its
*Hands* are nobody's.

"""
SIGNALS = """\
# Every signal and its answer

Written by a test: every signal that the program can make, by who makes it, with the page that
answers to it. The number is that of its class in [faults.md](faults.md); by what another page
answers is in [faults-rules.md](faults-rules.md).
"""
RULES = """\
# When another page answers

Written by a test: a signal's name leads to one page, and where one of these holds, to another. The
rules of a page are looked at in order; the first that holds decides. What *comes* is a burst, not a
line. The number is that of the page's class in [faults.md](faults.md).

"""


def pages(catalogue: Catalogue) -> dict[str, str]:
    """The pages under `docs/`, each with its whole text."""
    chapters = (_chapter(chapter, catalogue) for chapter in CHAPTERS.values())
    tables = (_index(maker, names, catalogue) for maker, names in ALL.items())
    return {
        "faults.md": FAULTS + _contents(catalogue) + "".join(chapters),
        "faults-rules.md": RULES + _rules(catalogue),
        "faults-signals.md": SIGNALS + "".join(tables) + _unused(catalogue),
    }


def _contents(catalogue: Catalogue) -> str:
    rows = [["Class", "What it is", "Repaired", "Observed"]]
    for chapter in CHAPTERS.values():
        ours = Counter(one.disposition for one in _pages(chapter, catalogue))
        counts = [str(ours[one]) for one in (Disposition.REPAIR, Disposition.OBSERVE)]
        rows.append([_anchor(chapter.heading), chapter.text, *counts])
    return "\n".join(_table(rows)) + "\n"


def _anchor(heading: str) -> str:
    """A link within the page, as the usual readers of Markdown name their headings."""
    target = re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")
    return f"[{heading}](#{target})"


def _pages(chapter: Chapter, catalogue: Catalogue) -> list[Page]:
    """The gravest first, what is only observed last."""
    order = list(Severity)
    ours = (one for one in catalogue.pages if one.failure_class is chapter.failure_class)
    return sorted(
        ours,
        key=lambda one: (one.disposition is Disposition.OBSERVE, order.index(one.severity), one.id),
    )


def _chapter(chapter: Chapter, catalogue: Catalogue) -> str:
    found = _pages(chapter, catalogue)
    rows = [["Page", "Signals", "Gravity", "From afar", "Hands"], *map(_row, found)]
    text = f"Class `{chapter.failure_class}`. {chapter.text}\n"
    return "\n".join([f"\n## {chapter.heading}\n", text, *_table(rows)]) + "\n"


def _row(page: Page) -> list[str]:
    hands = words.hands(page)
    if page.estimate:
        hands += f"; {page.estimate.p50_minutes} to {page.estimate.p90_minutes} min"
    return [_link(page), _signals(page), words.gravity(page), words.remote(page), hands]


def _signals(page: Page) -> str:
    plain = [f"`{name}`" for name in page.signals if not name.startswith(NUMBERED)]
    for kind in NUMBERED:
        named = [name for name in page.signals if name.startswith(f"{kind}:")]
        if named:
            codes = sorted(int(name.removeprefix(f"{kind}:")) for name in named)
            plain.append(f"`{kind}` {', '.join(_runs(codes))}")
    return ", ".join(plain) or "none of its own"


def _runs(codes: Sequence[int]) -> Iterator[str]:
    """`82, 96 to 105`: three or more neighbours by their ends."""
    for _, members in groupby(enumerate(codes), key=lambda pair: pair[1] - pair[0]):
        run = [code for _, code in members]
        if len(run) > 2:
            yield f"{run[0]} to {run[-1]}"
        else:
            yield from map(str, run)


def _rules(catalogue: Catalogue) -> str:
    rows = [["Signal", "Its page", "Class", "Answers instead", "Where"]]
    for chapter in CHAPTERS.values():
        for page in _pages(chapter, catalogue):
            for (becomes, where), signals in _by_outcome(page).items():
                names = ", ".join(f"`{name}`" for name in signals)
                other = _link(catalogue.page(becomes))
                rows.append([names, _link(page), str(chapter.number or ""), other, where])
    return "\n".join(_table(rows)) + "\n"


def _by_outcome(page: Page) -> dict[tuple[str, str], list[str]]:
    """Signals whose rules say the same, together."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for when in page.when:
        alike[when.becomes, words.condition(when)].append(when.signal)
    return alike


def _index(maker: str, names: Sequence[str], catalogue: Catalogue) -> str:
    rows = [["Signal", "Page", "Class", "What is done"]]
    for name in names:
        page = catalogue.for_signal(name)
        number = CHAPTERS[page.failure_class].number
        rows.append([f"`{name}`", _link(page), str(number or ""), words.deeds(page)])
    return "\n".join([f"\n## {maker}\n", *_table(rows)]) + "\n"


def _unused(catalogue: Catalogue) -> str:
    codes = [code for code in UNUSED_XID_CODES if _is_unknown(catalogue, code)]
    return (
        "\nXIDs that NVIDIA's catalogue calls unused on A100 to GB200 are answered by "
        f"{_link(catalogue.unknown)}: {', '.join(_runs(codes))}. So is every number above 173.\n"
    )


def _is_unknown(catalogue: Catalogue, code: int) -> bool:
    return catalogue.for_signal(f"xid:{code}") is catalogue.unknown


def _link(page: Page) -> str:
    return f"[{page.title}]({FOLDER}/{page.alert}.md)"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *others = rows
    return [_line(head), _line(["---"] * len(head)), *map(_line, others)]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
