"""A real node_exporter that reads one folder of text files and nothing of the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servers.ports import free_port
from servers.process import answers, running


@contextmanager
def node_exporter(folder: Path, texts: Path) -> Iterator[str]:
    """Run one until the block ends; gives the URL of its page."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/metrics"
    command = [
        "prometheus-node-exporter",
        "--collector.disable-defaults",
        "--collector.textfile",
        f"--collector.textfile.directory={texts}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with running(command, folder / "node_exporter.log", lambda: answers(url)):
        yield url
