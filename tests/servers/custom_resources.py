"""What a cluster's API does with one kind of custom resource: list by pages, get, patch the status.

No API server runs in the tests. This one holds what a client can get wrong: the path with group and
version, the token, the media type of a patch, and the version that a write was made upon.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from servers.json_api import Asked, json_api

ROOT = "/apis/nvsentinel.dgxc.nvidia.com/v1/externalremediationrequests"
TOKEN = "cluster-token-01"
MERGE_PATCH = "application/merge-patch+json"

KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: test
contexts: [{{name: test, context: {{cluster: test, user: test}}}}]
clusters: [{{name: test, cluster: {{server: "{url}"}}}}]
users: [{{name: test, user: {{token: {token}}}}}]
"""

Resource = dict[str, Any]


@dataclass
class Cluster:
    """Its resources by name, and how it misbehaves."""

    url: str = ""
    resources: dict[str, Resource] = field(default_factory=dict)
    patches: list[Asked] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    """Answered first, one a question."""
    is_down: bool = False
    written_between: int = 0
    """So many times somebody else writes between a client's look and its patch."""

    def add(self, resource: Resource) -> None:
        resource["metadata"] |= {"resourceVersion": "1", "generation": 1}
        self.resources[resource["metadata"]["name"]] = resource

    def condition(self, name: str, kind: str) -> Resource:
        """One condition of a resource."""
        conditions = self.resources[name]["status"]["conditions"]
        return next(one for one in conditions if one["type"] == kind)

    def kubeconfig(self, folder: Path, token: str = TOKEN) -> Path:
        """A file that leads here."""
        file = folder / "kubeconfig"
        file.write_text(KUBECONFIG.format(url=self.url, token=token), encoding="utf-8")
        return file

    def answer(self, asked: Asked) -> tuple[int, object]:
        """One question."""
        if self.is_down:
            return _status(503)
        if self.refusals:
            return _status(self.refusals.pop(0))
        if asked.authorization != f"Bearer {TOKEN}":
            return _status(401)
        if asked.path == ROOT:
            return 200, self._page(int(asked.query["limit"]), asked.query.get("continue", ""))
        name, _, part = asked.path.removeprefix(f"{ROOT}/").partition("/")
        if name not in self.resources:
            return _status(404)
        if asked.method == "GET":
            return 200, self._looked_at(self.resources[name])
        return self._patch(self.resources[name], part, asked)

    def _page(self, limit: int, after: str) -> object:
        names = [name for name in sorted(self.resources) if name > after]
        more = names[limit - 1] if len(names) > limit else ""
        items = [self.resources[name] for name in names[:limit]]
        return {
            "kind": "ExternalRemediationRequestList",
            "metadata": {"continue": more},
            "items": items,
        }

    def _looked_at(self, resource: Resource) -> Resource:
        seen = copy.deepcopy(resource)
        if self.written_between:
            self.written_between -= 1
            self._touch(resource)
        return seen

    def _patch(self, resource: Resource, part: str, asked: Asked) -> tuple[int, object]:
        if part != "status" or asked.content_type != MERGE_PATCH:
            return _status(415)
        if asked.body["metadata"]["resourceVersion"] != resource["metadata"]["resourceVersion"]:
            return _status(409)
        self.patches.append(asked)
        resource["status"] = {**resource.get("status", {}), **asked.body["status"]}
        self._touch(resource)
        return 200, resource

    def _touch(self, resource: Resource) -> None:
        version = int(resource["metadata"]["resourceVersion"]) + 1
        resource["metadata"]["resourceVersion"] = str(version)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """An empty one, until the block ends."""
    here = Cluster()
    with json_api(here.answer) as url:
        here.url = url
        yield here


def _status(code: int) -> tuple[int, object]:
    return code, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code}
