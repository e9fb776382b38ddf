"""Hears the kernel's lines one after the other and observes what they say.

The driver introduces a card (address and uuid, then its board's serial number) on lines of their
own, before or after the fault. The witness remembers them, so that a fault is known by its card
even where the book of identities has never seen the address.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from thirdshift_agent.kernel_log.lines import Introduction, parse
from thirdshift_agent.observation import Observation, Observe

BOARD_SERIAL = "board_serial"
"""Fact: the serial number that the kernel's log gave for the card."""


class Witness:
    """One listener of one log; not for several threads at once."""

    def __init__(self, observe: Observe) -> None:
        self._observe = observe
        self._uuids: dict[str, str] = {}
        self._serials: dict[str, str] = {}
        self._introduced: str | None = None

    def hear(self, line: str, at: datetime, record: dict[str, str] | None = None) -> None:
        """Observe what the line says; `record` are facts on where in the log it stands."""
        match parse(line, at):
            case Observation() as seen:
                self._observe(self._complete(seen, record or {}))
            case Introduction() as card:
                self._remember(card)

    def recall(self, line: str, at: datetime) -> None:
        """Learn from a line that was observed before: who is who, and nothing else."""
        if isinstance(card := parse(line, at), Introduction):
            self._remember(card)

    def _complete(self, seen: Observation, record: dict[str, str]) -> Observation:
        uuid = self._uuids.get(seen.pci_address or "")
        serial = self._serials.get(uuid or "")
        facts = {**seen.facts, **record, **({BOARD_SERIAL: serial} if serial else {})}
        return replace(seen, gpu_uuid=uuid, facts=facts)

    def _remember(self, card: Introduction) -> None:
        if card.uuid and card.pci_address:
            self._uuids[card.pci_address] = self._introduced = card.uuid
        elif card.serial and self._introduced:
            self._serials[self._introduced] = card.serial
