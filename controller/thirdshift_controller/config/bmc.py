"""`[bmc]`: how the nodes' management controllers are read and asked to act.

The password's file is read at every log-in, so that a new password needs no restart.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from thirdshift_agent.credential_files import CredentialError
from thirdshift_controller.config.secret_files import read_authority, read_credential, warn_if_open
from thirdshift_controller.config.source import Beside, Count, Seconds, Table

_USER = re.compile(r"[!-~]{1,16}")
_PASSWORD = re.compile(r"[!-~]+")

Celsius = Annotated[float, Field(gt=0, lt=100, strict=True)]


def _authority(path: Path) -> Path:
    return read_authority(path, "the BMCs'")


def _password_file(path: Path) -> Path:
    _password(path)
    warn_if_open(path)
    return path


def _user(name: str) -> str:
    if not _USER.fullmatch(name):
        raise ValueError(
            f'"{name}" must be 1 to 16 visible ASCII characters: IPMI knows no other names'
        )
    return name


class BmcTable(Table):
    """Without addresses in the site file none is asked."""

    interval_seconds: Seconds = 60.0
    """Of the wall."""
    timeout_seconds: Seconds = 10.0
    """Of the wall, for one question."""
    act_timeout_seconds: Seconds = 180.0
    """Of the wall: how long the end of a power cycle, or of the BMC's own restart, is awaited."""
    workers: Count = 16
    user: Annotated[str, AfterValidator(_user)] = "thirdshift"
    password_file: Annotated[Beside, AfterValidator(_password_file)] | None = None
    ca_file: Annotated[Beside, AfterValidator(_authority)] | None = None
    """Whose certificates are believed; without it those that the system believes."""
    verify: Annotated[bool, Field(strict=True)] = True
    """False: any certificate is believed, so that whoever answers gets the password."""
    inlet_warm_celsius: Celsius = 32.0
    """ASHRAE's allowable class A1 ends here (Thermal Guidelines, 5th edition)."""
    inlet_hot_celsius: Celsius = 35.0
    """Class A2 ends here, which servers are commonly sold for."""

    @model_validator(mode="after")
    def _hot_is_above_warm(self) -> Self:
        if self.inlet_hot_celsius <= self.inlet_warm_celsius:
            raise ValueError("inlet_hot_celsius must be more than inlet_warm_celsius")
        return self

    @model_validator(mode="after")
    def _authority_is_for_verifying(self) -> Self:
        if self.ca_file is not None and not self.verify:
            raise ValueError("ca_file says whom to believe and verify = false to believe anybody")
        return self

    def password(self) -> str:
        """What to log in with. Raises `CredentialError`."""
        if self.password_file is None:
            raise CredentialError("[bmc] of controller.toml names no password_file; add it there")
        return _password(self.password_file)


def _password(path: Path) -> str:
    password = read_credential(path).strip()
    if not _PASSWORD.fullmatch(password):
        raise CredentialError(
            f"{path} must hold one password of visible ASCII characters and nothing else"
        )
    return password
