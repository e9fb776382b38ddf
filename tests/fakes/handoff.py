"""Requests as other systems write them."""

from __future__ import annotations

from typing import Any

from thirdshift_controller.intake import nvsentinel
from thirdshift_controller.intake.external import Request

REFERENCE = "extrr-0a1b2c3d"
REPAIR = "6f1f0c1e-0000-4000-8000-000000000001"


def condition(kind: str, status: str) -> dict[str, Any]:
    return {
        "type": kind,
        "status": status,
        "reason": "Initializing",
        "message": "",
        "observedGeneration": 1,
        "lastTransitionTime": "2026-11-02T12:59:00Z",
    }


def resource(
    name: str = REFERENCE,
    node: str = "gpu-1",
    released: str = "True",
    complete: str = "Unknown",
    **event: Any,
) -> dict[str, Any]:
    """NVSentinel's custom resource for an Xid 79 of one GPU, or for what `event` says."""
    return {
        "apiVersion": "nvsentinel.dgxc.nvidia.com/v1",
        "kind": "ExternalRemediationRequest",
        "metadata": {"name": name, "finalizers": ["nvsentinel.nvidia.com/cleanup"]},
        "spec": {
            "healthEvent": {
                "version": 1,
                "agent": "syslog-health-monitor",
                "checkName": "SysLogsXIDError",
                "componentClass": "GPU",
                "customRecommendedAction": "external-remediation",
                "entitiesImpacted": [
                    {"entityType": "PCI", "entityValue": "0000:13:00"},
                    {"entityType": "GPU_UUID", "entityValue": "GPU-gpu-1-3"},
                ],
                "errorCode": ["79"],
                "generatedTimestamp": "2026-11-02T12:58:00Z",
                "id": "he-1",
                "isFatal": True,
                "message": "GPU fell off the bus",
                "nodeName": node,
                "recommendedAction": "CUSTOM",
                **event,
            }
        },
        "status": {
            "conditions": [
                condition(nvsentinel.RELEASED, released),
                condition(nvsentinel.COMPLETE, complete),
            ]
        },
    }


def request(**changed: Any) -> Request:
    """The same as we read it."""
    return nvsentinel.translate(nvsentinel.RemediationRequest.model_validate(resource(**changed)))


def repair(node: str = "gpu-1", instance: str = REPAIR) -> dict[str, Any]:
    """What NICo's repair tenant posts."""
    return {
        "instanceId": instance,
        "machineId": "fm100ht0001",
        "node": node,
        "machineHealthIssue": {
            "category": "Hardware",
            "summary": "Memory errors during training",
            "details": "Uncorrectable errors on GPU 2, three nights in a row.",
        },
    }
