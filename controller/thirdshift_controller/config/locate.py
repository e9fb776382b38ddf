"""Where in a TOML text each key stands, so that a complaint can name the line.

The text has been parsed already, so each statement is simply grown line by line until `tomllib`
accepts it alone; what it then says is placed under the table header above it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

KeyPath = tuple[str | int, ...]
"""Keys and positions in arrays from the top: `("rows", 0, "racks", 1, "name")`."""


def lines_by_path(text: str) -> dict[KeyPath, int]:
    """The line, counted from 1, on which each key, table and array element begins."""
    found: dict[KeyPath, int] = {(): 1}
    lengths: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for line, statement in _statements(text):
        value = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _open_table(value, lengths)
            for end in range(1, len(table) + 1):
                found.setdefault(table[:end], line)
        else:
            for path in _paths(value, table):
                found.setdefault(path, line)
    return found


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header or assignment with the line it begins on."""
    begun, pending = 1, ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not pending:
            begun = number
        pending += line + "\n"
        try:
            says_something = bool(tomllib.loads(pending))
        except tomllib.TOMLDecodeError:
            continue
        if says_something:
            yield begun, pending
        pending = ""


def _open_table(header: object, lengths: dict[KeyPath, int]) -> KeyPath:
    """The full path of the table that `[a.b]` or `[[a.b]]` opens, with positions in arrays."""
    path: KeyPath = ()
    while header:
        if isinstance(header, dict):
            ((key, header),) = header.items()
            path = (*path, key)
            if not isinstance(header, list) and path in lengths:
                path = (*path, lengths[path] - 1)
        elif isinstance(header, list):
            lengths[path] = lengths.get(path, 0) + 1
            path, header = (*path, lengths[path] - 1), header[0]
    return path


def _paths(value: object, at: KeyPath) -> Iterator[KeyPath]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*at, key)
            yield from _paths(inner, (*at, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield (*at, position)
            yield from _paths(inner, (*at, position))
