"""Nodes and pods as a Kubernetes API server gives them: whole objects, true to its schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import uuid4

Object = dict[str, Any]

FOLDER = Path(__file__).parent / "kubernetes"
DAEMON_SET = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "exporter"}
MIRROR = {"kubernetes.io/config.mirror": "8d1e9b1c2f", "kubernetes.io/config.source": "file"}
_CORDON: Object = {"f:spec": {"f:unschedulable": {}}}


def node(name: str) -> Object:
    """One with eight GPUs, ready, and with the taint that keeps other work off GPU nodes."""
    made: Object = json.loads((FOLDER / "node.json").read_text(encoding="utf-8"))
    made["metadata"] |= {"name": name, "uid": str(uuid4())}
    return made


def pod(name: str, on: str, gpus: int = 8, namespace: str = "ml") -> Object:
    """A pod of a Job that runs on a node and holds so many of its GPUs."""
    made: Object = json.loads((FOLDER / "pod.json").read_text(encoding="utf-8"))
    made["metadata"] |= {"name": name, "namespace": namespace, "uid": str(uuid4())}
    made["spec"]["nodeName"] = on
    resources = made["spec"]["containers"][0]["resources"]
    for asked in resources.values():
        del asked["nvidia.com/gpu"]
        if gpus:
            asked["nvidia.com/gpu"] = str(gpus)
    return made


def of_a_daemon_set(made: Object) -> Object:
    """The same pod, owned by a DaemonSet."""
    owner = {**DAEMON_SET, "uid": str(uuid4()), "controller": True}
    return {**made, "metadata": {**made["metadata"], "ownerReferences": [owner]}}


def of_the_kubelet(made: Object) -> Object:
    """The same pod, out of a file on its node."""
    return {**made, "metadata": {**made["metadata"], "annotations": MIRROR}}


def not_ready(made: Object, status: str, reason: str, message: str) -> Object:
    """The same node, given up by Kubernetes."""
    lost = deepcopy(made)
    for condition in lost["status"]["conditions"]:
        if condition["type"] == "Ready":
            condition |= {"status": status, "reason": reason, "message": message}
            condition["lastTransitionTime"] = "2026-11-25T14:00:00Z"
    return lost


def written(made: Object, manager: str, at: str) -> Object:
    """The same node, with the server's note of who cordoned it or took that back."""
    notes = made["metadata"].get("managedFields", [])
    others = [note for note in notes if note["fieldsV1"] != _CORDON]
    mine = {
        "manager": manager,
        "operation": "Update",
        "apiVersion": "v1",
        "time": at,
        "fieldsType": "FieldsV1",
        "fieldsV1": _CORDON,
    }
    kept = [*others, mine] if made["spec"].get("unschedulable") else others
    return {**made, "metadata": {**made["metadata"], "managedFields": kept}}


def merged(made: Object, patch: Mapping[str, Any]) -> Object:
    """RFC 7386, JSON Merge Patch: null removes, a list is replaced whole."""
    result = dict(made)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            below = result.get(key)
            result[key] = merged(below if isinstance(below, dict) else {}, value)
        else:
            result[key] = value
    return result
