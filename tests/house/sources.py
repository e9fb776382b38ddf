"""The house's own files, as the rules of the house read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE_ROOTS = ("agent", "controller", "runbooks", "tui")


@dataclass(frozen=True)
class Module:
    """One Python file; `path` is relative to the root of the repository."""

    path: str
    text: str
    tree: ast.Module

    @property
    def is_source(self) -> bool:
        """Whether it is installed; a test is not."""
        return self.path.startswith(SOURCE_ROOTS)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


def module(path: str, text: str) -> Module:
    """Read one module."""
    return Module(path, text, ast.parse(text))


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the house."""
    return tuple(module(path, text) for path, text in texts().items() if path.endswith(".py"))


@cache
def texts() -> dict[str, str]:
    """Every file that is tracked, or would be if it were added; what is not text is left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {path: text for path in listed.splitlines() if (text := _text(ROOT / path)) is not None}


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return None
