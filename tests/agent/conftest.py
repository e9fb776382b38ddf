"""Real NVML calls in the test's own process, against a library of ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from servers.nvml_library import NvmlLibrary
from thirdshift_agent.nvml import NvmlDriver


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NvmlLibrary:
    library = NvmlLibrary(tmp_path / "nvml")
    library.load(monkeypatch)
    return library


@pytest.fixture
def driver(library: NvmlLibrary) -> Iterator[NvmlDriver]:
    driver = NvmlDriver()
    yield driver
    driver.close()
