"""Every figure as JSON: nothing is lost there and back, and the bytes are always the same.

THIRDSHIFT_GOLDEN=write pytest <this file>
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from fakes.any_posting import POSTINGS
from fakes.priced_month import figures, posting
from thirdshift_controller.costs.posting import Posting
from thirdshift_controller.errors import RefusedError
from thirdshift_controller.reports.data.figures_json import (
    SCHEMA,
    figures_from_json,
    figures_json,
)

KEYS = Path(__file__).with_name("golden") / "figures-keys.txt"


@given(POSTINGS)
def test_what_is_written_is_read_back_as_it_was(postings: list[Posting]) -> None:
    month = figures(postings)
    assert figures_from_json(figures_json(month)) == month


def test_an_instant_keeps_its_microseconds() -> None:
    month = figures()
    assert month.window is not None
    later = month.window.to_at - timedelta(microseconds=1)
    month = replace(month, window=replace(month.window, to_at=later))
    assert figures_from_json(figures_json(month)) == month


def test_what_cannot_be_said_is_null_and_not_zero() -> None:
    month = replace(figures(), budget=None, bridge=None, window=None, cloud=None)
    written = json.loads(figures_json(month))["figures"]
    assert [written[key] for key in ("budget", "bridge", "window", "cloud")] == [None] * 4
    assert figures_from_json(figures_json(month)) == month


def test_amounts_are_plain_strings_and_instants_in_utc() -> None:
    written = json.loads(figures_json(figures([posting(amount="1E+9")])))["figures"]
    assert written["billed"] == {"amount": "1000000000", "currency": "USD"}
    assert written["postings"][0]["from_at"] == "2026-11-01T04:00:00Z"
    assert written["month"] == {"number": 11, "timezone": "America/Toronto", "year": 2026}


def test_nothing_of_the_books_is_a_float() -> None:
    written = json.loads(figures_json(figures()))["figures"]
    assert written["lines"][0]["share_ratio"].startswith("0.57")
    assert written["energy"]["pue"] == "1.35"
    assert {type(one["quantity"]) for one in written["postings"]} == {str}
    assert {type(one["economic"]["amount"]) for one in written["postings"]} == {str}


def test_keys_are_sorted_and_the_bytes_the_same() -> None:
    text = figures_json(figures())
    again = json.dumps(json.loads(text), sort_keys=True, indent=1, ensure_ascii=False)
    assert text == f"{again}\n" == figures_json(figures())


def test_the_keys_are_those_of_the_schema() -> None:
    """Where this fails: a key that went, or means something else, takes a new number."""
    keys = "".join(f"{path}\n" for path in sorted(set(paths(json.loads(figures_json(figures()))))))
    if os.environ.get("THIRDSHIFT_GOLDEN") == "write":
        KEYS.write_text(keys, encoding="utf-8")
    assert KEYS.read_text(encoding="utf-8") == keys


def paths(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{path}[]")
    else:
        yield path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"figures": {}}',
        '{"schema": "thirdshift.month/0", "figures": {}}',
        f'{{"schema": "{SCHEMA}"}}',
        f'{{"schema": "{SCHEMA}", "figures": {{"site": 1}}}}',
    ],
)
def test_another_document_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(RefusedError, match="write its report anew"):
        figures_from_json(text)
