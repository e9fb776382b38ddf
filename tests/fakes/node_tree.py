"""A node's /proc, /etc and /var/log in a folder, with the processes that a test puts there."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from thirdshift_agent.collectors.host.collector import Roots

STAT = (
    "{pid} (a (very) odd name) {state} 1 2 3 0 -1 4 5 6 7 8 9 10 11 12 20 0 30 0 {started} 31 32\n"
)


class NodeTree:
    """A node without a process."""

    def __init__(self, folder: Path) -> None:
        self.roots = Roots(proc=folder / "proc", etc=folder / "etc", log=folder / "log")
        self.roots.etc.mkdir(parents=True)
        self.users({"root": 0, "ana": 1000})

    def users(self, users: Mapping[str, int]) -> None:
        """Let these be the node's own users."""
        lines = [f"{name}:x:{uid}:{uid}::/:/bin/sh\n" for name, uid in users.items()]
        (self.roots.etc / "passwd").write_text("".join(lines), encoding="utf-8")

    def run(
        self,
        pid: int,
        cgroup: str = "/",
        environment: Mapping[str, str] | None = None,
        uid: int = 1000,
        started: int = 5000,
        state: str = "S",
    ) -> Path:
        """Let a process run; `cgroup` is a path, or the whole file's text. Returns its folder."""
        folder = self.roots.proc / str(pid)
        folder.mkdir(parents=True, exist_ok=True)
        entries = [f"{key}={value}" for key, value in (environment or {}).items()]
        text = cgroup if ":" in cgroup.split("/")[0] else f"0::{cgroup}\n"
        self._write(folder / "stat", STAT.format(pid=pid, state=state, started=started))
        self._write(folder / "status", f"Name:\tx\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nGid:\t1\n")
        self._write(folder / "cgroup", text)
        self._write(folder / "environ", "\0".join([*entries, ""]))
        return folder

    def end(self, pid: int) -> None:
        """Let a process be gone."""
        shutil.rmtree(self.roots.proc / str(pid))

    def pod(self, namespace: str, pod: str, uid: str, containers: Mapping[str, str]) -> None:
        """Let the kubelet keep logs of a pod: its containers' names and ids."""
        for name, container_id in containers.items():
            (self.roots.log / "pods" / f"{namespace}_{pod}_{uid}" / name).mkdir(parents=True)
            links = self.roots.log / "containers"
            links.mkdir(exist_ok=True)
            (links / f"{pod}_{namespace}_{name}-{container_id}.log").touch()

    @staticmethod
    def _write(path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
