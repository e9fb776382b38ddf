"""Reads a TOML file and complains about it by line. What it means is its model's business."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)

from thirdshift_controller.config.complaints import first_of
from thirdshift_controller.config.errors import ConfigError
from thirdshift_controller.config.explain import explanations
from thirdshift_controller.config.locate import KeyPath, lines_by_path

M = TypeVar("M", bound=BaseModel)
_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_SYNTAX_REMEDY = "docs/site-files.md shows how it is written"
_SYNTAX_REMEDIES = {
    "Invalid value": 'text stands in "quotes", numbers and true or false without',
    "Invalid statement": "a line is [table], [[table]], key = value or # comment",
    "Cannot overwrite a value": "the key stands twice in one table",
    "Expected newline or end of document after a statement": "one key = value a line",
    "Unterminated string": "close the quote on the same line",
}


class Table(BaseModel):
    """A table of a file: frozen, finite numbers only, and an unknown key is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        validate_default=True,
        revalidate_instances="always",  # a table left out has paths that are beside the file too
    )


def beside(path: Path, info: ValidationInfo) -> Path:
    """A relative path is relative to the file that names it; `~` is the user's home.

    Raises `ValueError`.
    """
    if "\0" in str(path):
        raise ValueError("holds the unprintable character U+0000; take it out")
    folder: Path = info.context["folder"] if info.context else Path()
    return folder / path.expanduser()


Beside = Annotated[Path, AfterValidator(beside)]
Seconds = Annotated[float, Field(gt=0, le=1e9, strict=True)]
"""A thousand million is 31 years; far beyond, the calendar ends."""
Count = Annotated[int, Field(ge=1, strict=True)]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place of a file, and what mends it."""

    path: KeyPath
    text: str


@dataclass(frozen=True)
class Source:
    """One TOML file as it was read."""

    path: Path
    text: str
    values: dict[str, Any]

    @cached_property
    def _lines(self) -> dict[KeyPath, int]:
        return lines_by_path(self.text)

    def fill(self, model: type[M]) -> M:
        """The file as a model. Raises `ConfigError` with every problem found."""
        try:
            return model.model_validate(self.values, context={"folder": self.path.parent})
        except ValidationError as error:
            problems = [Problem(*found) for found in explanations(model, error)]
            raise self._refusal(problems) from None  # pydantic's own text repeats secrets

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Raise `ConfigError` if there is any problem."""
        found = list(problems)
        if found:
            raise self._refusal(found)

    def _refusal(self, problems: Iterable[Problem]) -> ConfigError:
        """All of the problems, in the order of the file; of very many, the first."""
        lines = [
            text for _, text in sorted((self.line(p.path), self._complaint(p)) for p in problems)
        ]
        return ConfigError("\n".join(first_of(lines, self.path)))

    def line(self, path: KeyPath) -> int:
        """The line of a key; where it is missing, that of the table it belongs to."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _complaint(self, problem: Problem) -> str:
        key = ".".join(part for part in problem.path if isinstance(part, str))
        place = f"{self.path}, line {self.line(problem.path)}"
        return f"{place}: {key}: {problem.text}" if key else f"{place}: {problem.text}"


def read_source(path: Path) -> Source:
    """Read a TOML file. Raises `ConfigError` when it is not there, not readable or not TOML."""
    text = read_text(path)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_syntax_complaint(path, text, str(error))) from None
    if not values:
        raise ConfigError(f"{path} is empty; docs/site-files.md shows what belongs in it")
    return Source(path, text, values)


def read_toml(path: Path, model: type[M]) -> M:
    """Read a TOML file into a model. Raises `ConfigError` with every problem found."""
    return read_source(path).fill(model)


def existing(path: Path) -> Path:
    """For `AfterValidator`: the file is there. Raises `ValueError`."""
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file; mend the path that names it")
    return path


def read_text(path: Path) -> str:
    """The text of a file. Raises `ConfigError` when it is not there or not readable."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: there is no such file; create it or mend the path that names it"
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: byte {error.start} is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}; name a file that can"
        ) from None


def _syntax_complaint(path: Path, text: str, message: str) -> str:
    place = _PLACE.search(message)
    what = _PLACE.sub("", message)
    remedy = _SYNTAX_REMEDIES.get(what, _SYNTAX_REMEDY)
    if place and place["line"]:
        return f"{path}, line {place['line']}: {what[:1].lower()}{what[1:]}; {remedy}"
    last = text.count("\n") + 1
    return f"{path}, line {last}: the file ends too soon; close every bracket and quote"
