"""What the API publishes for other systems: what became of their requests, and repairs as records.

    POST /v1/signals                         one signal or a list: how many are kept, why others not
    POST /v1/external/nvsentinel             ExternalRequest; body: NVSentinel's custom resource
    POST /v1/external/nico                   ExternalRequest; body: see docs/hand-off.md
    GET  /v1/external/{system}/{reference}   ExternalRequest
    GET  /v1/incidents/{id}/breakfix         Breakfix

Conventions and refusals are those of this package.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from thirdshift_controller.wire.words import IncidentState


class ExternalSystem(StrEnum):
    """Who hands nodes over to us."""

    NVSENTINEL = "nvsentinel"
    NICO = "nico"


class ExternalState(StrEnum):
    """Whether the node is still ours to mend."""

    OPEN = "open"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class ExternalRequest:
    """One request and what became of it.

    `succeeded` and `message` are there once it is completed, `told_at` once the system that asked
    has taken the answer. `incident` is absent until the request was triaged.
    """

    system: ExternalSystem
    reference: str
    node: str
    state: ExternalState
    incident: str | None
    incident_state: IncidentState | None
    received_at: datetime
    completed_at: datetime | None
    succeeded: bool | None
    message: str | None
    told_at: datetime | None


class BreakfixAction(StrEnum):
    """What was done about a fault, most first."""

    PART_REPLACED = "part_replaced"
    HANDS_ON = "hands_on"
    REMOTE = "remote"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Breakfix:
    """One repair in the terms of NVIDIA's breakfix requirements for AI clouds, BFX02 and BFX03.

    `hardware_id` is what stays the same across reboots and renames: the GPU's serial, else its
    UUID, else the node. `handed_over_at` is when we took charge of the node. Source:
    https://docs.nvidia.com/dsx/guides/nvidia-requirements-for-ai-clouds/breakfix-requirements
    """

    ticket_id: str
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    hardware_id: str
    node: str
    component_category: str
    description: str
    action_category: BreakfixAction
    action: str
    provider_account_id: str
    """The site's name: a site is its own provider."""
    handed_over_at: datetime | None
    serial_numbers: tuple[str, ...]
    """Of the GPUs in the node now."""
