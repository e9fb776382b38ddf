"""A person's hand on a node, a rack, the site: nothing automatic happens until it is lifted.

A hold with an end is a maintenance window. Pure decisions first, then what people do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from thirdshift_controller.config import Caller
from thirdshift_controller.errors import ConflictError, NotAllowedError, NotFoundError
from thirdshift_controller.fleet.inventory import Node, Place, Site
from thirdshift_controller.fleet.scopes import Versions, covers, nodes_in
from thirdshift_controller.store import holds
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import HoldRow
from thirdshift_controller.wire import Role, Scope


class Hold(Protocol):
    """What must be known of one."""

    scope: Scope
    scope_name: str
    reason: str
    placed_by: str
    until_at: datetime | None


Held = TypeVar("Held", bound=Hold)


def hold_on(in_force: Iterable[Held], node: Node, site: Site, versions: Versions) -> Held | None:
    """The oldest hold that covers a node."""
    covering = (
        hold for hold in in_force if covers((hold.scope, hold.scope_name), node, site, versions)
    )
    return next(covering, None)


def words(hold: Hold) -> str:
    """A hold as a reason."""
    end = f" until {hold.until_at:%Y-%m-%d %H:%M} UTC" if hold.until_at else ""
    return f"{hold.placed_by} holds {hold.scope} {hold.scope_name}{end}: {hold.reason}"


@dataclass(frozen=True, slots=True)
class Wish:
    """A hold as somebody wants it."""

    place: Place
    reason: str
    from_at: datetime
    until_at: datetime | None


@dataclass(frozen=True, slots=True)
class Holds:
    """Placing and lifting. Each raises a `RefusedError` that says why not."""

    store: Store
    site: Site

    def place(self, wish: Wish, versions: Versions, caller: Caller, now: datetime) -> int:
        """Place one; returns its number. The same wish twice is one hold."""
        scope, name = wish.place
        if not nodes_in(wish.place, self.site, versions):
            what = "node" if scope is Scope.NODE else f"node in {scope}"
            raise NotFoundError(f"there is no {what} {name!r}")
        if wish.until_at is not None and wish.until_at <= max(wish.from_at, now):
            raise ConflictError("the window ends before it begins, or has ended; mend its instants")
        actor = caller.actor
        with self.store.write() as session:
            for known in holds.standing(session, now):
                if _is_same(known, wish, actor):
                    assert known.id is not None
                    return known.id
            hold = HoldRow(
                scope=scope,
                scope_name=name,
                reason=wish.reason,
                placed_by=actor,
                placed_at=now,
                from_at=wish.from_at,
                until_at=wish.until_at,
            )
            session.add(hold)
            session.flush()
            assert hold.id is not None
            return hold.id

    def lift(self, hold_id: int, reason: str, caller: Caller, now: datetime) -> None:
        """End one; only whoever placed it, or a lead."""
        with self.store.write() as session:
            hold = holds.by_id(session, hold_id)
            if hold is None:
                raise NotFoundError(f"there is no hold HOLD-{hold_id}")
            actor = caller.actor
            if caller.role is not Role.LEAD and actor != hold.placed_by:
                raise NotAllowedError(f"HOLD-{hold_id} is {hold.placed_by}'s; a lead may lift it")
            if hold.lifted_at is None:
                hold.lifted_at, hold.lifted_by, hold.lift_reason = now, actor, reason
                session.add(hold)


def _is_same(known: HoldRow, wish: Wish, actor: str) -> bool:
    place = (known.scope, known.scope_name)
    return (place, known.reason, known.placed_by, known.until_at) == (
        wish.place,
        wish.reason,
        actor,
        wish.until_at,
    )
