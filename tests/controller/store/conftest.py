"""The two databases that we run on, each empty."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from servers.postgresql import postgresql
from thirdshift_controller.store.database import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Without any table: a file of SQLite, and a server of PostgreSQL."""
    with ExitStack() as closing:
        url = f"sqlite:///{tmp_path / 'test.db'}"
        if request.param == "postgresql":
            url = closing.enter_context(postgresql())
        made = Store(url)
        closing.callback(made.close)
        yield made
