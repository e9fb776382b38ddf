"""Says in plain words what pydantic found wrong in a file."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_QUOTED = re.compile(r"'([^']*)'")
_KINDS = {
    "int_type": "a whole number without quotes",
    "int_parsing": "a whole number without quotes",
    "int_from_float": "a whole number",
    "float_type": "a number without quotes",
    "float_parsing": "a number without quotes",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": 'text in "quotes"',
    "path_type": 'a path in "quotes"',
    "decimal_type": 'a number in "quotes"',
    "decimal_parsing": 'a number in "quotes"',
    "date_type": 'a date as "2026-01-01"',
    "date_parsing": 'a date as "2026-01-01"',
    "date_from_datetime_parsing": 'a date as "2026-01-01"',
    "date_from_datetime_inexact": 'a date as "2026-01-01"',
    "list_type": "a list in [brackets]",
    "tuple_type": "a list in [brackets]",
    "model_type": "a [table]",
    "dict_type": "a [table]",
    "string_too_short": "filled in",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "string_pattern_mismatch": "text of the form {pattern}",
}


def explanations(
    model: type[BaseModel], error: ValidationError
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every complaint after its place; a list of bad entries alone is not also called empty."""
    found = error.errors(include_url=False)
    for one in found:
        place = one["loc"]
        inside = (other["loc"] for other in found if len(other["loc"]) > len(place))
        if one["type"] != "too_short" or place not in {loc[: len(place)] for loc in inside}:
            yield place, explain(model, one)


def explain(model: type[BaseModel], error: ErrorDetails) -> str:
    """The part of a complaint after the key: what is wrong and what mends it."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "is missing; add it here"
    if kind == "extra_forbidden":
        *around, key = error["loc"]
        table = _table(model, around)
        return f"is not known here; {nearest(str(key), table.model_fields if table else ())}"
    if kind == "too_short":
        return "is empty; add one"
    if kind == "value_error":
        return str(context["error"])
    if kind in ("enum", "literal_error"):
        words = _QUOTED.findall(context["expected"])
        return f"must be one of {', '.join(words)}{_found(model, error)}"
    if kind in _KINDS:
        return f"must be {_KINDS[kind].format(**context)}{_found(model, error)}"
    return error["msg"][:1].lower() + error["msg"][1:]


def nearest(word: str, known: Collection[str], otherwise: str | None = None) -> str:
    """A remedy for a word that is not known: the nearest that is, otherwise all of them."""
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f'did you mean "{close[0]}"?'
    return otherwise or f"known are {', '.join(sorted(known))}"


def _found(model: type[BaseModel], error: ErrorDetails) -> str:
    """What was found instead, unless its field is a secret (`repr=False`)."""
    *around, key = [part for part in error["loc"] if isinstance(part, str)]
    table, value = _table(model, around), error["input"]
    field = table.model_fields.get(key) if table else None
    if field is None or not field.repr or isinstance(value, dict | list):
        return ""
    return f", not {json.dumps(value, default=str, ensure_ascii=False)}"


def _table(model: type[BaseModel], path: Iterable[str | int]) -> type[BaseModel] | None:
    """The model of the table at a path of keys and positions."""
    table: type[BaseModel] | None = model
    for key in path:
        if isinstance(key, str):
            field = table.model_fields.get(key) if table else None
            table = _model_in(field.annotation) if field else None
    return table


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside `tuple[Model, ...]`, `Model | None` and their like."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
