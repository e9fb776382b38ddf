"""Typed reading of a TOML table: what is not as it should be is noted, and reading goes on.

It knows TOML and Python's types, and nothing of runbooks. A read that fails returns a stand-in of
the right type; the caller throws everything away once there are problems.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

Note = Callable[[int, str], None]
"""Told the line in the record, counted from 0, and the problem found there."""

Word = TypeVar("Word", bound=StrEnum)
Value = TypeVar("Value")
_SIMPLE = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*=""")


@dataclass
class Table:
    """One table of a record. `header` is its `[name]` line, empty for the record itself."""

    values: Mapping[str, object]
    lines: list[str]
    note: Note
    header: str = ""
    nth: int = 0
    """Which of the tables with this header it is, counted from 0."""
    _asked: set[str] = field(default_factory=set)

    def text(self, key: str) -> str:
        """A string with something in it."""
        value = self._take(key, str, "a text in quotes")
        if value is not None and not value.strip():
            self.complain(key, "it is empty; write something")
        return value or ""

    def whole(self, key: str, least: int) -> int:
        """A whole number of at least `least`."""
        value = self._take(key, int, f"a whole number of at least {least}")
        if value is not None and value < least:
            self.complain(key, f"it is {value}; write a whole number of at least {least}")
        return least if value is None else value

    def some_whole(self, key: str, least: int, default: int) -> int:
        """A whole number of at least `least`; `default` where the key is absent."""
        if key not in self.values:
            self._asked.add(key)
            return default
        return self.whole(key, least)

    def flag(self, key: str, default: bool) -> bool:
        """True or false; `default` where the key is absent."""
        if key not in self.values:
            self._asked.add(key)
            return default
        return self._take(key, bool, "true or false") or False

    def day(self, key: str) -> date:
        """A calendar day."""
        return self._take(key, date, "a day such as 2026-11-24") or date.min

    def word(self, key: str, words: type[Word]) -> Word:
        """One of a set of words."""
        value = self._take(key, str, "a text in quotes")
        return next(iter(words)) if value is None else self._one_of(key, value, words)

    def words(self, key: str, words: type[Word]) -> tuple[Word, ...]:
        """A list of words out of a set."""
        return tuple(self._one_of(key, value, words) for value in self.texts(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings, each once."""
        values = self._take(key, list, "a list of texts in quotes")
        good = [value for value in values or () if isinstance(value, str) and value.strip()]
        if values is not None and len(good) < len(values):
            self.complain(key, "every item must be a text in quotes with something in it")
        if len(set(good)) < len(good):
            self.complain(key, "an item stands there twice; write it once")
        return tuple(good)

    def some_texts(self, key: str) -> tuple[str, ...]:
        """A list of strings, each once; none where the key is absent."""
        if key not in self.values:
            self._asked.add(key)
            return ()
        return self.texts(key)

    def patterns(self, key: str) -> dict[str, str]:
        """A table of regular expressions by name; empty where the key is absent."""
        if key not in self.values:
            self._asked.add(key)
            return {}
        values = self._take(key, dict, 'a table such as { fatal = "yes" }') or {}
        for name, value in values.items():
            if not isinstance(value, str) or not _compiles(value):
                self.complain(key, f"{name!r} must be a pattern in quotes, not {value!r}")
        return {name: str(value) for name, value in values.items()}

    def table(self, key: str) -> Table | None:
        """The table under `[key]`; `None` where the key is absent."""
        if key not in self.values:
            self._asked.add(key)
            return None
        values = self._take(key, dict, f"a table; write [{key}] on a line of its own")
        return None if values is None else Table(values, self.lines, self.note, f"[{key}]")

    def tables(self, key: str) -> Iterator[Table]:
        """The tables under each `[[key]]`; none where the key is absent."""
        if key not in self.values:
            self._asked.add(key)
            return
        values = self._take(key, list, f"a list of tables; write [[{key}]] before each") or []
        for nth, value in enumerate(values):
            if isinstance(value, dict):
                yield Table(value, self.lines, self.note, f"[[{key}]]", nth)
            else:
                self.complain(key, f"it must hold tables; write [[{key}]] before each")

    def end(self) -> None:
        """Complain of every key that nobody asked for."""
        for key in self.values.keys() - self._asked:
            near = get_close_matches(key, self._asked, n=1)
            known = ", ".join(sorted(self._asked))
            hint = f"did you mean {near[0]!r}?" if near else f"the keys are {known}"
            self.complain(key, f"no such key; {hint}")

    def complain(self, key: str, text: str) -> None:
        """Note a problem with the value of `key`."""
        where = f"key {key!r} of {self.header}" if self.header else f"key {key!r}"
        self.note(self._line(key), f"{where}: {text}")

    def _take(self, key: str, kind: type[Value], wanted: str) -> Value | None:
        self._asked.add(key)
        value = self.values.get(key)
        if value is None:
            self.complain(key, f"it is missing; write {wanted}")
        elif isinstance(value, kind) and not _is_disguised(value, kind):
            return value
        else:
            self.complain(key, f"it is {type(value).__name__} {value!r}; write {wanted}")
        return None

    def _one_of(self, key: str, value: str, words: type[Word]) -> Word:
        known = [word.value for word in words]
        if value in known:
            return words(value)
        near = get_close_matches(value, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"write one of {', '.join(known)}"
        self.complain(key, f"{value!r} is not known; {hint}")
        return next(iter(words))

    def _line(self, key: str) -> int:
        """Where the key stands; where it is absent or written in an odd way, its table."""
        if not self.header:
            for number, line in enumerate(self.lines):
                if line.strip() in (f"[{key}]", f"[[{key}]]"):
                    return number
        start = self._start()
        for number, line in enumerate(self.lines[start:], start):
            if number > start and line.startswith("["):
                break
            if (shape := _SIMPLE.match(line)) and key in shape.groups():
                return number
        return start

    def _start(self) -> int:
        heads = [n for n, line in enumerate(self.lines) if line.strip() == self.header]
        return heads[self.nth] if self.header and self.nth < len(heads) else 0


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _is_disguised(value: object, kind: type[object]) -> bool:
    """In Python a bool is an int and a datetime is a date; in a record they are not."""
    return (kind is int and isinstance(value, bool)) or (
        kind is date and isinstance(value, datetime)
    )
