"""What we read of Kubernetes' nodes and pods, and nothing else of them.

The official client could build its whole models instead; for the pods of a large cluster, every
few seconds, that takes six times as long.
"""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from thirdshift_controller.adapters.mig import part_of_gpu

DRAINED_FOR = "thirdshift.dev/drained-for"
"""Our annotation on a node that we took out of service: the incident."""
REASON = "thirdshift.dev/reason"
TAINT = "thirdshift.dev/repair"
_GPUS = ("nvidia.com/gpu", "nvidia.com/mig-")
_MIRROR = "kubernetes.io/config.mirror"


class Owner(BaseModel):
    """Who made an object."""

    kind: str


class Change(BaseModel):
    """Who wrote which fields of an object last."""

    manager: str = ""
    time: AwareDatetime | None = None
    fields: dict[str, Any] = Field(default={}, validation_alias="fieldsV1")

    @property
    def is_cordon(self) -> bool:
        """Whether it took a node out of service."""
        return "f:unschedulable" in self.fields.get("f:spec", {})


class Meta(BaseModel):
    """An object's name and what is noted on it."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    version: str = Field(default="", validation_alias="resourceVersion")
    annotations: dict[str, str] = {}
    owners: tuple[Owner, ...] = Field(default=(), validation_alias="ownerReferences")
    changes: tuple[Change, ...] = Field(default=(), validation_alias="managedFields")
    deleted_at: AwareDatetime | None = Field(default=None, validation_alias="deletionTimestamp")


class Taint(BaseModel):
    """Keeps pods away; written back as it was read."""

    model_config = ConfigDict(extra="allow")
    key: str


class NodeSpec(BaseModel):
    """What a node shall be."""

    unschedulable: bool = False
    taints: tuple[Taint, ...] = ()


class Condition(BaseModel):
    """One thing that the node's kubelet says of it, or that is said of a silent one."""

    type: str
    status: str
    reason: str = ""
    message: str = ""
    since_at: AwareDatetime | None = Field(default=None, validation_alias="lastTransitionTime")


class NodeStatus(BaseModel):
    """What a node is."""

    conditions: tuple[Condition, ...] = ()


class KubernetesNode(BaseModel):
    """One node."""

    metadata: Meta
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()

    @property
    def is_ours(self) -> bool:
        """Whether we took it out of service."""
        return DRAINED_FOR in self.metadata.annotations

    @property
    def is_out(self) -> bool:
        """Whether it gets no new pods, by whoever's hand."""
        return self.spec.unschedulable or any(taint.key == TAINT for taint in self.spec.taints)

    @property
    def trouble(self) -> Condition | None:
        """Why Kubernetes itself has given it up; None where it is ready."""
        unheard = Condition(type="Ready", status="Unknown", reason="NodeStatusNeverUpdated")
        ready = next((one for one in self.status.conditions if one.type == "Ready"), unheard)
        return None if ready.status == "True" else ready


class Resources(BaseModel):
    """What a container asks for."""

    limits: dict[str, str] = {}


class Container(BaseModel):
    """One container of a pod."""

    resources: Resources = Resources()

    @property
    def uses_gpus(self) -> bool:
        """Whether it holds GPUs, whole or in parts."""
        return any(name.startswith(_GPUS) for name in self.resources.limits)

    @property
    def gpus(self) -> float:
        """How many; an instance of a shared one is a part of it. Raises `ValueError`."""
        limits = self.resources.limits.items()
        return sum(
            int(count) * part_of_gpu(name) for name, count in limits if name.startswith(_GPUS)
        )


class PodSpec(BaseModel):
    """What a pod is made of."""

    node: str = Field(default="", validation_alias="nodeName")
    containers: tuple[Container, ...] = ()
    first: tuple[Container, ...] = Field(default=(), validation_alias="initContainers")
    claims: tuple[dict[str, Any], ...] = Field(default=(), validation_alias="resourceClaims")
    """Devices by dynamic allocation: which ones is not said here."""


class Pod(BaseModel):
    """One pod that is bound to a node and has not ended."""

    metadata: Meta
    spec: PodSpec

    @property
    def name(self) -> str:
        """`namespace/name`."""
        return f"{self.metadata.namespace}/{self.metadata.name}"

    @property
    def belongs_to_the_node(self) -> bool:
        """Whether it is a DaemonSet's or the kubelet's own: gone from a node, it comes back."""
        daemon = any(owner.kind == "DaemonSet" for owner in self.metadata.owners)
        return daemon or _MIRROR in self.metadata.annotations

    @property
    def gpus(self) -> float:
        """What it holds: its containers run at one time, those before them one by one."""
        together = sum(one.gpus for one in self.spec.containers)
        return max([together, *(one.gpus for one in self.spec.first)])

    @property
    def is_a_job(self) -> bool:
        """Whether its end is awaited before a node's GPUs are touched."""
        containers = (*self.spec.containers, *self.spec.first)
        holds = bool(self.spec.claims) or any(one.uses_gpus for one in containers)
        return holds and not self.belongs_to_the_node


class ListMeta(BaseModel):
    """Where a list goes on."""

    go_on: str | None = Field(default=None, validation_alias="continue")


class NodeList(BaseModel):
    """A page of nodes."""

    metadata: ListMeta = ListMeta()
    items: tuple[KubernetesNode, ...]


class PodList(BaseModel):
    """A page of pods."""

    metadata: ListMeta = ListMeta()
    items: tuple[Pod, ...]
