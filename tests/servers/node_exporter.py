"""A real node exporter that reads a tree of ours: another pair of eyes on the same files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from servers.ports import free_port
from servers.process import answers, running

Samples = dict[tuple[str, tuple[str, ...]], float]
"""By name and by label values in the order of the labels' names."""


@contextmanager
def node_exporter(folder: Path, sys: Path, proc: Path, collectors: Sequence[str]) -> Iterator[str]:
    """Run one that reads `sys` and `proc` with these collectors; gives its own URL."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        "prometheus-node-exporter",
        f"--web.listen-address=127.0.0.1:{port}",
        f"--path.sysfs={sys}",
        f"--path.procfs={proc}",
        "--collector.disable-defaults",
        *(f"--collector.{name}" for name in collectors),
    ]
    with running(command, folder / "node-exporter.log", lambda: answers(url)):
        yield url


def samples(url: str) -> Samples:
    """What its page shows of the node."""
    page = httpx.get(f"{url}/metrics", timeout=5.0)
    page.raise_for_status()
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page.text)
        for sample in family.samples
    }
