"""How the agent itself is: what it reads, what its calls cost, what its journal holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from thirdshift_agent.collectors.gpu import ALL
from thirdshift_agent.collectors.row import Readings, Row, Series
from thirdshift_agent.journal.journal import JournalState
from thirdshift_agent.sampling.sample import Sample
from thirdshift_agent.sampling.workers import CallTimes
from thirdshift_agent.wire import GpuPresence

ROWS = (
    Row("agent_info", "The agent that serves this page.", ("version",)),
    Row("driver_info", "The node's GPU driver.", ("version",)),
    Row("snapshot_age_seconds", "How old the values on this page are."),
    Row("problems", "How many things could not be read; `/healthz` names them."),
    Row(
        "node_gpus",
        "GPUs of the node: that should be there, that are known, that answer.",
        ("counted",),
    ),
    Row("agent_released", "Whether the agent has let go of the driver, so that hands can work."),
    Row("agent_sample_seconds", "How long the last look at all GPUs took."),
    Row(
        "agent_readings",
        "How many readings this collector gave of all GPUs together.",
        ("collector",),
    ),
    Row("agent_nvml_calls_total", "Calls into the driver's library.", ("call",)),
    Row(
        "agent_nvml_call_seconds_total",
        "Time that these calls took, over all GPUs.",
        ("call",),
    ),
    Row("agent_journal_entries", "Signals that the journal holds."),
    Row("agent_journal_sequence", "Number of the journal's last signal."),
    Row("agent_journal_waiting", "Signals that wait for a disk that takes nothing."),
)

_NAME = itemgetter(0)


@dataclass(frozen=True, slots=True)
class OwnState:
    """What the agent knows of itself."""

    version: str
    call_times: CallTimes
    journal: JournalState
    is_released: bool = False


def readings(state: OwnState, sample: Sample | None, now: datetime) -> Readings:
    """Return what the page says of the agent."""
    found: dict[Series, float] = {
        ("agent_info", (state.version,)): 1.0,
        ("agent_released", ()): float(state.is_released),
        ("agent_journal_entries", ()): float(state.journal.entries),
        ("agent_journal_sequence", ()): float(state.journal.last_sequence),
        ("agent_journal_waiting", ()): float(state.journal.waiting),
    }
    for call, count in state.call_times.counts.copy().items():
        found["agent_nvml_calls_total", (call,)] = float(count)
        found["agent_nvml_call_seconds_total", (call,)] = state.call_times.seconds[call]
    return found if sample is None else found | _of_sample(sample, now)


def _of_sample(sample: Sample, now: datetime) -> dict[Series, float]:
    answering = sum(gpu.presence is GpuPresence.PRESENT for gpu in sample.gpus)
    found: dict[Series, float] = {
        ("snapshot_age_seconds", ()): (now - sample.taken_at).total_seconds(),
        ("problems", ()): float(len(sample.problems)),
        ("node_gpus", ("known",)): float(len(sample.gpus)),
        ("node_gpus", ("answering",)): float(answering),
        ("agent_sample_seconds", ()): sample.took_seconds,
    }
    if sample.driver_version is not None:
        found["driver_info", (sample.driver_version,)] = 1.0
    if sample.gpus_expected is not None:
        found["node_gpus", ("expected",)] = float(sample.gpus_expected)
    names = Counter[str]()
    for gpu in sample.gpus:
        names.update(map(_NAME, gpu.readings))
    for each in ALL:
        count = sum(names[row.name] for row in each.rows)
        if count or not each.is_optional:
            found["agent_readings", (each.name,)] = float(count)
    return found
