"""What a rule remembers of one series, and whether the next reading is news. No signal, no disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from thirdshift_agent.collectors.row import Labels
from thirdshift_agent.watch.rule import Rises, Rule, Seen, Stays

Memories = dict[tuple[str, str], dict[Labels, "Memory"]]
"""By the unit and the rule's name, then by the series' labels."""


@dataclass(slots=True)
class Memory:
    """What is known of one series under one rule."""

    was_good: bool = False
    is_told: bool = False
    looks: int = 0
    """The last looks as bits, 1 for a bad one."""
    base: float | None = None
    base_at: float = 0.0


class Look:
    """One look: it changes memories, and says whether that must go to disk."""

    def __init__(self, at: float, in_grace: bool) -> None:
        """`at` in Unix seconds; `in_grace`: the node has just booted."""
        self._at, self._in_grace = at, in_grace
        self.has_news_for_disk = False
        self.has_doubts = False
        """Whether something is bad that another look may confirm."""

    def is_news(self, test: Rises | Stays, memory: Memory, seen: Seen) -> bool:
        """Take in one reading; whether it is worth a signal."""
        if isinstance(test, Rises):
            return self._has_risen(test, memory, seen.value)
        return self._has_turned_bad(test, memory, test.is_bad(seen))

    def _has_risen(self, test: Rises, memory: Memory, value: float) -> bool:
        if memory.base is None or value < memory.base:  # first seen, or it began anew
            self._rebase(test, memory, value)
            return False
        if value - memory.base >= test.by:
            news, memory.is_told = not memory.is_told, True
            self._rebase(test, memory, value)
            return news
        if not 0 <= self._at - memory.base_at <= test.within_seconds:
            memory.is_told = False
            memory.base, memory.base_at = value, self._at
        return False

    def _rebase(self, test: Rises, memory: Memory, value: float) -> None:
        memory.base, memory.base_at = value, self._at
        self.has_news_for_disk |= test.is_kept

    def _has_turned_bad(self, test: Stays, memory: Memory, is_bad: bool) -> bool:
        memory.looks = (memory.looks << 1 | is_bad) & (1 << test.of) - 1
        if not is_bad and test.after_good and not memory.was_good:
            memory.was_good = self.has_news_for_disk = True
        if memory.is_told:
            if not memory.looks:
                memory.is_told, self.has_news_for_disk = False, True
            return False
        if not is_bad or (test.after_good and not memory.was_good):
            return False
        if self._in_grace and not test.in_grace:
            return False
        if memory.looks.bit_count() < test.samples:
            self.has_doubts = True
            return False
        memory.is_told = self.has_news_for_disk = True
        return True


def kept_of(memories: Memories, rules: Iterable[Rule]) -> list[list[object]]:
    """Return what must outlive the process, as plain values."""
    tests = {rule.name: rule.test for rule in rules}
    return [
        [unit, rule, list(labels), *kept]
        for (unit, rule), by_labels in memories.items()
        for labels, memory in by_labels.items()
        if any(kept := _kept(tests[rule], memory))
    ]


def _kept(test: Rises | Stays, memory: Memory) -> tuple[bool, bool, float | None]:
    if isinstance(test, Stays):
        return memory.was_good, memory.is_told, None
    return False, False, memory.base if test.is_kept else None


def kept_from(kept: object, rules: Iterable[Rule]) -> Memories:
    """Return the memories that were kept; what cannot be understood is forgotten."""
    names = {rule.name for rule in rules}
    memories: Memories = {}
    for entry in kept if isinstance(kept, list) else ():
        match entry:
            case [str(unit), str(rule), [*labels], bool(good), bool(told), base] if (
                rule in names and (base is None or isinstance(base, float | int))
            ):
                series = tuple(str(label) for label in labels)
                memories.setdefault((unit, rule), {})[series] = Memory(good, told, base=base)
            case _:
                continue
    return memories
