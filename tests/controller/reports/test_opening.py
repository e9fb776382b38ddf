"""A site's accounts are opened with every file that they name, or refused by file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fakes.toronto import FOLDER
from thirdshift_controller.config import ConfigError, load_site
from thirdshift_controller.reports.opening import open_accounts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(FOLDER, tmp_path / "site")


def mended(folder: Path, good: str, bad: str) -> None:
    path = folder / "costs.toml"
    text = path.read_text(encoding="utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), encoding="utf-8")


def opened(folder: Path) -> int:
    return len(open_accounts(folder / "costs.toml", *load_site(folder / "site.toml")).books.assets)


def test_the_example_opens_with_its_books_and_the_bundled_prices(folder: Path) -> None:
    assert opened(folder) == 10


def test_a_driver_that_nobody_knows_is_named_with_its_nearest(folder: Path) -> None:
    mended(folder, 'driver = "colo"', 'driver = "coloo"')
    with pytest.raises(ConfigError, match=r"costs\.toml, line \d+: driver: 'coloo'.*\"colo\""):
        opened(folder)


def test_without_tariffs_no_electricity_can_be_priced(folder: Path) -> None:
    mended(folder, 'power = "power.toml"\n', "")
    with pytest.raises(ConfigError, match=r"files\.power is missing"):
        opened(folder)
