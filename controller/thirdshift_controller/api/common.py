"""What every room of the API shares: its services, its callers, and the ids people use."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Request

from thirdshift_controller.api.auth import at_least
from thirdshift_controller.api.services import Services
from thirdshift_controller.config import Caller
from thirdshift_controller.errors import NotFoundError
from thirdshift_controller.wire import Role


def services(request: Request) -> Services:
    """The services of the application that was asked."""
    found: Services = request.app.state.services
    return found


_NUMBER = re.compile(r"[0-9]{1,15}")

Using = Annotated[Services, Depends(services)]
Viewer = Annotated[Caller, Depends(at_least(Role.VIEWER))]
Lead = Annotated[Caller, Depends(at_least(Role.LEAD))]
Technician = Annotated[Caller, Depends(at_least(Role.TECHNICIAN))]


def number_of(identifier: str, prefix: str) -> int:
    """The number in `INC-12` or `WO-7`; a wrong shape is as good as not found."""
    head, _, tail = identifier.upper().partition("-")
    if head != prefix or not _NUMBER.fullmatch(tail):
        raise NotFoundError(f"there is no {identifier!r}: ids look like {prefix}-12")
    return int(tail)
