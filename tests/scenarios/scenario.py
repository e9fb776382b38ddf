"""What a scenario file says: what happens at a site, and what must follow. Read strictly.

[[scenario]]
name = "a reset ends a double-bit error"
class = "double_bit"

[[scenario.event]]                    # in the order of their instants
at_minutes = 0                        # after the scenario's begin
slot = 3                              # without it the node itself
signals = ["xid:48"]                  # told one after the other
looks = { recovery_action = "gpu_reset" }
healed_by = "gpu_reset"               # the gentlest rung; without it hands alone

[scenario.follows]
pages = ["uncorrectable-memory-error"]    # of the incidents that are part of no other
rungs = ["drain", "gpu_reset", "resume"]
state = "closed"                          # of the last of those
people = 0                                # that the work orders ask for at one time
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from thirdshift_agent.wire import GpuPresence, SignalSource
from thirdshift_controller.config.source import Count, Table, read_toml
from thirdshift_controller.remedies.port import Return
from thirdshift_controller.wire import IncidentState
from thirdshift_runbooks.page import FailureClass, RemoteAction

GPUS, NODES, MANY = (Path(__file__).with_name(f"{name}.toml") for name in ("gpus", "nodes", "many"))
"""The files beside this module: a story of each class of failure, and those of many nodes."""

Minutes = Annotated[float, Field(ge=0, strict=True)]
Number = Annotated[int, Field(ge=0, strict=True)]
SignalName = Annotated[str, Field(pattern=r"^[a-z_]+:[a-z0-9_]+$")]


class Scale(Table):
    """How big the site is. The default is the demo's: 240 nodes, 1,920 GPUs."""

    rows: Count = 5
    racks_per_row: Count = 12
    nodes_per_rack: Count = 4
    gpus_per_node: Count = 8


class Where(Table):
    """Which nodes: exactly one of these."""

    node: str | None = None
    nodes: tuple[str, ...] = ()
    rack: str | None = None
    first_nodes: Number = 0
    """Of the site's, in the order of its racks."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(bool(value) for value in (self.node, self.nodes, self.rack, self.first_nodes)) != 1:
            raise ValueError("say one of node, nodes, rack and first_nodes")
        return self


class Event(Table):
    """Something that breaks or is told."""

    at_minutes: Minutes = 0.0
    apart_seconds: Minutes = 0.0
    """From one node to the next."""
    on: Where = Where(node="gpu-02071")
    slot: Number | None = None
    signals: tuple[SignalName, ...] = ()
    facts: dict[str, str] = Field(default_factory=dict)
    """Of every signal."""
    by: Literal[
        SignalSource.KERNEL_LOG, SignalSource.BMC, SignalSource.SCHEDULER, SignalSource.WEBHOOK
    ] = SignalSource.KERNEL_LOG
    """Who tells; all but the kernel's log reach the controller beside the agent."""
    looks: dict[str, str | float | bool] = Field(default_factory=dict)
    """Fields of the GPU's reading while it is broken."""
    presence: GpuPresence | None = None
    silences: Annotated[bool, Field(strict=True)] = False
    """Whether the node's agent is not heard while it is broken."""
    recurs: Annotated[bool, Field(strict=True)] = False
    """Whether it is told again after a rung that did not end it."""
    healed_by: RemoteAction | None = None
    loads_driver: str | None = None
    """The version that the node shows from now on."""
    swaps_card: str | None = None
    """The serial number of the card that sits in the slot from now on."""


class Follows(Table):
    """What must be so at the end."""

    pages: tuple[str, ...]
    rungs: tuple[RemoteAction | Return, ...] = ()
    state: IncidentState = IncidentState.CLOSED
    people: Number = 0
    orders: Number | None = None
    """Work orders ever opened; told where it is the point."""
    parts: Number = 0
    """Incidents that are part of another."""
    pauses: bool | None = None
    """Whether the budget stopped something; told where it is the point."""
    disturbed_at_most: Number | None = None
    """Nodes that a rung was made on; in place of `rungs` where which ones is chance."""


class Scenario(Table):
    """One story of one site."""

    name: str
    failure_class: FailureClass = Field(alias="class")
    scale: Scale = Scale()
    lasts_hours: Annotated[float, Field(gt=0, strict=True)] = 24.0
    """It is over when nothing is open any more, or then."""
    event: tuple[Event, ...] = Field(min_length=1)
    follows: Follows

    def __str__(self) -> str:
        return self.name


class _File(Table):
    scenario: tuple[Scenario, ...] = Field(min_length=1)


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """Every scenario of a file. Raises `ConfigError` with file, line, key and remedy."""
    return read_toml(path, _File).scenario
