"""A real node_exporter that reads files of ours and nothing of the machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from servers.ports import free_port
from servers.process import answers, running


@contextmanager
def node_exporter(folder: Path, texts: Path) -> Iterator[str]:
    """Run one that serves a folder of text files; gives the URL of its page."""
    flags = ["--collector.textfile", f"--collector.textfile.directory={texts}"]
    with _exporter(folder, flags) as url:
        yield url


@contextmanager
def node_exporter_of(
    folder: Path, sys: Path, proc: Path, collectors: Sequence[str]
) -> Iterator[str]:
    """Run one that reads a `/sys` and a `/proc` of ours; gives the URL of its page."""
    flags = [f"--path.sysfs={sys}", f"--path.procfs={proc}"]
    with _exporter(folder, flags + [f"--collector.{name}" for name in collectors]) as url:
        yield url


@contextmanager
def _exporter(folder: Path, flags: Sequence[str]) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}/metrics"
    command = [
        "prometheus-node-exporter",
        "--collector.disable-defaults",
        f"--web.listen-address=127.0.0.1:{port}",
        *flags,
    ]
    with running(command, folder / "node_exporter.log", lambda: answers(url)):
        yield url
