"""Holding and letting go: what the pages about one place have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from thirdshift_controller.wire import Hold, Scope
from thirdshift_tui.client.port import Site
from thirdshift_tui.draw.holds import Place, over, place_of, to_lift
from thirdshift_tui.live import Known
from thirdshift_tui.screens.base import SiteScreen
from thirdshift_tui.screens.hold_form import HoldForm, HoldWish


class HoldingScreen(SiteScreen):
    """A page about a place that can be held."""

    @property
    @abstractmethod
    def places(self) -> Sequence[Place]:
        """The place, then what it is known to be part of; nothing while it is not loaded."""

    @property
    def known_holds(self) -> Sequence[Hold]:
        """Every hold that this page knows of."""
        known = self.desk.live.known
        return known.holds if known else ()

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Those over the place."""
        return tuple(over(self.known_holds, self.places))

    def action_hold(self) -> None:
        """Place a hold on the place."""
        if not self.places:
            self.desk.say("There is nothing here yet to hold.")
            return
        place = self.places[0]

        def answered(wish: HoldWish | None) -> None:
            if wish is not None:
                self._place(place, wish)

        self.app.push_screen(HoldForm(" ".join(place)), answered)

    def action_lift(self) -> None:
        """Lift the hold that is meant."""
        known = self.desk.live.known
        hold = to_lift(self.known_holds, self.places, _name(known)) if known else None
        if hold is None:
            self.desk.say("No hold stands here.")
            return
        what = f"{hold.id}, {hold.placed_by}'s on {' '.join(place_of(hold))}"
        self.ask_why(f"Lift {what}. Why may it go on?", lambda reason: self._lift(hold, reason))

    def _place(self, place: Place, wish: HoldWish) -> None:
        scope, name = place
        now = self.desk.live.now(self.desk.monotonic())
        until_at = now + wish.lasts if now and wish.lasts else None

        async def deed(site: Site) -> None:
            hold = await site.place_hold(scope, name, wish.reason, until_at)
            self.desk.say(f"{hold.id} holds {hold.scope} {hold.scope_name}.")

        self.desk.act(deed)

    def _lift(self, hold: Hold, reason: str) -> None:
        async def deed(site: Site) -> None:
            lifted = await site.lift_hold(hold.id, reason)
            self.desk.say(f"{lifted.id} was lifted by {lifted.lifted_by}.")

        self.desk.act(deed)


def around(node: str, rack: str, known: Known) -> tuple[Place, ...]:
    """Return a node's place and what a console can tell that it is part of."""
    return (Scope.NODE, node), (Scope.RACK, rack), (Scope.SITE, known.floor.site)


def _name(known: Known) -> str:
    return known.me.person or known.me.name
