"""`costs.toml`: what is read from it, and how it is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from fakes import toronto
from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.books.file import load_costs


def test_amounts_are_exact() -> None:
    cards = toronto.costs().assets[0]
    assert cards.price == Decimal("30720000.00")
    assert cards.residual == Decimal("7680000.00")


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        (
            'pue = "1.35"',
            "pue = 1.35",
            'energy.pue: must stand in quotes to stay exact: write "1.35"',
        ),
        ('pue = "1.35"', 'pue = "0.9"', 'energy.pue: must be at least 1, not "0.9"'),
        ('category = "gpu"', 'category = "people"', "assets.category: must be one of"),
        ("life_months = 36", "life_months = 0", "assets.life_months: must be at least 1"),
        ('residual_ratio = "0.25"', 'residual_ratio = "25"', "residual_ratio: must be at most 1"),
        ('currency = "USD"', 'currency = "dollars"', "currency: "),
        ("[capital]", "[kapital]", "kapital: is not known here"),
        ('amount = "30000.00"', 'amount = "lots"', "monthly.amount: must be a number"),
        ("bought_on = ", "bought_at = ", "assets.bought_at: is not known here"),
    ],
)
def test_a_bad_entry_is_refused_with_file_line_key_and_remedy(
    tmp_path: Path, good: str, bad: str, complaint: str
) -> None:
    path = tmp_path / "costs.toml"
    text = toronto.COSTS.read_text(encoding="utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as refusal:
        load_costs(path)
    assert complaint in str(refusal.value)
    assert f"{path}, line " in str(refusal.value)
