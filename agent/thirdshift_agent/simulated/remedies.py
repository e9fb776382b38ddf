"""What a remedy does to a node's cards, and what its tool prints. It reaches every one it is given.

A reset answers for what it healed, as `nvidia-smi` does. All else ends well when the command did:
whether it helped is seen afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from thirdshift_agent.simulated.card import Card
from thirdshift_agent.simulated.errors import SimulationError
from thirdshift_agent.simulated.healing import Remedy

_RESETS = frozenset({Remedy.GPU_RESET, Remedy.FABRIC_RESET})


def remedy_named(action: str) -> Remedy:
    """Return the remedy of that name. Raises `SimulationError`."""
    try:
        return Remedy(action)
    except ValueError as error:
        raise SimulationError(
            f"action {action!r} is unknown; there are {', '.join(Remedy)}"
        ) from error


def treat(cards: Sequence[Card], remedy: Remedy, at: datetime) -> tuple[bool, str]:
    """Return whether the remedy came to a good end, and what was printed."""
    if (refusal := _refusal(cards, remedy)) is not None:
        return False, refusal
    stubborn = [card for card in cards if not card.heal(remedy, at)]
    if remedy not in _RESETS:
        return True, ""
    if stubborn:
        return False, f"Unable to reset GPU {_name(stubborn[0])}: Unknown Error"
    lines = (f"GPU {_name(card)} was successfully reset." for card in cards)
    return True, "\n".join((*lines, "All done."))


def _refusal(cards: Sequence[Card], remedy: Remedy) -> str | None:
    if remedy in _RESETS:
        return next((why for card in cards if (why := _cannot_reset(card))), None)
    hung = any(card.hung_since is not None for card in cards)
    if remedy is Remedy.DRIVER_RELOAD and hung:
        return "modprobe: FATAL: Module nvidia is in use."
    return None


def _cannot_reset(card: Card) -> str | None:
    if card.lost:
        return f"Unable to reset GPU {_name(card)}: GPU is lost"
    if card.hung_since is not None:
        return f"Unable to reset GPU {_name(card)}: it is in use and does not respond"
    return None


def _name(card: Card) -> str:
    return card.identity.pci_address.upper()
