"""Sends letters by SMTP. Implements `reports.post`.

A letter that goes again has the Message-ID that it had, so that a mailbox can tell the two apart
from two letters.
"""

from __future__ import annotations

import html
import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from thirdshift_agent.credential_files import CredentialError
from thirdshift_controller.config import MailTable
from thirdshift_controller.config.mail import Security
from thirdshift_controller.reports.post import Letter, PostRefusedError, PostUnreachableError

_MEND = "mend [mail] of controller.toml"
_PASSING_CODES = range(400, 500)
"""Replies of SMTP (RFC 5321) by which a server asks to be tried again."""


class SmtpPost:
    """One server, one sender."""

    def __init__(self, table: MailTable) -> None:
        self._table = table

    def send(self, letter: Letter, to: Sequence[str], now: datetime) -> Mapping[str, str]:
        """Implements `Post.send`."""
        message = _message(letter, self._table.sender, to, now)
        with self._errors_told():
            try:
                with self._server() as server:
                    refused = server.send_message(message, self._table.sender, list(to))
            except smtplib.SMTPRecipientsRefused as error:
                refused = error.recipients
        return {address: _reply(*reply) for address, reply in refused.items()}

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        table = self._table
        with self._connected() as server:
            if table.security is Security.STARTTLS:
                server.starttls(context=table.context())
            if (login := table.login()) is not None:
                server.login(*login)
            yield server

    def _connected(self) -> smtplib.SMTP:
        table = self._table
        where, patience = (table.host, table.server_port), table.timeout_seconds
        if table.security is Security.TLS:
            return smtplib.SMTP_SSL(*where, timeout=patience, context=table.context())
        return smtplib.SMTP(*where, timeout=patience)

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        """What SMTP, TLS and sockets raise, in the port's words."""
        name = f"{self._table.host}:{self._table.server_port}"
        try:
            yield
        except CredentialError as error:
            raise PostRefusedError(str(error)) from error
        except smtplib.SMTPNotSupportedError as error:
            raise PostRefusedError(f"{name}: {error}; {_MEND}: security or user") from error
        except ssl.SSLCertVerificationError as error:
            why = f"{name} shows a certificate that is not believed: {error.verify_message}"
            raise PostRefusedError(f"{why}; {_MEND}: ca_file") from error
        except smtplib.SMTPResponseException as error:
            said = _reply(error.smtp_code, error.smtp_error)
            if error.smtp_code in _PASSING_CODES:
                raise PostUnreachableError(f"{name} asks for patience: {said}") from error
            raise PostRefusedError(f"{name} refuses us: {said}; {_MEND}") from error
        except OSError as error:  # all else of smtplib's and ssl's is one, too
            raise PostUnreachableError(f"{name} does not answer: {error}") from error


def _message(letter: Letter, sender: str, to: Sequence[str], now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.key}@{sender.rpartition('@')[2]}>"
    message.set_content(letter.text)
    message.add_alternative(f"<pre>{html.escape(letter.text)}</pre>\n", subtype="html")
    for file in letter.attachments:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return message


def _reply(code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(said.split())}"
