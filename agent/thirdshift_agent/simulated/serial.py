"""Reading a fleet of simulated nodes without a thread for each GPU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from thirdshift_agent.gpu import Driver, Gpu
from thirdshift_agent.sampling.reading import Census, Hung, Outcome, read_one, take_census
from thirdshift_agent.sampling.workers import CallTimes
from thirdshift_agent.simulated.driver import CALL, SimulatedGpu


class SerialReader:
    """One GPU after the other on the caller's thread.

    A card that hangs is not read: the simulation says since when, as a `WatchedReader` would find.
    """

    def census(self, driver: Driver) -> Census:
        """Find the GPUs. Raises `DriverError`."""
        return take_census(driver)

    def read(self, gpus: Sequence[Gpu], in_full: bool) -> Mapping[str, Outcome]:
        """Read each GPU once; the outcomes by UUID."""
        return {gpu.identity.uuid: _outcome(gpu, in_full) for gpu in gpus}

    def call_times(self) -> CallTimes:
        """Nothing: no driver is called."""
        return CallTimes()


def _outcome(gpu: Gpu, in_full: bool) -> Outcome:
    if isinstance(gpu, SimulatedGpu) and (since := gpu.card.hung_since) is not None:
        return Hung(CALL, (gpu.clock.now() - since).total_seconds())
    return read_one(gpu, in_full, lambda call: None)
