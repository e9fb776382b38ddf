"""Async tests run on asyncio, and nothing of the caller's terminal reaches them."""

from __future__ import annotations

import pytest


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "THIRDSHIFT_URL", "THIRDSHIFT_TOKEN", "THIRDSHIFT_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
