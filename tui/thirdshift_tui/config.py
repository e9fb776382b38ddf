"""Where the controller is and with which token: flag, then environment. The file is the token's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from thirdshift_tui.client.token import Token

URL, TOKEN, TOKEN_FILE = "THIRDSHIFT_URL", "THIRDSHIFT_TOKEN", "THIRDSHIFT_TOKEN_FILE"


class ConfigError(ValueError):
    """The console does not know whom to ask or how to prove who asks; one sentence says why."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the console needs to start."""

    url: str
    token: Token


def load(url: str | None, token_file: str | None, environment: Mapping[str, str]) -> Config:
    """Return the configuration from the flags' values and the environment."""
    where = url or environment.get(URL)
    if not where:
        raise ConfigError(f"say where the controller is, with --url or {URL}.")
    if not where.startswith(("http://", "https://")):
        raise ConfigError(f"{where!r} is no address; write it like http://127.0.0.1:8420.")
    return Config(where, _token(token_file, environment))


def _token(token_file: str | None, environment: Mapping[str, str]) -> Token:
    if token_file is None and environment.get(TOKEN):
        return Token(environment[TOKEN].strip())
    path = token_file or environment.get(TOKEN_FILE)
    if not path:
        raise ConfigError(f"say who you are, with --token-file, {TOKEN_FILE} or {TOKEN}.")
    try:
        secret = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the token in {path}: {error}.") from error
    if not secret.isascii() or not secret.isprintable() or not secret:
        raise ConfigError(f"{path} holds no token: it must be one line of printable ASCII.")
    return Token(secret)
