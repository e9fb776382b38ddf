"""A price file as it was fetched, and what only the person who fetched it knows."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from thirdshift_controller.config import ConfigError
from thirdshift_controller.config.explain import nearest

_EXTRA = "more cells than columns"


@dataclass(frozen=True, slots=True)
class Given:
    """What no price file says of itself."""

    retrieved_on: date
    licence: str
    source: str
    """In a few words, such as `skypilot-aws`."""
    provider: str | None = None
    """Where neither the rows nor the file's name say whose prices they are."""


@dataclass(frozen=True)
class SourceFile:
    """One file, whole. It is text or JSON by what its importer makes of it."""

    path: Path
    content: bytes

    @classmethod
    def read(cls, path: Path) -> SourceFile:
        """Read a file. Raises `ConfigError` where it cannot be."""
        try:
            return cls(path, path.read_bytes())
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}; name a file") from None

    @cached_property
    def sha256(self) -> str:
        """Of its bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def text(self) -> str:
        """Raises `ConfigError` where it is not UTF-8."""
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ConfigError(
                f"{self.path}: byte {error.start} is not UTF-8; save it as UTF-8"
            ) from None

    def lines(
        self, columns: Collection[str], skip: int = 0
    ) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Rows of a CSV file by the names of their columns, whatever their order.

        `skip` lines stand above the header. Raises `ConfigError` where one of `columns` is not in
        it, and where a row has more cells or fewer: the file is cut short or damaged.
        """
        stream = io.StringIO(self.text, newline="")
        for _ in range(skip):
            stream.readline()
        reader = csv.DictReader(stream, restkey=_EXTRA)
        header = reader.fieldnames or ()
        missing = [name for name in columns if name not in header]
        if missing:
            raise ConfigError(
                "\n".join(
                    f"{self.path}, line {skip + 1}: the column {name} is missing;"
                    f" {nearest(name, header, 'is this file of another format?')}"
                    for name in missing
                )
            )
        try:
            for row in reader:
                if _EXTRA in row or row[header[-1]] is None:
                    raise csv.Error(f"must have {len(header)} cells as line {skip + 1} has")
                yield skip + reader.line_num, row
        except csv.Error as error:
            line = skip + reader.line_num
            raise ConfigError(f"{self.path}, line {line}: {error}; fetch it again") from None

    def json(self) -> Any:
        """Its JSON, numbers exact. Raises `ConfigError` where it is none."""
        try:
            return json.loads(self.text, parse_float=Decimal)
        except json.JSONDecodeError as error:
            raise ConfigError(
                f"{self.path}, line {error.lineno}: is not JSON: {error.msg}; fetch it again"
            ) from None
        except RecursionError:
            raise ConfigError(f"{self.path}: nests lists without end; fetch it again") from None
