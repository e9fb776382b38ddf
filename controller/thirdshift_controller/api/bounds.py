"""No request is larger than what a caller of ours could mean."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY_BYTES = 1024 * 1024


class TooLargeError(Exception):
    """The body went on beyond the bound."""


class BoundedBodies:
    """Refuses a body beyond the bound, announced or not, before anything is made of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST_BODY_BYTES:
                raise TooLargeError
            return message

        announced = Headers(scope=scope).get("content-length", "0") if _is_http(scope) else "0"
        if not announced.isdecimal() or int(announced) > LARGEST_BODY_BYTES:
            await _refuse(scope, receive, send)
            return
        try:
            await self._app(scope, counted, send)
        except TooLargeError:
            await _refuse(scope, receive, send)


def _is_http(scope: Scope) -> bool:
    return bool(scope["type"] == "http")


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    detail = {"detail": f"the body is larger than {LARGEST_BODY_BYTES} bytes"}
    await JSONResponse(detail, 413)(scope, receive, send)
