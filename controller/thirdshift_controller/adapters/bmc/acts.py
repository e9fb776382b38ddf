"""The two rungs that a BMC can climb, each watched to its end.

Until the BMC has accepted a command, every failure is `RemedyNotStarted`; from then on only what
is seen ends the doubt. A look that fails meanwhile is no sight of anything.
"""

from __future__ import annotations

from thirdshift_controller.adapters.bmc.bmc import AnswerLost, Bmc, BmcRefused, Deed
from thirdshift_controller.adapters.bmc.watch import Watch
from thirdshift_controller.intake.management import BmcUnreachable
from thirdshift_controller.remedies.port import RemedyNotStarted, RemedyOutcomeUnknown

OFF_WITHIN_SECONDS = 30.0
"""A node whose BMC accepted to cut its power is dark by then, or it never will be."""
IS_OFF = (
    "the node is off: by a hand that may be inside it, or by a fault; look before it is started"
)
SETTLE_SECONDS = 10.0
"""A BMC that restarts still answers for some seconds."""


def power_cycle(bmc: Bmc, watch: Watch) -> str:
    """Off and on; returns what was seen. Raises `RemedyNotStarted`, `RemedyOutcomeUnknown`."""
    try:
        was_on = bmc.power_on()
    except BmcUnreachable as error:
        raise RemedyNotStarted(str(error)) from error
    if not was_on:
        raise RemedyNotStarted(IS_OFF)
    try:
        _begin(bmc, Deed.CYCLE)
    except RemedyNotStarted as refusal:
        return _off_and_on(bmc, watch, str(refusal))
    _await_off(bmc, watch, "a power cycle was accepted")
    return _await_on(bmc, watch, "seen off after the power cycle was accepted")


def restart_bmc(bmc: Bmc, watch: Watch) -> str:
    """Restart the BMC, not the node. Raises `RemedyNotStarted`, `RemedyOutcomeUnknown`."""
    _begin(bmc, Deed.RESTART_BMC)
    watch.sleep(SETTLE_SECONDS)
    if watch.sees(lambda: _power(bmc) is not None):
        return "the BMC restarted and answers again"
    raise RemedyOutcomeUnknown(
        f"the restart was accepted, and the BMC did not answer in {watch.patience_seconds:g} s"
    )


def _off_and_on(bmc: Bmc, watch: Watch, refusal: str) -> str:
    """For a BMC that knows no cycle. From off on, there is no way but to insist on on."""
    _begin(bmc, Deed.OFF)
    _await_off(bmc, watch, "switching off was accepted")
    if not watch.sees(lambda: _tells(bmc, Deed.ON)):
        raise RemedyOutcomeUnknown("the node was switched off and cannot be switched on again")
    return _await_on(bmc, watch, f"no cycle ({refusal}); switched off, seen off, switched on")


def _begin(bmc: Bmc, deed: Deed) -> None:
    try:
        bmc.do(deed)
    except (BmcUnreachable, BmcRefused) as error:
        raise RemedyNotStarted(str(error)) from error
    except AnswerLost as error:
        raise RemedyOutcomeUnknown(str(error)) from error


def _tells(bmc: Bmc, deed: Deed) -> bool:
    try:
        bmc.do(deed)
    except (BmcUnreachable, BmcRefused, AnswerLost):
        return False
    return True


def _await_off(bmc: Bmc, watch: Watch, so_far: str) -> None:
    if not watch.sees(lambda: _power(bmc) is False, OFF_WITHIN_SECONDS):
        raise RemedyOutcomeUnknown(
            f"{so_far}, and the node was not seen off in {OFF_WITHIN_SECONDS:g} s"
        )


def _await_on(bmc: Bmc, watch: Watch, so_far: str) -> str:
    if not watch.sees(lambda: _power(bmc) is True):
        raise RemedyOutcomeUnknown(
            f"{so_far}, and the node was not seen on in {watch.patience_seconds:g} s"
        )
    return f"{so_far}; it is on"


def _power(bmc: Bmc) -> bool | None:
    try:
        return bmc.power_on()
    except BmcUnreachable:
        return None
