"""Why a BMC could not be talked to, said so that it can be mended. Pure."""

from __future__ import annotations

import ssl

_TABLE = "[bmc] of controller.toml"


def why_unreachable(error: BaseException, timeout_seconds: float) -> str:
    """What the end of a connection means: the innermost failure knows best."""
    match _innermost(error):
        case ssl.SSLCertVerificationError() as tls:
            remedy = f"name its authority as ca_file in {_TABLE}"
            return f"certificate not trusted: {tls.verify_message}; {remedy}"
        case ssl.SSLError() as tls:
            return f"no TLS with it: {(tls.reason or str(tls)).replace('_', ' ').lower()}"
        case TimeoutError():
            return f"no answer in {timeout_seconds:g} s; is it up, and at this address?"
        case OSError() as failure:
            return f"cannot be reached: {failure.strerror or failure}; is it up, at this address?"
        case other:
            return str(other).strip() or type(other).__name__


def _innermost(error: BaseException) -> BaseException:
    below = error.__cause__ or error.__context__
    return error if below is None else _innermost(below)
