"""Who calls, and may they: a bearer token is a caller, a role is a rank."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from thirdshift_controller.config import Caller, TokenBook
from thirdshift_controller.wire import Role

_bearer = HTTPBearer(auto_error=False)
_RANK = {role: rank for rank, role in enumerate(Role)}


def identify(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """The caller behind the request's token; 401 without one that we know."""
    if credentials is None:
        raise _unauthorised("send a token: Authorization: Bearer TOKEN")
    tokens: TokenBook = request.app.state.services.tokens
    caller = tokens.identify(credentials.credentials)
    if caller is None:
        raise _unauthorised("this token is not in the controller's tokens file")
    return caller


def at_least(role: Role) -> Callable[[Caller], Caller]:
    """A dependency that lets through callers of this rank or a higher one."""

    def check(caller: Annotated[Caller, Depends(identify)]) -> Caller:
        if _RANK[caller.role] < _RANK[role]:
            raise HTTPException(403, f"{caller.name} is {caller.role}; this needs {role}")
        return caller

    return check


def exactly(*roles: Role) -> Callable[[Caller], Caller]:
    """A dependency that lets through callers of these roles alone."""

    def check(caller: Annotated[Caller, Depends(identify)]) -> Caller:
        if caller.role not in roles:
            raise HTTPException(403, f"{caller.name} is {caller.role}; this needs {roles[0]}")
        return caller

    return check


def _unauthorised(sentence: str) -> HTTPException:
    return HTTPException(401, sentence, headers={"WWW-Authenticate": "Bearer"})
