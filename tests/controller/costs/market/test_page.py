"""`docs/cloud-prices.md` names every column, format, remark and command that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from thirdshift_controller.costs.market.importers.formats import FORMATS
from thirdshift_controller.costs.market.importers.remarks import Trap
from thirdshift_controller.costs.market.price_row import PriceRow
from thirdshift_controller.costs.market.record import Fabric, PurchaseOption, Quality

PAGE = (Path(__file__).parents[4] / "docs" / "cloud-prices.md").read_text(encoding="utf-8")
CODE = set(re.findall(r"`([^`]+)`", PAGE))
BOLD = set(re.findall(r"\*\*`([^`]+)`\*\*", PAGE))


def test_every_column_is_named_and_those_that_must_be_there_are_bold() -> None:
    columns = PriceRow.model_fields
    assert columns.keys() <= CODE
    assert {name for name, field in columns.items() if field.is_required()} == BOLD


@pytest.mark.parametrize("words", [FORMATS, PurchaseOption, Quality, Fabric])
def test_every_word_of_a_column_is_named(words: list[str]) -> None:
    assert {str(word) for word in words} <= CODE


@pytest.mark.parametrize("trap", [trap for trap in Trap if trap is not Trap.UNREADABLE])
def test_every_remark_is_explained(trap: Trap) -> None:
    assert trap in PAGE
