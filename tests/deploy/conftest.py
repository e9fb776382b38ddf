"""What the tests of the shipped files share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.world import World, started


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with started(tmp_path) as made:
        yield made
