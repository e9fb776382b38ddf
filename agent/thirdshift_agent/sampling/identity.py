"""Which card sits where, kept on disk so that a GPU which is gone keeps its slot and its serial.

A slot belongs to a PCI address. Whatever card answers there takes the slot, so a replaced card does
too; a card whose address changed without another taking its place keeps the slot it had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from itertools import chain, count
from pathlib import Path
from threading import Lock
from typing import get_type_hints

from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.wire import GpuIdentity


class IdentityBook:
    """Every card that this node has. Safe from any thread.

    `path` None keeps it in memory alone. A file that cannot be read or written is logged and lived
    without: the book then knows what the driver shows and nothing older.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._kept = KeptFile(path)
        self._lock = Lock()
        self._by_pci = _load(self._kept)

    def all(self) -> tuple[GpuIdentity, ...]:
        """Every card known, by slot."""
        return tuple(sorted(self._by_pci.values(), key=lambda card: card.slot))

    def by_pci(self, pci_address: str) -> GpuIdentity | None:
        """The card at an address such as `00000000:3b:00.0`."""
        return self._by_pci.get(pci_address)

    def by_uuid(self, uuid: str) -> GpuIdentity | None:
        """The card with this UUID; None for one that was replaced."""
        return next((card for card in self._by_pci.values() if card.uuid == uuid), None)

    def remember(self, identities: Iterable[GpuIdentity]) -> tuple[GpuIdentity, ...]:
        """Take note of cards that answer now; return them with the slots that are theirs.

        The slot that a card comes with is a proposal, used where nothing older speaks against it.
        """
        with self._lock:
            before = self._by_pci
            found = tuple(identities)
            after = _seated(before, found)
            self._by_pci = after
            if after != before:
                self._kept.write([asdict(card) for card in self.all()])
            return tuple(after[card.pci_address] for card in found)


def _seated(
    known: Mapping[str, GpuIdentity], found: Iterable[GpuIdentity]
) -> dict[str, GpuIdentity]:
    here = {card.uuid: card for card in found}
    slot_of = {card.uuid: card.slot for card in known.values()}

    def standing(card: GpuIdentity) -> tuple[bool, bool, str]:
        return card.pci_address not in known, card.uuid not in slot_of, card.pci_address

    cards = {address: card for address, card in known.items() if card.uuid not in here}
    for card in sorted(here.values(), key=standing):
        before = known.get(card.pci_address)
        cards.pop(card.pci_address, None)
        taken = {other.slot for other in cards.values()}
        wishes = (before.slot if before else None, slot_of.get(card.uuid), card.slot)
        free = (slot for slot in chain(wishes, count()) if slot is not None and slot not in taken)
        cards[card.pci_address] = replace(card, slot=next(free))
    return cards


def _load(kept: KeptFile) -> dict[str, GpuIdentity]:
    entries = kept.read()
    if entries is None:
        return {}
    try:
        cards = [_card(entry) for entry in entries]  # type: ignore[attr-defined]
    except TypeError as error:
        kept.complain("GPU identities not understood: slots are given anew", error)
        return {}
    return {card.pci_address: card for card in cards}


def _card(entry: dict[str, object]) -> GpuIdentity:
    """Return the entry as a card. Raises `TypeError` for what is none."""
    card = GpuIdentity(**entry)  # type: ignore[arg-type]
    for key, kind in get_type_hints(GpuIdentity).items():
        value = getattr(card, key)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise TypeError(f"{key}={value!r} is no {kind}")
    return card
