"""Kubernetes: where its nodes stand, who holds their GPUs, and the rungs drain and resume.

A drain cordons the node, taints it and notes the incident on it, all in one writing that fails
where somebody else wrote meanwhile. Whether its pods are then evicted is the site's choice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from tenacity import retry, retry_if_exception_type, stop_after_attempt

from thirdshift_controller.adapters.draining import DrainingScheduler
from thirdshift_controller.adapters.kubernetes_api import KubernetesApi, NodeChanged
from thirdshift_controller.adapters.kubernetes_objects import (
    DRAINED_FOR,
    REASON,
    TAINT,
    KubernetesNode,
    Pod,
)
from thirdshift_controller.adapters.kubernetes_words import holdings, standing
from thirdshift_controller.costs.usage.records import Holdings
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.schedule import ABSENT, NodeStanding, SchedulerUnreachable
from thirdshift_controller.remedies.port import RemedyOrder, RemedyResult
from thirdshift_controller.remedies.scheduling import incident_of, reason_of
from thirdshift_runbooks.page import RemoteAction

_TRIES = 3
"""A kubelet writes to its node every few minutes, and our look and writing are instants apart."""


class KubernetesScheduler(DrainingScheduler):
    """Speaks to one cluster. A node's name there is the site's."""

    def __init__(self, api: KubernetesApi, evict: bool) -> None:
        self._api, self._evict = api, evict

    def standings(self, nodes: Sequence[Node]) -> Mapping[str, NodeStanding]:
        """Every node's standing by its name. Raises `SchedulerUnreachable`."""
        only = nodes[0].name if len(nodes) == 1 else None
        found = {node.metadata.name: node for node in self._api.nodes(only)}
        pods = self._pods(only)
        return {
            name: standing(found[name], pods[name]) if name in found else ABSENT
            for name in (node.name for node in nodes)
        }

    def holdings(self, nodes: Sequence[Node]) -> Mapping[str, Holdings]:
        """GPUs of each node by namespace. Raises `SchedulerUnreachable`."""
        pods = self._pods(None)
        try:
            held = {node.name: holdings(pods[node.name]) for node in nodes}
        except ValueError as error:
            raise SchedulerUnreachable(f"a pod counts GPUs in an unknown form: {error}") from error
        return {name: teams for name, teams in held.items() if teams is not None}

    def describe(self, order: RemedyOrder) -> str:
        """The same in kubectl's words."""
        name, taint = order.node.name, f"{TAINT}={incident_of(order)}:NoSchedule"
        if order.action is not RemoteAction.DRAIN:
            return f"kubectl uncordon {name}; kubectl taint node {name} {TAINT}-"
        evict = f"; kubectl drain {name} --ignore-daemonsets" if self._evict else ""
        return f"kubectl cordon {name}; kubectl taint node {name} {taint}{evict}"

    @retry(
        retry=retry_if_exception_type(NodeChanged), stop=stop_after_attempt(_TRIES), reraise=True
    )
    def apply(self, order: RemedyOrder) -> RemedyResult:
        """Make the rung, from the look on again where somebody wrote meanwhile."""
        return super().apply(order)

    def drain(self, order: RemedyOrder, found: NodeStanding) -> str:
        """Take it out of service; what a disruption budget holds leaves when asked again."""
        if not found.is_ours:
            self._mark(order)
        staying = self._staying(order.node.name) if self._evict else []
        return "\n".join([f"{order.node.name} gets no new pods", *staying])

    def resume(self, order: RemedyOrder) -> str:
        """Take away what a drain put there."""
        node = self._read(order.node)
        if not node.is_ours:
            raise NodeChanged(f"{order.node.name} was taken over at the same instant")
        spec = {"unschedulable": None, "taints": _others(node)}
        self._api.patch(node, {DRAINED_FOR: None, REASON: None}, spec)
        return f"{order.node.name} may get pods again"

    def _pods(self, node: str | None) -> Mapping[str, list[Pod]]:
        """Pods by node, of all nodes or one; of a node without any there is an empty list."""
        pods: dict[str, list[Pod]] = defaultdict(list)
        for pod in self._api.pods(node):
            pods[pod.spec.node].append(pod)
        return pods

    def _mark(self, order: RemedyOrder) -> None:
        node, incident = self._read(order.node), incident_of(order)
        if node.is_out:
            raise NodeChanged(f"{order.node.name} was taken out of service at the same instant")
        taint = {"key": TAINT, "value": incident, "effect": "NoSchedule"}
        spec = {"unschedulable": True, "taints": [*_others(node), taint]}
        self._api.patch(node, {DRAINED_FOR: incident, REASON: reason_of(order)}, spec)

    def _read(self, node: Node) -> KubernetesNode:
        """The node as it is now, to be written to as it is now."""
        found = next(self._api.nodes(node.name), None)
        if found is None:
            raise NodeChanged(f"{node.name} has left the cluster")
        return found

    def _staying(self, name: str) -> list[str]:
        """Evict all that does not belong to the node; returns who stays and why."""
        leaving = [pod for pod in self._api.pods(name) if not pod.belongs_to_the_node]
        answers = ((pod.name, self._api.evict(pod)) for pod in leaving)
        return [f"{pod} stays: {reason}" for pod, reason in answers if reason]


def _others(node: KubernetesNode) -> list[dict[str, object]]:
    """The taints that are not ours; a node's taints are written all or none."""
    return [taint.model_dump() for taint in node.spec.taints if taint.key != TAINT]
