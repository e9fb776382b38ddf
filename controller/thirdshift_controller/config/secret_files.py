"""Files that open doors: what is wrong with one is told, and secrets are their owner's alone."""

from __future__ import annotations

import logging
import ssl
import stat
from pathlib import Path

from thirdshift_agent.credential_files import CredentialError
from thirdshift_controller.config.errors import ConfigError
from thirdshift_controller.config.source import read_text

log = logging.getLogger(__name__)


def read_credential(path: Path) -> str:
    """The text; TLS itself would not say what is wrong. Raises `CredentialError`."""
    try:
        return read_text(path)
    except ConfigError as error:
        raise CredentialError(str(error)) from error


def warn_if_open(path: Path) -> None:
    """Warn of a file that others than its owner can read."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        facts = {"path": str(path), "mode": f"{mode:04o}", "remedy": f"chmod 600 {path}"}
        log.warning("a secret can be read by others", extra=facts)


def read_authority(path: Path, whose: str) -> Path:
    """Certificates to believe; `whose` is such as `the server's`. Raises `ValueError`."""
    read_credential(path)
    try:
        ssl.create_default_context(cafile=path)
    except OSError:
        raise ValueError(
            f"{path} holds no certificate in PEM form; "
            f"name the file with the certificate of {whose} authority"
        ) from None
    return path
