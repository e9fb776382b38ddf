"""Bearer tokens: who may read the agent's port. They say nothing of who the reader is.

More than one is good at a time, so that a new one can be handed round before the old one goes.
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path

from thirdshift_agent.credential_files import CredentialError, Renewed, read_text
from thirdshift_agent.serving.exchange import Answer, Handle, Request, refusal

OPEN = "/healthz"
"""What every client may ask for: a load balancer has no token, and it learns nothing of value."""

_OPTION = "--token-file"
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_BEARER = re.compile(r"bearer +(?P<token>\S+) *", re.IGNORECASE)
_REFUSED = refusal(
    401,
    "this agent wants a token: send it as 'Authorization: Bearer TOKEN'",
    headers=(("WWW-Authenticate", 'Bearer realm="thirdshift-agent"'),),
)


class Tokens:
    """The tokens of a file, one a line; taken up anew when it changes. Safe from any thread."""

    def __init__(self, path: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Raises `CredentialError`."""
        self._digests = Renewed([path], partial(_digests, path), monotonic)

    def admit(self, authorization: str | None) -> bool:
        """Whether a request with this header may be answered.

        How long that takes tells nothing of a token: digests are compared, each with every one.
        """
        shape = _BEARER.fullmatch(authorization or "")
        shown = _digest(shape["token"] if shape else "")
        matches = [hmac.compare_digest(shown, known) for known in self._digests.current()]
        return any(matches)

    def problems(self) -> tuple[str, ...]:
        """Why an exchanged file is not in use."""
        return self._digests.problems()


def guarded(handle: Handle, tokens: Tokens) -> Handle:
    """Answer only who has a token; all but the health, which is for everybody."""

    def answer(request: Request) -> Answer | None:
        if request.path.endswith(OPEN) or tokens.admit(request.authorization):
            return handle(request)
        return _REFUSED

    return answer


def _digests(path: Path) -> frozenset[bytes]:
    lines = read_text(path, _OPTION, is_secret=True).splitlines()
    tokens = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    if not tokens:
        raise CredentialError(f"{path} holds no token; write one a line ({_OPTION})")
    for number, token in tokens:
        if not _TOKEN.fullmatch(token):
            raise CredentialError(
                f"{path}: line {number} is no token; use letters, digits and any of ._~+/-"
            )
    return frozenset(_digest(token) for _, token in tokens)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
