"""A node with a BMC and a controller that may log in to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.site import node
from thirdshift_controller.adapters.bmc.bmcs import Bmcs
from thirdshift_controller.adapters.bmc.watch import Watch
from thirdshift_controller.config.bmc import BmcTable
from thirdshift_controller.fleet.inventory import Node

Table = Callable[..., BmcTable]
Open = Callable[..., tuple[Bmcs, Node]]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """`[bmc]` with the right password, changed as a test wants."""
    password_file = tmp_path / "bmc.password"
    password_file.touch(mode=0o600)
    password_file.write_text("secret\n", encoding="utf-8")

    def made(**changed: Any) -> BmcTable:
        right: dict[str, Any] = {"user": "admin", "password_file": password_file}
        return BmcTable(**(right | changed))

    return made


@pytest.fixture
def opened(table: Table) -> Iterator[Open]:
    """The site's BMCs and a node whose BMC is at a URL."""
    with ExitStack() as closing:

        def made(url: str | None, **changed: Any) -> tuple[Bmcs, Node]:
            bmcs = Bmcs(table(**changed), Watch(60.0, sleep=_briefly))
            closing.callback(bmcs.close)
            return bmcs, replace(node(), bmc=url)

        yield made


def _briefly(seconds: float) -> None:
    """A server of ours obeys at once."""
    time.sleep(min(seconds, 0.1))
