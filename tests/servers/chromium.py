"""A real browser without a window: opens a page, gives back its picture or its document."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
_TIMEOUT_SECONDS = 60


def screenshot(page: Path, picture: Path, width: int, height: int) -> None:
    """Draw the page at a window's size into a PNG."""
    _run(page, f"--screenshot={picture}", f"--window-size={width},{height}")


def document(page: Path) -> str:
    """The page's document after it was opened."""
    return _run(page, "--dump-dom")


def _run(page: Path, *wish: str) -> str:
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("chromium is not installed; tests/servers/install.sh installs it")
    profile = f"--user-data-dir={page.parent / 'chromium'}"
    command = [program, *_FLAGS, profile, *wish, page.as_uri()]
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return ended.stdout
