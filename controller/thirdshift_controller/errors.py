"""Why the controller refuses what it is asked. Each text is one sentence for the person who asked.

RefusedError
├── NotFoundError     there is no such thing
├── NotAllowedError   the caller's role or person may not
└── ConflictError     not in this state
"""


class RefusedError(Exception):
    """The request is understood and refused."""


class NotFoundError(RefusedError):
    """There is no such thing."""


class NotAllowedError(RefusedError):
    """The caller may not do this."""


class ConflictError(RefusedError):
    """It cannot be done in the present state."""
