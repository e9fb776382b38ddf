"""Hears lines as the follower does, and says what became of them."""

from __future__ import annotations

from datetime import UTC, datetime

from thirdshift_agent.kernel_log.witness import Witness
from thirdshift_agent.observation import Observation

AT = datetime(2026, 11, 2, tzinfo=UTC)

Case = tuple[str, str, str | None, dict[str, str]]
"""Lines of one happening, and its name, PCI address and facts."""


def told(lines: str) -> list[Observation]:
    heard: list[Observation] = []
    seconds = 0.0
    witness = Witness(heard.extend, lambda: seconds)
    for number, line in enumerate(lines.strip("\n").splitlines()):
        witness.listen(line, AT, number / 1000)
    seconds = 60.0
    witness.hand_over()
    assert not witness.undecided
    return heard


def only(lines: str) -> Observation:
    (seen,) = told(lines)
    return seen


def name_place_and_facts(lines: str) -> tuple[str, str | None, dict[str, str]]:
    """The rest of a `Case`, as it is told of these lines once."""
    seen = only(lines)
    return f"{seen.kind}:{seen.code}", seen.pci_address, dict(seen.facts)
