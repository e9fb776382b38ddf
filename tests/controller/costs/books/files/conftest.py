"""The shipped example, to be spoiled, and what the loader then says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fakes.accounts import TORONTO_1024, Refusal
from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.books.files.load import load_books


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped example, to be spoiled."""
    copy = tmp_path / "books"
    shutil.copytree(TORONTO_1024, copy)
    return copy


@pytest.fixture
def refusal(folder: Path) -> Refusal:
    """Loads the books and gives what they were refused with, paths from their folder."""

    def told() -> str:
        with pytest.raises(ConfigError) as error:
            load_books(folder / "costs.toml")
        return str(error.value).replace(f"{folder}/", "")

    return told
