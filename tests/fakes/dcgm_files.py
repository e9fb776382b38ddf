"""NVIDIA's own files, which are not ours to keep: they are read where they lie, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "dcgm"


def stock(name: str) -> str:
    """One of dcgm-exporter's files; skips the test, and says which file it wants, without it."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(
            f"NOT TESTED: {name} of NVIDIA's dcgm-exporter is not in shared/data/dcgm beside this "
            "checkout; put it there to test against it"
        )
    return path.read_text(encoding="utf-8")
