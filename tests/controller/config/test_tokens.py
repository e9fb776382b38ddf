"""`tokens.toml`: who a token belongs to, and what is refused."""

from __future__ import annotations

import logging
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from thirdshift_controller.config import Caller, ConfigError, TokenBook, load_tokens
from thirdshift_controller.shifts.roster import Person, Roster
from thirdshift_controller.wire import Role

ROSTER = Roster(ZoneInfo("America/Toronto"), (Person("ana", frozenset()),), ())
TOKEN = "0123456789abcdef"
ANA = f'[[tokens]]\nname = "ana"\nrole = "technician"\nperson = "ana"\ntoken = "{TOKEN}"\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "tokens.toml"
    file.touch(mode=0o600)
    return file


def complaint(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refusal:
        load_tokens(path, ROSTER)
    assert TOKEN not in str(refusal.value)
    return str(refusal.value).replace(f"{path}, ", "")


def test_a_token_names_its_caller_and_nothing_else_does() -> None:
    caller = Caller("ana", Role.TECHNICIAN, "ana")
    book = TokenBook({TOKEN: caller, TOKEN[::-1]: Caller("you", Role.LEAD, None)})
    assert book.identify(TOKEN) == caller
    for wrong in ("", TOKEN[:-1], TOKEN + " ", TOKEN.upper(), "\N{SNOWMAN}" * 16):
        assert book.identify(wrong) is None


def test_the_book_keeps_no_token() -> None:
    book = TokenBook({TOKEN: Caller("ana", Role.LEAD, None)})
    assert TOKEN not in str(vars(book))


def test_a_token_may_lie_in_a_file_of_its_own(path: Path) -> None:
    path.write_text(ANA.replace(f'token = "{TOKEN}"', 'token_file = "ana.token"'), "utf-8")
    path.with_name("ana.token").write_text(f"{TOKEN}\n", encoding="utf-8")
    assert load_tokens(path, ROSTER).identify(TOKEN) == Caller("ana", Role.TECHNICIAN, "ana")


def test_files_that_others_can_read_are_warned_of(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text(ANA, encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        load_tokens(path, ROSTER)
        assert caplog.records == []
        path.chmod(0o644)
        load_tokens(path, ROSTER)
    (record,) = caplog.records
    assert record.getMessage() == "a secret can be read by others"
    assert vars(record)["remedy"] == f"chmod 600 {path}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"technician"', '"boss"', "line 3: tokens.role: must be one of alerts, viewer, "),
        ('person = "ana"\n', "", "line 1: tokens: a technician's token needs the person"),
        ('person = "ana"', 'person = "anna"', 'line 4: tokens.person: "anna" is not in the site'),
        (f'token = "{TOKEN}"', "", "line 1: tokens: needs either token or token_file"),
        ("token =", 'token_file = "a"\ntoken =', "line 1: tokens: needs either token or"),
        (TOKEN, "", "line 1: tokens: the token must be 16 or more visible ASCII characters"),
        (TOKEN, "short", "line 1: tokens: the token must be 16 or more visible ASCII characters"),
        (f'"{TOKEN}"', "16", 'line 5: tokens.token: must be text in "quotes"'),
        ("token =", "tokn =", 'line 5: tokens.tokn: is not known here; did you mean "token"?'),
    ],
)
def test_a_mistake_is_named_with_its_line(path: Path, old: str, new: str, expected: str) -> None:
    assert old in ANA
    assert complaint(path, ANA.replace(old, new)).startswith(expected)


def test_two_entries_share_neither_name_nor_token(path: Path) -> None:
    assert complaint(path, ANA + ANA).startswith('line 7: tokens.name: "ana" has a token above')
    other = ANA.replace('"ana"', '"bo"', 1)
    assert complaint(path, ANA + other).startswith("line 6: tokens: the token is another entry's")


def test_a_token_file_that_is_missing_is_named(path: Path) -> None:
    text = ANA.replace(f'token = "{TOKEN}"', 'token_file = "ana.token"')
    assert "ana.token: there is no such file" in complaint(path, text)
