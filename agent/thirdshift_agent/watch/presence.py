"""When a GPU is lost, hangs or was never there: one signal a change, none for a glitch.

That a GPU is well again is no signal: the next snapshot shows it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.observation import RULE, Observation, Observe
from thirdshift_agent.sampling.sample import GpuSample
from thirdshift_agent.wire import (
    GpuIdentity,
    GpuPresence,
    SignalKind,
    SignalSource,
    StandingState,
)

log = logging.getLogger(__name__)

MISSING = "missing"
"""Code of the signal that fewer GPUs are known than there should be."""

SAMPLES_TO_CONFIRM = 2
SAMPLES_TO_MISS = 6
"""How many samples in a row must show a state before it is told. A driver that is being loaded, as
after every boot, shows its GPUs late; hence the longer patience with a GPU never seen."""

_WELL = GpuPresence.PRESENT.value


@dataclass(frozen=True, slots=True)
class _Streak:
    state: str = _WELL
    length: int = 0
    told: str = _WELL


class PresenceWatch:
    """Remembers what it told of each GPU. Looks once a sample, from one thread."""

    def __init__(self, observe: Observe, kept: KeptFile) -> None:
        """`kept` remembers across restarts what was told, so that it is not told again."""
        self._observe, self._kept = observe, kept
        self._streaks = _recalled(kept)

    def look(self, gpu: GpuSample, at: datetime, reason: str) -> None:
        """Take in how a GPU shows itself now, and what the driver said of it."""
        card, state = gpu.identity, gpu.presence.value
        if not self._is_news(card.uuid, state, SAMPLES_TO_CONFIRM):
            return
        if state == _WELL:
            log.info("GPU answers again", extra={"slot": card.slot, "gpu_uuid": card.uuid})
            self._keep()
            return
        self._tell(
            Observation(
                at=at,
                kind=SignalKind.GPU,
                code=state,
                source=SignalSource.SAMPLER,
                message=f"GPU {card.slot}: {reason}",
                pci_address=card.pci_address,
                gpu_uuid=card.uuid,
                facts={RULE: "presence", **({"call": gpu.hung_call} if gpu.hung_call else {})},
            )
        )

    def count(self, known: int, expected: int, at: datetime) -> None:
        """Take in how many GPUs are known, lost ones among them, and how many there should be."""
        state = MISSING if known < expected else _WELL
        if not self._is_news(MISSING, state, SAMPLES_TO_MISS):
            return
        if state == _WELL:
            self._keep()
            return
        self._tell(
            Observation(
                at=at,
                kind=SignalKind.GPU,
                code=MISSING,
                source=SignalSource.SAMPLER,
                message=f"the driver shows {known} of {expected} GPUs",
                facts={RULE: "presence", "known": str(known), "expected": str(expected)},
            )
        )

    def standing(self, cards: Iterable[GpuIdentity]) -> Iterator[StandingState]:
        """What was told of these cards and of their number, and still is."""
        known: dict[str, int | None] = {card.uuid: card.slot for card in cards}
        for who, slot in {**known, MISSING: None}.items():
            told = self._streaks.get(who, _Streak()).told
            if told != _WELL:
                yield StandingState(SignalKind.GPU, told, slot)

    def _tell(self, seen: Observation) -> None:
        """On disk as a signal first: a crash in between tells it twice rather than never."""
        self._observe(seen)
        self._keep()

    def _keep(self) -> None:
        told = {who: streak.told for who, streak in self._streaks.items() if streak.told != _WELL}
        self._kept.write(told)

    def _is_news(self, who: str, state: str, samples: int) -> bool:
        before = self._streaks.get(who, _Streak())
        length = before.length + 1 if before.state == state else 1
        news = state != before.told and length >= samples
        self._streaks[who] = _Streak(state, length, told=state if news else before.told)
        return news


def _recalled(kept: KeptFile) -> dict[str, _Streak]:
    told = kept.read()
    known = told.items() if isinstance(told, dict) else ()
    return {str(who): _Streak(told=str(state)) for who, state in known}
