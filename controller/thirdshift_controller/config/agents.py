"""`[agents]` of `controller.toml`: whom the controller trusts, and what it shows at locked doors.

The files are read when the controller starts, and anew when one of them was exchanged.
"""

from __future__ import annotations

import re
import ssl
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from thirdshift_agent.credential_files import CredentialError
from thirdshift_controller.config.secret_files import read_credential, warn_if_open
from thirdshift_controller.config.source import Beside, Table

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")


def _authority(path: Path) -> Path:
    _context(path, None, None)
    return path


def _token_file(path: Path) -> Path:
    _token(path)
    return path


class AgentsTable(Table):
    """`[agents]`. Without it only agents whose doors are open can be read."""

    ca_file: Annotated[Beside, AfterValidator(_authority)] | None = None
    """Whose certificates are believed; without it those that the system believes."""
    certificate_file: Beside | None = None
    """For agents that serve only clients that they know."""
    key_file: Beside | None = None
    token_file: Annotated[Beside, AfterValidator(_token_file)] | None = None

    @model_validator(mode="after")
    def _certificate_has_its_key(self) -> Self:
        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError("certificate_file and key_file go together; name both or none")
        _context(None, self.certificate_file, self.key_file)
        return self

    @property
    def files(self) -> tuple[Path, ...]:
        """Those that are named."""
        named = (self.ca_file, self.certificate_file, self.key_file, self.token_file)
        return tuple(filter(None, named))

    def context(self) -> ssl.SSLContext:
        """The client's side of TLS. Raises `CredentialError`."""
        context = _context(self.ca_file, self.certificate_file, self.key_file)
        if self.key_file is not None:
            warn_if_open(self.key_file)
        return context

    def token(self) -> str | None:
        """What to show as a bearer token. Raises `CredentialError`."""
        if self.token_file is None:
            return None
        token = _token(self.token_file)
        warn_if_open(self.token_file)
        return token


def _context(authority: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authority is None:
        context.load_default_certs()
    else:
        _trust(context, authority)
    if certificate is not None and key is not None:
        _show(context, certificate, key)
    return context


def _trust(context: ssl.SSLContext, authority: Path) -> None:
    read_credential(authority)
    try:
        context.load_verify_locations(authority)
    except OSError as error:
        raise CredentialError(
            f"{authority} holds no certificate in PEM form; "
            "name the file with the certificate of the authority that signs for them"
        ) from error


def _show(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    for path in (certificate, key):
        read_credential(path)
    try:
        context.load_cert_chain(certificate, key, password=lambda: "")
    except OSError as error:
        raise CredentialError(
            f"{certificate} and {key} do not go together; name a certificate in PEM form with "
            "certificate_file, and its own key, without a passphrase, with key_file"
        ) from error


def _token(path: Path) -> str:
    token = read_credential(path).strip()
    if not _TOKEN.fullmatch(token):
        raise CredentialError(
            f"{path} must hold one token and nothing else: letters, digits and any of ._~+/-"
        )
    return token
