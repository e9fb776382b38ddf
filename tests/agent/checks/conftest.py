"""A node to test, in a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.checks.bench import Bench
from thirdshift_agent.checks.gemm.cuda import CUBLASES, RUNTIMES


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    for folder in ("bin", "no_cuda"):
        (tmp_path / folder).mkdir()
    for library in (*RUNTIMES, *CUBLASES):
        # what the loader finds first and cannot use
        (tmp_path / "no_cuda" / library).touch()
    return Bench(tmp_path)
