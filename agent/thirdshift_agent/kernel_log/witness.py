"""Hears the kernel's lines one after the other and observes what they say.

The driver introduces a card (address and uuid, then its board's serial number) on lines of their
own, before or after the fault. The witness remembers them, so that a fault is known by its card
even where the book of identities has never seen the address.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from thirdshift_agent.kernel_log.happenings import Happenings
from thirdshift_agent.kernel_log.known import KnownRecords
from thirdshift_agent.kernel_log.lines import parse
from thirdshift_agent.kernel_log.told import Introduction, Part
from thirdshift_agent.observation import Observation, ObserveAll

BOARD_SERIAL = "board_serial"
"""Fact: the serial number that the kernel's log gave for the card."""

SETTLE_SECONDS = 0.02
"""How long a happening of several lines waits for more of them."""
MOST_CARDS = 1024


class Witness:
    """One listener of one log; not for several threads at once."""

    def __init__(
        self, observe: ObserveAll, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._observe, self._monotonic = observe, monotonic
        self._happenings = Happenings()
        self._heard: list[Observation] = []
        self._uuids: dict[str, str] = {}
        self._serials: dict[str, str] = {}
        self._introduced: str | None = None

    @property
    def undecided(self) -> bool:
        """Whether something was heard that more lines may belong to."""
        return self._happenings.undecided

    def hear(self, line: str, at: datetime) -> None:
        """Observe at once what the line says."""
        self.listen(line, at, self._monotonic())
        self._settle(self._monotonic())
        self.hand_over()

    def listen(
        self, line: str, at: datetime, moment: float, record: dict[str, str] | None = None
    ) -> None:
        """Take in what the line says until `hand_over`.

        `moment` is the line's, in seconds of the kernel's clock, which never jumps; `record` are
        facts on where in the log it stands.
        """
        match parse(line, at):
            case Observation() as seen:
                self._heard.append(self._complete(seen, record or {}))
            case Part() as part:
                heard = self._monotonic()
                whole = self._happenings.add(part, {**(record or {})}, moment, heard)
                self._heard += (self._complete(seen, {}) for seen in whole)
            case Introduction() as card:
                self._remember(card)

    def note(self, seen: Observation) -> None:
        """Take in what no line says."""
        self._heard.append(seen)

    def hand_over(self, known: KnownRecords | None = None) -> None:
        """Observe what was taken in and is complete, but for what is known."""
        if self._happenings.undecided:
            self._settle(self._monotonic() - SETTLE_SECONDS)
        heard, self._heard = self._heard, []
        news = [seen for seen in heard if known is None or not known.has(seen)]
        if news:
            self._observe(news)

    def _settle(self, heard_before: float) -> None:
        whole = self._happenings.settle(heard_before)
        self._heard += (self._complete(seen, {}) for seen in whole)

    def _complete(self, seen: Observation, record: dict[str, str]) -> Observation:
        uuid = self._uuids.get(seen.pci_address or "")
        serial = self._serials.get(uuid or "")
        facts = {**seen.facts, **record, **({BOARD_SERIAL: serial} if serial else {})}
        return replace(seen, gpu_uuid=uuid, facts=facts)

    def _remember(self, card: Introduction) -> None:
        if card.uuid and card.pci_address:
            if len(self._uuids) >= MOST_CARDS:
                self._uuids.clear()
                self._serials.clear()
            self._uuids[card.pci_address] = self._introduced = card.uuid
        elif card.serial and self._introduced:
            self._serials[self._introduced] = card.serial
