"""A real SMTP server that keeps what it is sent: open, with STARTTLS, or TLS from the start."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from servers.certificates import Issued
from servers.ports import free_port

HOST = "127.0.0.1"
USER, PASSWORD = "thirdshift", "a password"


@dataclass
class Mailroom:
    """Where to send, what came, and what is said to whom instead of yes."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    readers: list[tuple[str, ...]] = field(default_factory=list)
    """Of each letter, by the envelope."""
    refusals: dict[str, str] = field(default_factory=dict)
    """Replies by recipient."""
    answer: str = "250 kept"
    """To the letter itself."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.letters.append(message)
            self.readers.append(tuple(envelope.rcpt_tos))
        return self.answer


@contextmanager
def smtp(
    certificate: Issued | None = None, from_the_start: bool = False, login: bool = False
) -> Iterator[Mailroom]:
    """Listen until the block ends."""
    room, context = Mailroom(free_port()), _context(certificate)
    options: dict[str, Any] = {"decode_data": False}
    if context is not None and not from_the_start:
        options |= {"tls_context": context, "require_starttls": True}
    if login:
        options |= {"authenticator": _knows, "auth_required": True}
        options |= {"auth_require_tls": not from_the_start}
    ssl_context = context if from_the_start else None
    controller = Controller(room, HOST, room.port, ssl_context=ssl_context, **options)
    controller.start()
    try:
        yield room
    finally:
        controller.stop()


def _context(issued: Issued | None) -> ssl.SSLContext | None:
    if issued is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(issued.certificate, issued.key)
    return context


def _knows(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: Any
) -> AuthResult:
    known = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=auth_data == known, handled=False)
