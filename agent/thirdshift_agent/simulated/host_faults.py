"""What can break on a node beside its cards. It shows itself in the kernel's log, or by silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from thirdshift_agent.inject.kernel_faults import NODE
from thirdshift_agent.simulated.healing import Remedy, heals_ratio

SILENT, MISMATCH = "node:silent", "node:driver_mismatch"

LINES: Mapping[str, Sequence[str]] = {
    SILENT: (),
    **{fault.name: fault.lines for fault in NODE},
}
"""The kernel's lines of each; a node that is silent writes none."""

_STOPS_THE_NODE = frozenset({SILENT, "kernel:panic", "kernel:hard_lockup"})
_PASSES = frozenset({"memory:corrected", "kernel:oom_kill"})


class HostFaults:
    """What is broken on one node now."""

    def __init__(self) -> None:
        self._luck: dict[str, float] = {}

    @property
    def stop_the_node(self) -> bool:
        """Whether its kernel runs no more."""
        return not _STOPS_THE_NODE.isdisjoint(self._luck)

    def begin(self, fault: str, luck: float) -> Sequence[str]:
        """Let one happen; return what the kernel writes. `luck` decides what ends it."""
        if fault not in _PASSES:
            self._luck[fault] = luck
        return LINES[fault]

    def heal(self, remedy: Remedy) -> None:
        """Suffer a remedy."""
        lasting = {f: luck for f, luck in self._luck.items() if luck >= heals_ratio(f, remedy)}
        self._luck = lasting

    def mend(self) -> None:
        """Take every one away, as hands do."""
        self._luck.clear()

    def lines(self) -> Sequence[str]:
        """What a kernel that has just started writes of those that are still there."""
        return [line for fault in self._luck for line in LINES[fault]]
