"""`[mail]`: who is sent the month's report, and through which server. Without it nobody is.

The password's file is read for each sending, so that a new password needs no restart.
"""

from __future__ import annotations

import re
import ssl
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from thirdshift_controller.config.secret_files import read_authority, read_credential, warn_if_open
from thirdshift_controller.config.source import Beside, Seconds, Table

_ADDRESS = re.compile(r"[!-?A-~]+@[A-Za-z0-9.-]+")
"""Visible ASCII on both sides of one @: what every server takes."""


class Security(StrEnum):
    """How the way to the server is closed to others."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    """Anybody on the way reads along; no password goes over it."""


PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f'"{text}" is no address; write it as "ana@site.example"')
    return text


def _once(addresses: tuple[str, ...]) -> tuple[str, ...]:
    twice = sorted({one for one in addresses if addresses.count(one) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} stands there twice; once is enough")
    return addresses


def _authority(path: Path) -> Path:
    return read_authority(path, "the server's")


def _password_file(path: Path) -> Path:
    read_credential(path)
    warn_if_open(path)
    return path


Address = Annotated[str, AfterValidator(_address)]


class MailTable(Table):
    """The server, the sender, and those who read."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535, strict=True)] | None = None
    """Without it the usual one of `security`."""
    security: Security = Security.STARTTLS
    ca_file: Annotated[Beside, AfterValidator(_authority)] | None = None
    """Whose certificates are believed; without it those that the system believes."""
    sender: Address
    to: Annotated[tuple[Address, ...], Field(min_length=1), AfterValidator(_once)]
    user: str | None = None
    password_file: Annotated[Beside, AfterValidator(_password_file)] | None = None
    timeout_seconds: Seconds = 30.0
    """Of the wall, for one answer of the server."""

    @model_validator(mode="after")
    def _a_user_has_a_password(self) -> Self:
        if (self.user is None) != (self.password_file is None):
            raise ValueError("user and password_file go together; name both or none")
        return self

    @model_validator(mode="after")
    def _a_password_goes_no_open_way(self) -> Self:
        if self.security is Security.NONE and self.user is not None:
            raise ValueError('security = "none" shows the password to everybody; use "starttls"')
        return self

    @property
    def server_port(self) -> int:
        """Where the server listens."""
        return self.port or PORTS[self.security]

    def login(self) -> tuple[str, str] | None:
        """User and password; `None` where the server asks for none. Raises `CredentialError`."""
        if self.user is None or self.password_file is None:
            return None
        return self.user, read_credential(self.password_file).strip()

    def context(self) -> ssl.SSLContext:
        """Whom to believe."""
        return ssl.create_default_context(cafile=self.ca_file)
