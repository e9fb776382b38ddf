"""No request is larger than what a caller of ours could mean."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY_BYTES = 1024 * 1024
TOO_LARGE = f"the body is larger than {LARGEST_BODY_BYTES} bytes"


class BoundedBodies:
    """Refuses a body beyond the bound, announced or not, before anything is made of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if _announced(scope) > LARGEST_BODY_BYTES:
            await JSONResponse({"detail": TOO_LARGE}, 413)(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST_BODY_BYTES:
                raise HTTPException(413, TOO_LARGE)
            return message

        await self._app(scope, counted, send)


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "") if scope["type"] == "http" else ""
    return int(length) if length.isascii() and length.isdecimal() else 0
