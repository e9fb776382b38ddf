"""A node's journal with the recorder before it, which can be started again on what is durable."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from thirdshift_agent.journal.journal import Journal
from thirdshift_agent.journal.recorder import Recorder
from thirdshift_agent.observation import Observation
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.wire import GpuIdentity, Signal

CARD = GpuIdentity(3, "GPU-3", "1650", "00000000:3b:00.0", "H100")
OTHER = GpuIdentity(4, "GPU-4", "1651", "00000000:5e:00.0", "H100")
WINDOW = timedelta(seconds=5)


class RecordingNode:
    """Knows `CARD` and `OTHER`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.book = IdentityBook()
        self.book.remember([CARD, OTHER])
        self.restart()

    def restart(self) -> None:
        """As after a crash: nothing is settled."""
        self.journal = Journal(self._folder)
        self.recorder = Recorder(self.journal, self.book, WINDOW)

    def see(self, *sightings: Observation) -> None:
        """Take them in together."""
        self.recorder.observe_all(sightings)

    @property
    def signals(self) -> tuple[Signal, ...]:
        """All of them, oldest first."""
        return self.journal.after(0, 1_000_000)
