"""`tokens.toml`: who may call the API. A token is kept as its digest alone."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import Field

from thirdshift_controller.config.explain import nearest
from thirdshift_controller.config.secret_files import warn_if_open
from thirdshift_controller.config.source import Beside, Problem, Table, read_source, read_text
from thirdshift_controller.shifts.roster import Roster
from thirdshift_controller.wire import Role

_TOKEN = re.compile(r"[!-~]{16,}")
_EXAMPLE = "replace-me"
_MAKE_ONE = "make one with: openssl rand -hex 24"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a token belongs to. `person` is absent for a machine's token."""

    name: str
    role: Role
    person: str | None

    @property
    def actor(self) -> str:
        """Under what name their deeds are written down."""
        return self.person or self.name


class TokenBook:
    """Knows every caller by the digest of their token."""

    def __init__(self, callers: Mapping[str, Caller]) -> None:
        """Take callers by token."""
        self._callers = tuple((_digest(token), caller) for token, caller in callers.items())

    def identify(self, token: str) -> Caller | None:
        """Whose token it is. Takes as long for a wrong one as for a right one."""
        asked, found = _digest(token), None
        for digest, caller in self._callers:
            if hmac.compare_digest(asked, digest):
                found = caller
        return found


class TokenTable(Table):
    """`[[tokens]]`: one caller."""

    name: Annotated[str, Field(min_length=1)]
    role: Role
    person: str | None = None
    token: Annotated[str | None, Field(repr=False)] = None
    token_file: Beside | None = None


class TokensFile(Table):
    """The whole file."""

    tokens: Annotated[tuple[TokenTable, ...], Field(repr=False)]


def load_tokens(path: Path, roster: Roster) -> TokenBook:
    """Read the callers. Raises `ConfigError`; warns of a file that is not its owner's alone."""
    source = read_source(path)
    file = source.fill(TokensFile)
    source.refuse(_problems(file, [person.name for person in roster.people]))
    warn_if_open(path)
    tokens = [_token_of(entry) for entry in file.tokens]
    source.refuse(_weaknesses(tokens))
    callers = (Caller(entry.name, entry.role, entry.person) for entry in file.tokens)
    return TokenBook(dict(zip(tokens, callers, strict=True)))


def _problems(file: TokensFile, people: list[str]) -> Iterator[Problem]:
    names: set[str] = set()
    for number, entry in enumerate(file.tokens):
        place = ("tokens", number)
        if entry.name in names:
            yield Problem((*place, "name"), f'"{entry.name}" has a token above; give it another')
        names.add(entry.name)
        if (entry.token is None) == (entry.token_file is None):
            yield Problem(place, "needs either token or token_file")
        if entry.person is None and entry.role is Role.TECHNICIAN:
            yield Problem(place, "a technician's token needs the person it belongs to")
        if entry.person is not None and entry.person not in people:
            remedy = nearest(entry.person, people, otherwise="add them there")
            text = f'"{entry.person}" is not in the site file; {remedy}'
            yield Problem((*place, "person"), text)


def _weaknesses(tokens: list[str]) -> Iterator[Problem]:
    for number, token in enumerate(tokens):
        if not _TOKEN.fullmatch(token):
            text = "the token must be 16 or more visible ASCII characters"
            yield Problem(("tokens", number), f"{text}; {_MAKE_ONE}")
        elif token.startswith(_EXAMPLE):
            yield Problem(("tokens", number), f"the token is the documentation's; {_MAKE_ONE}")
        elif token in tokens[:number]:
            text = "the token is another entry's too; a token names one caller"
            yield Problem(("tokens", number), f"{text}; {_MAKE_ONE}")


def _token_of(entry: TokenTable) -> str:
    if entry.token_file is None:
        return entry.token or ""
    token = read_text(entry.token_file).strip()
    warn_if_open(entry.token_file)
    return token


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
