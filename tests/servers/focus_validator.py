"""The FinOps Foundation's validator 1.0.0, which knows FOCUS up to 1.0. It needs no network.

Its rules for 1.0 name four columns as drafts of FOCUS did, so it is shown a copy with those names;
one rule of a draft asks for a column that no release has, and is overridden. It ends with 0
whatever it finds, so its words are read.
"""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import pytest

VENV = Path(__file__).parents[2] / "build" / "focus-venv"
DRAFT_NAMES = {
    "InvoiceIssuerName": "InvoiceIssuer",
    "ProviderName": "Provider",
    "PublisherName": "Publisher",
    "ResourceId": "ResourceID",
}
OF_A_DRAFT = "SkuPriceId_Nullable"
"""It reads `ChargeType`, which became ChargeCategory before FOCUS 1.0."""


def findings(file: Path) -> str:
    """What the validator says of a CSV of FOCUS 1.0; empty where it has nothing against it."""
    command = [
        str(_program()),
        *("--data-file", str(_with_draft_names(file))),
        *("--override-file", str(_override(file.with_suffix(".yaml")))),
        *("--validate-version", "1.0"),
    ]
    home = next(VENV.glob("lib/python3*/site-packages"))  # its list of currencies is beside it
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    return "" if said.strip() == "Validation succeeded." else said


def _program() -> Path:
    program = VENV / "bin" / "focus-validator"
    if not program.exists():
        pytest.fail("the FOCUS validator is not installed; `make build/focus-venv/.installed` does")
    return program


def _with_draft_names(file: Path) -> Path:
    copy = file.with_suffix(".draft.csv")
    with file.open(encoding="utf-8", newline="") as read, copy.open("w", newline="") as written:
        head, *rows = csv.reader(read)
        renamed = [DRAFT_NAMES.get(name, name) for name in head]
        csv.writer(written).writerows([renamed, *rows])
    return copy


def _override(file: Path) -> Path:
    file.write_text(f"overrides:\n  - {OF_A_DRAFT}\n", encoding="utf-8")
    return file
