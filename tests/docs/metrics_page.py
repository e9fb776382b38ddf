"""The pages of metrics in `docs/`, made of the rows: what these say is written nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Any

from thirdshift_agent import workloads
from thirdshift_agent.checks import last
from thirdshift_agent.collectors import gpu, host, own
from thirdshift_agent.collectors.gpu import presence
from thirdshift_agent.collectors.gpu.source import (
    Activity,
    Call,
    Field,
    GpuCollector,
    GpuRow,
    Several,
    Source,
)
from thirdshift_agent.collectors.host.collector import HostCollector
from thirdshift_agent.collectors.row import Row
from thirdshift_agent.page.metrics import GPU_LABELS, GPU_PREFIX, PREFIX, XID_ROWS
from thirdshift_agent.sampling.sampler import FULL_EVERY

_GPU_HEAD = f"""\
# Metrics

What `/metrics` serves of the agent and of each GPU; what it serves of the node beside them is in
[metrics-node.md](metrics-node.md). Both pages are made of the agent's own tables; a test holds them
to those.

Every value is in a base unit; what cannot be read has no series, and 0 is a reading. What is said
of a GPU carries `{GPU_LABELS[0]}` and `{GPU_LABELS[1]}`; the rest of what is known of the card is
in `{GPU_PREFIX}info`. *Slow* is read in one sample of {FULL_EVERY}, and in the next after something
looked bad, and held in between. *Opt-in* is read only where it is asked for. A field is one of
NVML's numbered values, of which many cost one call; a function is a call of its own.
"""
_NODE_HEAD = """\
# Metrics of the node

What `/metrics` serves of the node beside its GPUs. This page is made of the agent's own tables; a
test holds it to them. [metrics.md](metrics.md) has the GPUs and the conventions.
"""
_ANSWERS: dict[str, Any] = {"nvmlDeviceGetMigMode": [1, 1], "nvmlDeviceGetNumFans": 1}
"""What leads a row that asks by itself to ask everything that it ever does."""

_PARTS = {"mig_instances": "nvmlDeviceGetMigDeviceHandleByIndex"}
"""What takes several calls, by the one that leads to the others."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A table of the page."""

    title: str
    note: str
    prefix: str
    rows: Sequence[Row]


def of_gpus() -> list[Subject]:
    """What can be on the metrics page of the agent and its GPUs."""
    return [
        Subject("The agent", "", PREFIX, own.ROWS),
        Subject("GPU: presence", "", GPU_PREFIX, presence.ROWS),
        *map(_of_gpu, gpu.ALL),
        Subject("GPU: who uses it", "", GPU_PREFIX, workloads.ROWS),
        Subject("GPU: XIDs", "", GPU_PREFIX, XID_ROWS),
    ]


def of_node() -> list[Subject]:
    """What can be there of the rest of the node."""
    check = HostCollector("check", last.ROWS, lambda roots: {}, 60.0)
    return [_of_host(each) for each in (*host.ALL, check)]


def pages() -> dict[str, str]:
    """The pages under `docs/`, each with its whole text."""
    return {
        "metrics.md": _GPU_HEAD + "".join(map(_table, of_gpus())),
        "metrics-node.md": _NODE_HEAD + "".join(map(_table, of_node())),
    }


def _of_gpu(collector: GpuCollector) -> Subject:
    note = "Opt-in." if collector.is_optional else "Slow." if collector.is_slow else ""
    title = "GPU: " + collector.name.replace("_", " ")
    return Subject(title, note, GPU_PREFIX, collector.rows)


def _of_host(collector: HostCollector) -> Subject:
    title = "Node: " + collector.name.replace("_", " ")
    return Subject(title, f"Every {collector.every_seconds:g} s.", PREFIX, collector.rows)


def _table(subject: Subject) -> str:
    reads = any(isinstance(row, GpuRow) for row in subject.rows)
    head = ["Metric", "Type", "Labels", "What it says", *(["Read from"] if reads else [])]
    lines = [f"\n## {subject.title}\n", *([f"{subject.note}\n"] if subject.note else [])]
    lines += [_line(head), _line(["---"] * len(head))]
    for row in subject.rows:
        cells = [f"`{subject.prefix}{row.name}`", "counter" if row.is_counter else "gauge"]
        cells += [", ".join(f"`{label}`" for label in row.labels), row.help]
        lines.append(_line([*cells, *([_origin(row)] if reads else [])]))
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _origin(row: Row) -> str:
    assert isinstance(row, GpuRow)
    if isinstance(row.sources, Several):
        return ", ".join(f"`{name}`" for name in dict.fromkeys(_asked(row.sources)))
    ranks = ([one for one in rank if one] for rank in zip_longest(*row.sources.values()))
    return ", else ".join(", ".join(_named(sources)) for sources in ranks)


def _named(sources: Sequence[Source]) -> Iterator[str]:
    fields = sorted({one.number for one in sources if isinstance(one, Field)})
    if fields:
        yield ("field " if len(fields) == 1 else "fields ") + ", ".join(_spans(fields))
    yield from (f"GPM metric {one.number}" for one in sources if isinstance(one, Activity))
    calls = [one.function for one in sources if isinstance(one, Call)]
    yield from (f"`{name}`" for name in dict.fromkeys(calls))


def _spans(numbers: Sequence[int]) -> Iterator[str]:
    """Neighbours as one span."""
    for _, run in groupby(enumerate(numbers), lambda each: each[1] - each[0]):
        first, *rest = (number for _, number in run)
        yield f"{first} to {rest[-1]}" if len(rest) > 1 else ", ".join(map(str, (first, *rest)))


def _asked(source: Several) -> list[str]:
    asked = list[str]()

    def ask(function: str, *arguments: Any) -> Any:
        asked.append(_PARTS.get(function, function))
        return _ANSWERS.get(function)

    source.read(ask)
    return asked
