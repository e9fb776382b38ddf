"""`[handoff]`: the systems that hand nodes over to us, and how they hear of the end."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from thirdshift_controller.config.agents import AgentsTable
from thirdshift_controller.config.source import Beside, Seconds, Table
from thirdshift_controller.config.urls import parts_of


def _url(url: str) -> str:
    if parts_of(url, "http", "https") is None:
        raise ValueError(
            f'"{url}" is not the URL of an API; write it as "https://nico.example/v1", '
            "without user, query or fragment"
        )
    return url


class EndpointTable(AgentsTable):
    """Somebody's HTTP API, and the files of `[agents]` for its door."""

    url: Annotated[str, AfterValidator(_url)]
    timeout_seconds: Seconds = 10.0
    """Of the wall, for one question."""


class NvsentinelTable(Table):
    """The cluster that NVSentinel runs in."""

    kubeconfig_file: Beside | None = None
    """Without it the controller is a pod of the cluster and uses its service account."""
    group: Annotated[str, Field(min_length=1)] = "nvsentinel.dgxc.nvidia.com"
    version: Annotated[str, Field(min_length=1)] = "v1"
    timeout_seconds: Seconds = 10.0
    """Of the wall, for one question."""


class HandoffTable(Table):
    """Without it requests are taken where they are posted, and whoever asks is answered."""

    interval_seconds: Seconds = 15.0
    """Of the wall: how often requests are looked for and ends are told."""
    callback: EndpointTable | None = None
    """Is told of the end of every request whose system has no table of its own."""
    nvsentinel: NvsentinelTable | None = None
    nico: EndpointTable | None = None
