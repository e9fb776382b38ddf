"""What a node of Kubernetes and its pods say of its standing, and who holds its GPUs. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from thirdshift_controller.adapters.kubernetes_objects import (
    DRAINED_FOR,
    REASON,
    KubernetesNode,
    Pod,
)
from thirdshift_controller.costs.usage.records import Holdings
from thirdshift_controller.intake.schedule import OURS, NodeStanding, Standing


def standing(node: KubernetesNode, pods: Iterable[Pod]) -> NodeStanding:
    """A node's standing; its jobs are pods that hold GPUs, but for those of DaemonSets.

    A pod that is being deleted on a node that is not ready has ended, as far as anybody can
    know: its node is the only one who could say so.
    """
    trouble = node.trouble
    jobs = tuple(
        pod.name for pod in pods if pod.is_a_job and not (trouble and pod.metadata.deleted_at)
    )
    if node.is_out:
        return _out(node, jobs)
    if trouble:
        reason = f"{trouble.reason}: {trouble.message}".rstrip(": ")
        return NodeStanding(Standing.DOWN, reason, jobs, since_at=trouble.since_at)
    return NodeStanding(Standing.IN_SERVICE, None, jobs)


def holdings(pods: Iterable[Pod]) -> Holdings | None:
    """GPUs of one node by namespace; `None` where a pod claims devices and so not says how many.

    Raises `ValueError` on a number in an unknown form.
    """
    held: dict[str, float] = defaultdict(float)
    for pod in pods:
        if pod.is_a_job:
            if pod.spec.claims:
                return None
            held[pod.metadata.namespace] += pod.gpus
    return dict(held)


def _out(node: KubernetesNode, jobs: tuple[str, ...]) -> NodeStanding:
    cordons = [change for change in node.metadata.changes if change.is_cordon]
    last = cordons[-1] if cordons else None  # the server keeps them by time
    return NodeStanding(
        Standing.DRAINING if jobs else Standing.DRAINED,
        _reason(node),
        jobs,
        by=last.manager if last else None,
        since_at=last.time if last else None,
    )


def _reason(node: KubernetesNode) -> str:
    """Ours is noted on the node; Kubernetes asks nobody else for one."""
    if not node.is_ours:
        return "cordoned"
    notes = node.metadata.annotations
    return notes.get(REASON, f"{OURS} {notes[DRAINED_FOR]}")
