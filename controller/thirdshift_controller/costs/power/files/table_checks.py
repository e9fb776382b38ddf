"""What can only be seen wrong in `power.toml` by looking at several of its keys at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from thirdshift_controller.config.locate import KeyPath
from thirdshift_controller.config.source import Problem
from thirdshift_controller.costs.power.files.part_tables import AnyPart, PeriodTable, TimeOfUseTable
from thirdshift_controller.costs.power.files.tables import TariffTable
from thirdshift_controller.costs.power.parts.windows import Slot, any_holds, slots_to_check


def tariff_problems(
    tariffs: Sequence[TariffTable], line_of: Callable[[KeyPath], int]
) -> Iterator[Problem]:
    """Spans of days that are empty, overlap, or leave days between them."""
    for number, tariff in enumerate(tariffs):
        if tariff.to_on is not None and tariff.to_on <= tariff.from_on:
            yield Problem(("tariffs", number, "to_on"), "must be after from_on")
    in_order = sorted(enumerate(tariffs), key=lambda numbered: numbered[1].from_on)
    for (before, earlier), (number, later) in pairwise(in_order):
        text = _seam(earlier, later, line_of(("tariffs", before)))
        if text:
            yield Problem(("tariffs", number, "from_on"), text)


def _seam(earlier: TariffTable, later: TariffTable, line: int) -> str | None:
    other = f'"{earlier.name}" of line {line}'
    if earlier.to_on is None or earlier.to_on > later.from_on:
        return f"overlaps with {other}; give that one to_on = {later.from_on}"
    if earlier.to_on < later.from_on:
        return f"no tariff holds from {earlier.to_on}, where {other} ends; begin there"
    return None


def part_problems(parts: Mapping[KeyPath, AnyPart]) -> Iterator[Problem]:
    """Names that stand twice in a tariff, and hours without a price or with two."""
    seen: set[tuple[KeyPath, str]] = set()
    for path, part in parts.items():
        if (path[:2], part.name) in seen:
            text = f'"{part.name}" is another part of this tariff too; give each its own name'
            yield Problem((*path, "name"), text)
        seen.add((path[:2], part.name))
        if isinstance(part, TimeOfUseTable):
            yield from _hours_once((*path, "periods"), part.periods)


def _hours_once(path: KeyPath, periods: Sequence[PeriodTable]) -> Iterator[Problem]:
    windows = [(period.name, [one.window for one in period.when]) for period in periods]
    holes: list[Slot] = []
    twice: dict[tuple[str, ...], list[Slot]] = {}
    for slot in slots_to_check(window for _, some in windows for window in some):
        names = tuple(name for name, some in windows if any_holds(some, slot))
        if not names:
            holes.append(slot)
        elif len(names) > 1:
            twice.setdefault(names, []).append(slot)
    if holes:
        yield Problem(path, f"{_told(holes)} belongs to no period; put every hour into one")
    for names, slots in twice.items():
        yield Problem(path, f"{_told(slots)} belongs to {' and '.join(names)}; leave it in one")


def _told(slots: Sequence[Slot]) -> str:
    more = f" (and {len(slots) - 1} more such hours)" if len(slots) > 1 else ""
    return f"{slots[0]}{more}"
