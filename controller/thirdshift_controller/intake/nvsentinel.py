"""NVSentinel's external remediation request, as the custom resource that it is. Pure.

Shapes, conditions and their order are read from NVIDIA/NVSentinel:
docs/designs/040-external-remediation-request.md,
distros/kubernetes/nvsentinel/charts/janitor/crds/external_remediation.crd.yaml and
janitor/pkg/controller. A request is ours from `NVSentinelOwnershipReleased=True` until we write
`ExternalRemediationComplete`; `False` leaves the node released for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from thirdshift_agent.wire import SignalKind
from thirdshift_controller.errors import ConflictError
from thirdshift_controller.intake.external import Request
from thirdshift_controller.wire.handoff import ExternalSystem

RELEASED = "NVSentinelOwnershipReleased"
COMPLETE = "ExternalRemediationComplete"

_XID = re.compile(r"(?P<kind>s?xid)[-_ ]?(?P<code>[1-9]\d{0,5})", re.IGNORECASE)
_KIND = re.compile(r"S?XID|Sxid|Xid|(?<![A-Za-z])s?xid")
"""In the name of a check; its case tells `SysLogsXIDError` from `SysLogsSXIDError`."""
_PCI = re.compile(r"([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})(?:\.[0-7])?", re.IGNORECASE)
_LONGEST = 2000

Text = Annotated[str, Field(max_length=8192)]


class Metadata(BaseModel):
    """What Kubernetes knows it by."""

    name: Annotated[str, Field(min_length=1, max_length=253)]


class Entity(BaseModel):
    """Something that is concerned: `GPU_UUID`, `PCI`, and others that are no identity."""

    entityType: Text  # noqa: N815 - NVSentinel's spelling, here and below
    entityValue: Text  # noqa: N815


class HealthEvent(BaseModel):
    """What NVSentinel saw."""

    nodeName: Annotated[str, Field(min_length=1, max_length=253)]  # noqa: N815
    id: Text = ""
    agent: Text = ""
    checkName: Text = ""  # noqa: N815
    componentClass: Text = ""  # noqa: N815
    errorCode: list[Text] = []  # noqa: N815
    entitiesImpacted: list[Entity] = []  # noqa: N815
    message: Text = ""
    recommendedAction: str | int = ""  # noqa: N815
    customRecommendedAction: Text = ""  # noqa: N815
    generatedTimestamp: AwareDatetime | None = None  # noqa: N815


class Spec(BaseModel):
    """The event that the request is about."""

    healthEvent: HealthEvent  # noqa: N815


class Condition(BaseModel):
    """How far the hand-over is."""

    type: str
    status: Literal["True", "False", "Unknown"]


class Status(BaseModel):
    """Where the conditions stand."""

    conditions: list[Condition] = []


class RemediationRequest(BaseModel):
    """The custom resource."""

    kind: Literal["ExternalRemediationRequest"]
    metadata: Metadata
    spec: Spec
    status: Status | None = None

    def condition(self, name: str) -> str:
        """The status of a condition; `Unknown` where it is not there yet."""
        conditions = self.status.conditions if self.status else []
        return next((one.status for one in conditions if one.type == name), "Unknown")

    @property
    def is_waiting(self) -> bool:
        """Whether the node was let go of and nobody has answered."""
        return self.condition(RELEASED) == "True" and self.condition(COMPLETE) == "Unknown"


def translate(resource: RemediationRequest) -> Request:
    """The request in our words. Raises `ConflictError` where the node is not ours to take."""
    if not resource.is_waiting:
        state = f"{RELEASED} is {resource.condition(RELEASED)}"
        answer = f"{COMPLETE} is {resource.condition(COMPLETE)}"
        raise ConflictError(f"{state} and {answer}: a node is taken at True and Unknown alone")
    event = resource.spec.healthEvent
    return Request(
        system=ExternalSystem.NVSENTINEL,
        reference=resource.metadata.name,
        node=event.nodeName,
        fault=next(_faults(event), None),
        message=event.message[:_LONGEST] or event.checkName,
        reported_at=event.generatedTimestamp,
        gpu_uuid=next(_values(event.entitiesImpacted, "GPU_UUID"), None),
        pci_address=next(_addresses(event.entitiesImpacted), None),
        facts=_facts(event),
    )


def _faults(event: HealthEvent) -> Iterator[str]:
    """Names of Xids: `XID-79` says so itself, a bare `79` only by its check."""
    check = _KIND.search(event.checkName)
    for code in event.errorCode:
        if spelt := _XID.fullmatch(code):
            yield f"{SignalKind(spelt['kind'].lower())}:{spelt['code']}"
        elif check and (bare := _XID.fullmatch(f"{check[0]}{code}")):
            yield f"{SignalKind(check[0].lower())}:{bare['code']}"


def _values(entities: Sequence[Entity], *kinds: str) -> Iterator[str]:
    return (one.entityValue for one in entities if one.entityType.upper() in kinds)


def _addresses(entities: Sequence[Entity]) -> Iterator[str]:
    """PCI addresses as an agent writes them; NVSentinel may leave out the function."""
    for text in _values(entities, "PCI", "PCIE"):
        if found := _PCI.fullmatch(text):
            domain, bus, device = (part.lower() for part in found.groups())
            yield f"{domain.zfill(8)}:{bus}:{device}.0"


def _facts(event: HealthEvent) -> dict[str, str]:
    """What the technician may want to read."""
    found = {
        "event": event.id,
        "agent": event.agent,
        "check": event.checkName,
        "component": event.componentClass,
        "error_codes": " ".join(event.errorCode),
        "recommended_action": event.customRecommendedAction or str(event.recommendedAction),
        "entities": " ".join(f"{e.entityType}={e.entityValue}" for e in event.entitiesImpacted),
    }
    return {name: value[:_LONGEST] for name, value in found.items() if value}
