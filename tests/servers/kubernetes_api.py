"""What Kubernetes' API server does with nodes, pods and evictions, over TLS, with one token.

No API server runs where these tests do: this one keeps whole objects, answers the questions that
a drain asks by the API's published rules, and remembers what was asked. The official client speaks
to it. That is no proof for a real server; `docs/schedulers.md` says so.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

from servers.certificates import Authority
from servers.kubernetes_objects import Object, merged, written

TOKEN = "a-service-account-token"
MERGE_PATCH = "application/merge-patch+json"
NOW = "2026-11-25T14:30:00Z"
_NODE = re.compile(r"/api/v1/nodes/([^/]+)")
_EVICTION = re.compile(r"/api/v1/namespaces/([^/]+)/pods/([^/]+)/eviction")
_UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
_HELD = "Cannot evict pod as it would violate the pod's disruption budget."

Answer = tuple[HTTPStatus, Object]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question."""

    method: str
    path: str
    query: dict[str, str]
    body: Any


@dataclass
class Cluster:
    """What the server keeps, and what a test turns."""

    folder: Path
    port: int = 0
    nodes: dict[str, Object] = field(default_factory=dict)
    pods: dict[tuple[str, str], Object] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    """Names of pods that a disruption budget holds."""
    forbidden: set[str] = field(default_factory=set)
    """Methods that our role does not have."""
    before_writing: list[Callable[[], None]] = field(default_factory=list)
    """What somebody else does between a look and the next writing, one at a time."""
    nonsense: bytes | None = None
    """Answered to everything while it is set."""

    @property
    def kubeconfig(self) -> Path:
        """How to reach it."""
        return self.folder / "kubeconfig"

    def add(self, *objects: Object) -> None:
        """Create nodes and pods."""
        for made in objects:
            name, namespace = made["metadata"]["name"], made["metadata"].get("namespace")
            if namespace is None:
                self.nodes[name] = made
            else:
                self.pods[namespace, name] = made

    def write(self, name: str, patch: Object, manager: str) -> None:
        """Merge a patch into a node, as the server does, and its node controller after it."""
        node = merged(self.nodes[name], patch)
        version = str(int(self.nodes[name]["metadata"]["resourceVersion"]) + 1)
        node["metadata"] = {**node["metadata"], "resourceVersion": version}
        taints = [one for one in node["spec"].get("taints") or [] if one["key"] != _UNSCHEDULABLE]
        if node["spec"].get("unschedulable"):
            taints.append({"key": _UNSCHEDULABLE, "effect": "NoSchedule", "timeAdded": NOW})
        node["spec"] = {**node["spec"], "taints": taints}
        self.nodes[name] = written(node, manager, NOW)

    def cordon(self, name: str, unschedulable: bool = True) -> None:
        """What `kubectl cordon` and `kubectl uncordon` do."""
        self.write(name, {"spec": {"unschedulable": unschedulable or None}}, "kubectl-cordon")

    def taints(self, name: str) -> set[str]:
        """The keys of a node's taints."""
        return {taint["key"] for taint in self.nodes[name]["spec"]["taints"]}

    def changes(self) -> list[Asked]:
        """What was asked that was no question."""
        return [one for one in self.asked if one.method != "GET"]

    def answer(self, asked: Asked, content_type: str | None) -> Answer:
        """Status and body."""
        self.asked.append(asked)
        if asked.method in self.forbidden:
            return _refused(HTTPStatus.FORBIDDEN, f"{asked.path} is forbidden")
        if asked.method == "GET" and asked.path == "/api/v1/nodes":
            return _page("NodeList", list(self.nodes.values()), asked.query)
        if asked.method == "GET" and asked.path == "/api/v1/pods":
            return _page("PodList", list(self.pods.values()), asked.query)
        if asked.method == "PATCH" and (found := _NODE.fullmatch(asked.path)):
            return self._patch(found[1], asked, content_type)
        if asked.method == "POST" and (found := _EVICTION.fullmatch(asked.path)):
            return self._evict(found[1], found[2], asked.body)
        return _refused(HTTPStatus.NOT_FOUND, "the server could not find the requested resource")

    def _patch(self, name: str, asked: Asked, content_type: str | None) -> Answer:
        if content_type != MERGE_PATCH:
            return _refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{content_type} is not kept here")
        if self.before_writing:
            self.before_writing.pop(0)()
        if name not in self.nodes:
            return _refused(HTTPStatus.NOT_FOUND, f'nodes "{name}" not found')
        version = asked.body.get("metadata", {}).get("resourceVersion")
        if version not in (None, self.nodes[name]["metadata"]["resourceVersion"]):
            return _refused(
                HTTPStatus.CONFLICT,
                f'Operation cannot be fulfilled on nodes "{name}": the object has been modified; '
                "please apply your changes to the latest version and try again",
            )
        self.write(name, asked.body, asked.query.get("fieldManager", "unknown"))
        return HTTPStatus.OK, self.nodes[name]

    def _evict(self, namespace: str, name: str, eviction: Object) -> Answer:
        pod = self.pods.get((namespace, name))
        if pod is None:
            return _refused(HTTPStatus.NOT_FOUND, f'pods "{name}" not found')
        wanted = eviction["deleteOptions"]["preconditions"]["uid"]
        if wanted != pod["metadata"]["uid"]:
            return _refused(HTTPStatus.CONFLICT, "the UID in the precondition does not match")
        if name in self.held:
            return _refused(HTTPStatus.TOO_MANY_REQUESTS, _HELD)
        del self.pods[namespace, name]
        return HTTPStatus.CREATED, {"kind": "Status", "apiVersion": "v1", "status": "Success"}


def _page(kind: str, objects: list[Object], query: dict[str, str]) -> Answer:
    found = [one for one in objects if _selected(one, query.get("fieldSelector", ""))]
    start = int(query.get("continue") or 0)
    end = start + int(query.get("limit") or len(found) or 1)
    more = {"continue": str(end), "remainingItemCount": len(found) - end}
    meta = {"resourceVersion": "1841300", **(more if end < len(found) else {})}
    body = {"kind": kind, "apiVersion": "v1", "metadata": meta, "items": found[start:end]}
    return HTTPStatus.OK, body


def _selected(made: Object, selector: str) -> bool:
    for term in filter(None, selector.split(",")):
        path, negated, value = re.fullmatch(r"([\w.]+)(!?)=(.*)", term).groups()  # type: ignore[union-attr]
        here: Any = made
        for key in path.split("."):
            here = here.get(key, "")
        if (here == value) == bool(negated):
            return False
    return True


def _refused(status: HTTPStatus, message: str) -> Answer:
    body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    return status, {**body, "message": message, "reason": status.phrase, "code": int(status)}


@contextmanager
def kubernetes_api(folder: Path) -> Iterator[Cluster]:
    """Serve until the block ends."""
    authority = Authority(folder)
    issued = authority.issue("kubernetes")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)
    cluster = Cluster(folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, cluster)) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        cluster.port = server.server_port
        cluster.kubeconfig.write_text(_kubeconfig(cluster.port, authority), encoding="utf-8")
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield cluster
        finally:
            server.shutdown()
            thread.join()


def _kubeconfig(port: int, authority: Authority) -> str:
    server = {
        "server": f"https://127.0.0.1:{port}",
        "certificate-authority": str(authority.certificate),
    }
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "site", "cluster": server}],
            "users": [{"name": "thirdshift", "user": {"token": TOKEN}}],
            "contexts": [{"name": "site", "context": {"cluster": "site", "user": "thirdshift"}}],
            "current-context": "site",
        }
    )


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, cluster: Cluster, *arguments: Any) -> None:
        self._cluster = cluster
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        place = urlsplit(self.path)
        asked = Asked(self.command, place.path, dict(parse_qsl(place.query)), body)
        status, told = self._cluster.answer(asked, self.headers.get("Content-Type"))
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            status, told = _refused(HTTPStatus.UNAUTHORIZED, "Unauthorized")
        content = self._cluster.nonsense or json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self.send_header("Retry-After", "10")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Keep quiet."""
