"""`[handoff]` as `docs/hand-off.md` shows it, and how its mistakes are named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from thirdshift_controller.config import ConfigError, HandoffTable, NvsentinelTable, load_controller

PAGE = Path(__file__).parents[3] / "docs" / "hand-off.md"
EXAMPLE = re.compile(r"^## controller\.toml\n```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def load(folder: Path, text: str) -> HandoffTable:
    file = folder / "controller.toml"
    file.write_text(text, encoding="utf-8")
    return load_controller(file, {}).handoff


def test_the_documented_table_loads_and_shows_the_defaults(tmp_path: Path) -> None:
    for name in ("nico.token", "callback.token"):
        (tmp_path / name).write_text("0123456789abcdef\n", encoding="utf-8")
    (text,) = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    table = load(tmp_path, text)
    assert table.interval_seconds == HandoffTable().interval_seconds
    assert table.nvsentinel is not None
    assert table.nvsentinel.kubeconfig_file == tmp_path / "kubeconfig"
    assert table.nvsentinel.model_copy(update={"kubeconfig_file": None}) == NvsentinelTable()
    assert table.nico is not None
    assert table.nico.token() == "0123456789abcdef"
    assert table.callback is not None
    assert table.callback.timeout_seconds == table.nico.timeout_seconds


def test_without_the_table_nobody_is_called(tmp_path: Path) -> None:
    table = load(tmp_path, "[handoff]\ninterval_seconds = 5.0\n")
    assert (table.callback, table.nvsentinel, table.nico) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[handoff]\ninterval_seconds = 0.0",
            "line 2: handoff.interval_seconds: must be more than",
        ),
        ("[handoff.nico]", "line 1: handoff.nico.url: is missing"),
        ("[handoff.nico]\nurl = 'nico.example'", 'line 2: handoff.nico.url: "nico.example" is no'),
        ("[handoff.nico]\nurl = 'https://x/?a=b'", 'line 2: handoff.nico.url: "https://x/?a=b" is'),
        ("[handoff.nico]\nurl = 'http://x:99999/'", 'line 2: handoff.nico.url: "http://x:99999/"'),
        ("[handoff.callback]\nurl = 'https://u:p@x'", 'line 2: handoff.callback.url: "https://u:p'),
        (
            "[handoff.callback]\nurl = 'http://x'\ntoken_file = 'absent'",
            "line 3: handoff.callback.token_file: {folder}/absent: there is no such file",
        ),
        (
            "[handoff.nvsentinal]",
            'line 1: handoff.nvsentinal: is not known here; did you mean "nvs',
        ),
        ("[handoff.nvsentinel]\ngroup = ''", "line 2: handoff.nvsentinel.group: must be filled in"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        load(tmp_path, text)
    said = expected.format(folder=tmp_path)
    assert str(refusal.value).startswith(f"{tmp_path / 'controller.toml'}, {said}")
