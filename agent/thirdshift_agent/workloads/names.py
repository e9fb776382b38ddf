"""Names for what the kernel knows by number: of users from `passwd`, of pods from their log files.

A user that only a directory service knows has no name here: asking it could wait for the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# the kubelet's, one folder a pod: NAMESPACE_POD_UID
_POD = re.compile(r"(?P<namespace>[a-z0-9-]+)_(?P<pod>[a-z0-9.-]+)_(?P<uid>[0-9a-f-]{32,36})")
# the kubelet's, one link a container: POD_NAMESPACE_CONTAINER-ID.log
_CONTAINER = re.compile(r"[^_]+_[^_]+_(?P<container>[a-z0-9-]+)-(?P<id>[0-9a-f]{64})\.log")


@dataclass(frozen=True, slots=True)
class PodName:
    """What a pod is called."""

    namespace: str
    pod: str


@dataclass(slots=True)
class PodNames:
    """The pods and containers that the kubelet keeps logs of, as last listed."""

    log: Path
    _pods: dict[str, PodName] = field(default_factory=dict)
    _containers: dict[str, str] = field(default_factory=dict)

    def refresh(self) -> None:
        """List them anew."""
        pods = (_POD.fullmatch(name) for name in _listed(self.log / "pods"))
        self._pods = {pod["uid"]: PodName(pod["namespace"], pod["pod"]) for pod in pods if pod}
        links = (_CONTAINER.fullmatch(name) for name in _listed(self.log / "containers"))
        self._containers = {link["id"]: link["container"] for link in links if link}

    def knows(self, pod_uid: str, container_id: str | None) -> bool:
        """Whether the last list has both."""
        return pod_uid in self._pods and container_id in self._containers

    def pod(self, uid: str) -> PodName | None:
        """The pod with this UID."""
        return self._pods.get(uid)

    def container(self, container_id: str | None, pod_uid: str) -> str | None:
        """The container with this id; where no link says, the only one that the pod has."""
        if container_id in self._containers:
            return self._containers[container_id]
        pod = self._pods.get(pod_uid)
        if pod is None:
            return None
        folders = list(_listed(self.log / "pods" / f"{pod.namespace}_{pod.pod}_{pod_uid}"))
        return folders[0] if len(folders) == 1 else None


def user_names(etc: Path) -> dict[int, str]:
    """The node's own users, by number, of two names the first; none where there is no file."""
    try:
        text = (etc / "passwd").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    entries = (line.split(":") for line in reversed(text.splitlines()))
    return {int(e[2]): e[0] for e in entries if len(e) > 2 and e[2].isdecimal()}


def _listed(folder: Path) -> Iterator[str]:
    try:
        yield from (entry.name for entry in folder.iterdir())
    except OSError:
        return
