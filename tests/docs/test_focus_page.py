"""The page of the FOCUS file is what the file is written from.

THIRDSHIFT_GOLDEN=write pytest <this file>
"""

from __future__ import annotations

import os
from pathlib import Path

from docs.focus_page import page

FILE = Path(__file__).parents[2] / "docs" / "focus.md"


def test_the_page_is_up_to_date() -> None:
    text = page()
    if os.environ.get("THIRDSHIFT_GOLDEN") == "write":
        FILE.write_text(text, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == text
