"""What both families of BMC can do for us, and how they fail."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from thirdshift_controller.intake.management import BmcReading


class BmcRefused(Exception):  # noqa: N818 - a state of the world, not a fault of the program
    """The BMC was reached and does not do it: nothing has changed. The text says why."""


class AnswerLost(Exception):  # noqa: N818 - as above
    """The BMC was told to act and its answer was not seen. The text says what is known."""


class Deed(StrEnum):
    """What a BMC can be told to do."""

    CYCLE = "cycle"
    """Off, and on again by itself."""
    OFF = "off"
    """At once; the operating system is not asked."""
    ON = "on"
    RESTART_BMC = "restart_bmc"


class Bmc(Protocol):
    """One node's BMC. Safe to use from several threads."""

    def read(self) -> BmcReading:
        """Look at it. Raises `BmcUnreachable`."""
        ...

    def log_text(self) -> str:
        """Its whole event log. Raises `BmcUnreachable`."""
        ...

    def power_on(self) -> bool:
        """Whether the node is powered. Raises `BmcUnreachable`."""
        ...

    def describe(self, deed: Deed) -> str:
        """The command in full, without the password."""
        ...

    def do(self, deed: Deed) -> None:
        """Give the command; it is accepted. Raises `BmcUnreachable`, `BmcRefused`, `AnswerLost`."""
        ...
