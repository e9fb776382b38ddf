"""Why an agent gave no report, said so that it can be mended. Pure."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from http import HTTPStatus

REFUSALS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
"""Answers of a node that is well. A wrong scheme is told as a bad request."""

_LONGEST_SENTENCE = 200
_TABLE = "[agents] of controller.toml"


def why_refused(status: int, body: bytes, shows_token: bool) -> str:
    """What an answer means that is no report."""
    if status == HTTPStatus.UNAUTHORIZED:
        does = "refuses our" if shows_token else "wants a"
        return f"it {does} token; name the file with one of its own as token_file in {_TABLE}"
    return f"it answers {status}{_said(body)}"


def why_unreachable(error: Exception, shows_certificate: bool) -> str:
    """What the end of a connection means; what lies deepest says it shortest."""
    *_, deepest = causes = list(_causes(error))
    tls = next((one for one in causes if isinstance(one, ssl.SSLError)), None)
    if isinstance(tls, ssl.SSLCertVerificationError):
        remedy = f"renew it, or name its authority as ca_file in {_TABLE}"
        return f"certificate not trusted: {tls.verify_message}; {remedy}"
    if tls is None:
        return str(deepest) or type(deepest).__name__
    reason = (tls.reason or str(tls)).replace("_", " ").lower()
    if "alert" in reason:
        does = "refuses our" if shows_certificate else "wants a"
        remedy = f"name one that it trusts as certificate_file in {_TABLE}"
        return f"it {does} certificate ({reason}); {remedy}"
    if reason == "wrong version number":
        return "it does not speak TLS; write its URL in site.toml with http://"
    return f"no TLS with it: {reason}"


def is_refusal(error: Exception) -> bool:
    """Whether somebody is there and TLS failed; a connection that merely ended tells of nobody."""
    tls = next((one for one in _causes(error) if isinstance(one, ssl.SSLError)), None)
    return tls is not None and not isinstance(tls, ssl.SSLEOFError)


def _said(body: bytes) -> str:
    """The sentence with which an agent refuses; nothing where it is no agent of ours."""
    try:
        return f": {json.loads(body)['error']}"[:_LONGEST_SENTENCE]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what lies below it."""
    below: BaseException | None = error
    while below is not None:
        yield below
        below = below.__cause__ or below.__context__
