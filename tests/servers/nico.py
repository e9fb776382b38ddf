"""The machines of NVIDIA's infra controller, as far as a repair touches them: get, replace labels.

After NVIDIA/ncx-infra-controller-core, docs/manuals/repair/repair_tenant_workflow.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from servers.json_api import Asked, json_api

ROOT = "/v2/org/provider/nico"
TOKEN = "nico-token-000001"
MOST_LABELS = 10


@dataclass
class Nico:
    """Labels by machine, and how it misbehaves."""

    url: str = ""
    machines: dict[str, dict[str, str]] = field(default_factory=dict)
    updates: int = 0
    refusals: list[int] = field(default_factory=list)
    """Answered first, one a question."""

    def answer(self, asked: Asked) -> tuple[int, object]:
        """One question."""
        if self.refusals:
            return self.refusals.pop(0), {"message": "scripted"}
        if asked.authorization != f"Bearer {TOKEN}":
            return 401, {"message": "who are you"}
        machine = asked.path.removeprefix(f"{ROOT}/machine/")
        if machine not in self.machines:
            return 404, {"message": "no such machine"}
        if asked.method == "PATCH":
            if len(asked.body["labels"]) > MOST_LABELS:
                return 400, {"message": "too many labels"}
            self.machines[machine] = asked.body["labels"]
            self.updates += 1
        return 200, {"id": machine, "labels": self.machines[machine]}


@contextmanager
def nico() -> Iterator[Nico]:
    """One without machines, until the block ends."""
    here = Nico()
    with json_api(here.answer) as url:
        here.url = url + ROOT
        yield here
