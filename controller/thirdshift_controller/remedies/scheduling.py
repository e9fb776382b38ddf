"""Whether a drain or a return is ours to make. Pure: an adapter asks, then acts.

A scheduler keeps one reason for a node. The first to take it out of service holds it, and who
holds it gives it back: we neither write over another's reason nor return another's node.
"""

from __future__ import annotations

from thirdshift_controller.intake.schedule import OURS, NodeStanding, Standing
from thirdshift_controller.remedies.port import RemedyNotStarted, RemedyOrder, Return
from thirdshift_runbooks.page import RemoteAction

_OUT = (Standing.DRAINING, Standing.DRAINED)


def incident_of(order: RemedyOrder) -> str:
    """The incident that an attempt is made for: `INC-12`."""
    return order.key.partition("/")[0]


def reason_of(order: RemedyOrder) -> str:
    """Whose drain it is, for which incident and why: `thirdshift INC-12 gpu-lost: GPU 3`."""
    return " ".join([OURS, incident_of(order), *order.reason.split()])


def settled(order: RemedyOrder, found: NodeStanding) -> str | None:
    """What to answer where nothing is to be done; None where it is. Raises `RemedyNotStarted`.

    A drain that is ours may be made again: an adapter then does what is left of it.
    """
    if found.standing is Standing.ABSENT:
        raise RemedyNotStarted(
            f"the scheduler does not know {order.node.name}; "
            "name the node in the site file as the scheduler does"
        )
    if order.action is RemoteAction.DRAIN:
        return _settled_drain(order, found)
    if order.action is Return.RESUME:
        return _settled_return(order, found)
    raise RemedyNotStarted(f"{order.action} is no business of the scheduler's")


def _settled_drain(order: RemedyOrder, found: NodeStanding) -> str | None:
    if found.standing not in _OUT or found.is_ours or found.is_of_the_health_check:
        return None
    return f"{order.node.name} is out of service already, {whose(found)}; left as it is"


def _settled_return(order: RemedyOrder, found: NodeStanding) -> str | None:
    if found.standing is Standing.IN_SERVICE:
        return f"{order.node.name} is in service already"
    if found.is_ours:
        return None
    raise RemedyNotStarted(
        f"{order.node.name} is out of service, {whose(found)}; it is theirs to return"
    )


def whose(found: NodeStanding) -> str:
    """Who took a node out and why: `by root: nic swap`."""
    return f"by {found.by or 'somebody'}: {found.reason or 'no reason given'}"
