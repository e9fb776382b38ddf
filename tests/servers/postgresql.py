"""A real PostgreSQL on a free port. It refuses to be root, so root starts it as nobody."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servers.ports import free_port
from servers.process import need

_AS_NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database."""
    with tempfile.TemporaryDirectory(prefix="thirdshift-pg-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        port = free_port()
        data, log = f"{folder}/data", f"{folder}/log"
        _run("initdb", "-D", data, "-U", "app", "-A", "trust", "--no-sync", "-E", "UTF8")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        _run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
        try:
            yield f"postgresql+psycopg://app@127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _run(program: str, *arguments: str) -> None:
    """Run one of its programs to its end; the server that it leaves keeps no pipe of ours open."""
    found = next((str(place / program) for place in _PLACES if (place / program).exists()), None)
    prefix = _AS_NOBODY if os.geteuid() == 0 else ()
    done = subprocess.run(
        [*prefix, found or need(program), *arguments],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{program} ended with {done.returncode}"
