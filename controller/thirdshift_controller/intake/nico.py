"""A repair that NVIDIA's infra controller (NICo) waits for, as its repair tenant posts it. Pure.

NICo calls nobody: a repair tenant claims the machine by a repair instance, has it mended, and NICo
reads the outcome from the machine's label `repair_status` when that instance is released. So the
body is ours, in NICo's words. Source: NVIDIA/ncx-infra-controller-core,
docs/manuals/repair/repair_tenant_workflow.md and repair_integration.md.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from thirdshift_controller.intake.external import Request
from thirdshift_controller.wire.handoff import ExternalSystem

MACHINE = "machine_id"
"""The fact that names the machine in NICo."""

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,253}$")]


class IssueCategory(StrEnum):
    """NICo's own words."""

    HARDWARE = "Hardware"
    NETWORK = "Network"
    PERFORMANCE = "Performance"
    STORAGE = "Storage"
    SOFTWARE = "Software"
    OTHER = "Other"


class HealthIssue(BaseModel):
    """What the tenant reported; the bounds are NICo's."""

    category: IssueCategory
    summary: Annotated[str, Field(min_length=1, max_length=512)]
    details: Annotated[str, Field(max_length=8192)] = ""


class RepairRequest(BaseModel):
    """One claimed machine."""

    model_config = ConfigDict(extra="forbid")

    instanceId: Identifier  # noqa: N815 - NICo's spelling, here and below
    """The repair instance: one a repair, so it names the request."""
    machineId: Identifier  # noqa: N815
    node: Annotated[str, Field(min_length=1, max_length=253)]
    """What the site file calls the machine."""
    machineHealthIssue: HealthIssue  # noqa: N815


def translate(repair: RepairRequest) -> Request:
    """The request in our words. NICo names no part, so the whole node is concerned."""
    issue = repair.machineHealthIssue
    facts = {MACHINE: repair.machineId, "category": issue.category.value, "details": issue.details}
    return Request(
        system=ExternalSystem.NICO,
        reference=repair.instanceId,
        node=repair.node,
        fault=None,
        message=issue.summary,
        reported_at=None,
        gpu_uuid=None,
        pci_address=None,
        facts={name: value for name, value in facts.items() if value},
    )
