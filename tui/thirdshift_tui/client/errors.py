"""What can go wrong between the console and a controller; each message is one line for a person.

SiteError
├── UnreachableError     nobody answered
├── NotThirdshiftError   somebody answered, but not as a controller of this version does
└── RefusedError         the controller said no, and why
    └── BadTokenError    it does not know the token
"""

from __future__ import annotations


class SiteError(Exception):
    """The site gave no usable answer."""


class UnreachableError(SiteError):
    """No answer came: refused, timed out, no such host."""


class NotThirdshiftError(SiteError):
    """An answer came that the API's types cannot hold."""


class RefusedError(SiteError):
    """The controller's own refusal, in its own words."""


class BadTokenError(RefusedError):
    """The controller does not know the token."""
