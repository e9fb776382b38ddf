"""NVSentinel's custom resource in our words."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from fakes.handoff import REFERENCE, request, resource
from thirdshift_controller.errors import ConflictError
from thirdshift_controller.intake.nvsentinel import RemediationRequest


def entities(**values: str) -> list[dict[str, str]]:
    return [{"entityType": kind, "entityValue": value} for kind, value in values.items()]


def test_the_request_keeps_its_name_its_node_its_fault_and_its_card() -> None:
    found = request()
    assert (found.reference, found.node, found.fault) == (REFERENCE, "gpu-1", "xid:79")
    assert (found.gpu_uuid, found.pci_address) == ("GPU-gpu-1-3", "00000000:13:00.0")
    assert found.origin == f"external:nvsentinel:{REFERENCE}"
    assert found.facts["recommended_action"] == "external-remediation"
    assert found.facts["check"] == "SysLogsXIDError"


@pytest.mark.parametrize(
    ("check", "codes", "fault"),
    [
        ("SysLogsXIDError", ["79"], "xid:79"),
        ("nvml-xid-79", ["XID-79"], "xid:79"),
        ("GpuXidError", ["119"], "xid:119"),
        ("SysLogsSXIDError", ["20034"], "sxid:20034"),
        ("GpuSxidError", ["20034"], "sxid:20034"),
        ("anything", ["sxid_12028"], "sxid:12028"),
        ("SysLogsXIDError", ["DCGM_FR_X", "94"], "xid:94"),
        ("GpuNvlinkWatch", ["DCGM_FR_NVLINK_ERROR_THRESHOLD"], None),
        ("GpuThermalWatch", ["79"], None),
        ("SysLogsXIDError", ["079"], None),
        ("SysLogsXIDError", [], None),
    ],
)
def test_an_xid_is_known_by_its_code_or_by_its_check(
    check: str, codes: list[str], fault: str | None
) -> None:
    assert request(checkName=check, errorCode=codes).fault == fault


@pytest.mark.parametrize(
    ("named", "uuid", "address"),
    [
        (entities(PCI="0000:DA:00.0"), None, "00000000:da:00.0"),
        (entities(PCIE="0009:01:00"), None, "00000009:01:00.0"),
        (entities(PCI="nonsense", GPU_UUID="GPU-x"), "GPU-x", None),
        (entities(GPU="3"), None, None),
        ([], None, None),
    ],
)
def test_a_card_is_known_by_what_stays_and_never_by_an_index(
    named: list[dict[str, str]], uuid: str | None, address: str | None
) -> None:
    found = request(entitiesImpacted=named)
    assert (found.gpu_uuid, found.pci_address) == (uuid, address)


@pytest.mark.parametrize(
    ("released", "complete"),
    [("Unknown", "Unknown"), ("False", "Unknown"), ("True", "True"), ("True", "False")],
)
def test_a_node_is_ours_only_between_its_release_and_the_answer(
    released: str, complete: str
) -> None:
    with pytest.raises(ConflictError, match="a node is taken at True and Unknown alone"):
        request(released=released, complete=complete)


def test_a_request_that_nobody_has_looked_at_yet_is_not_released() -> None:
    fresh = {**resource(), "status": None}
    assert not RemediationRequest.model_validate(fresh).is_waiting


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "RebootNode"},
        {"metadata": {"name": ""}},
        {"spec": {}},
        {"spec": {"healthEvent": {}}},
        {"spec": {"healthEvent": {"nodeName": "gpu-1", "message": "x" * 8193}}},
    ],
)
def test_what_is_no_request_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RemediationRequest.model_validate({**resource(), **broken})
