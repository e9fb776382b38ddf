"""Which records of the kernel's log were observed in this boot, in little memory.

A sighting names its record. One of several lines, or of a storm, names runs of records too, and
only sightings of its own name and card lie in them: what else was written meanwhile is not hidden.
A record is named by the log that it was read from, so a number may be wrong: a run has no wide
gaps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import Signal

BOOT, RECORD = "boot_id", "kernel_record"
"""Facts: the boot, and the sequence number in it, of the record that was observed."""
RECORDS = "kernel_records"
"""Fact: runs of records that one signal stands for, such as `17-90 95-99`."""

WIDEST_GAP = 1000
MOST_RUNS = 32

Subject = tuple[str, ...]
_SUBJECT_FACTS = ("device", "interface", "dimm", "switch")


def subject(seen: Observation | Signal) -> Subject:
    """Return what a sighting in the kernel's log is about: its name, its card, its part."""
    part = next((seen.facts[key] for key in _SUBJECT_FACTS if key in seen.facts), "")
    return (seen.kind.value, seen.code, seen.pci_address or "", part)


@dataclass(slots=True)
class Runs:
    """Rising numbers, as runs. Too many runs lose the oldest: rather heard twice than hidden."""

    runs: list[tuple[int, int]] = field(default_factory=list)

    def add(self, number: int) -> None:
        """Take a number in."""
        if self.runs and 0 < number - self.runs[-1][1] <= WIDEST_GAP:
            self.runs[-1] = (self.runs[-1][0], number)
            return
        self.runs.append((number, number))
        del self.runs[:-MOST_RUNS]

    def __str__(self) -> str:
        return " ".join(f"{first}-{last}" for first, last in self.runs)


@dataclass(frozen=True, slots=True)
class KnownRecords:
    """The records that the journal tells of."""

    single: frozenset[int] = frozenset()
    runs: Mapping[Subject, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def has(self, seen: Observation) -> bool:
        """Whether the journal has this sighting of the kernel's log."""
        if RECORD not in seen.facts:
            return False
        record = int(seen.facts[RECORD])
        if record in self.single:
            return True
        return any(first <= record <= last for first, last in self.runs.get(subject(seen), ()))


def known_records(signals: Iterable[Signal], boot_id: str) -> KnownRecords:
    """Return what these signals tell of that boot's records."""
    single: set[int] = set()
    runs: dict[Subject, tuple[tuple[int, int], ...]] = {}
    for signal in signals:
        if signal.facts.get(BOOT) != boot_id:
            continue
        if RECORD in signal.facts:
            single.add(int(signal.facts[RECORD]))
        if told := signal.facts.get(RECORDS):
            about = subject(signal)
            runs[about] = (*runs.get(about, ()), *(_run(run) for run in told.split()))
    return KnownRecords(frozenset(single), runs)


def records_of(seen: Observation) -> tuple[int, ...]:
    """Return the first and the last record of a sighting that was not folded."""
    first = (int(seen.facts[RECORD]),) if RECORD in seen.facts else ()
    return (*first, *(_run(seen.facts[RECORDS])[1:] if RECORDS in seen.facts else ()))


def _run(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last)
