"""The signal that a request becomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fakes.handoff import repair, request
from thirdshift_controller.intake import nico
from thirdshift_controller.intake.external import REMEDIATION, name_of, signal_of
from thirdshift_runbooks.catalogue import load
from thirdshift_runbooks.page import Disposition

NOW = datetime(2026, 11, 2, 13, tzinfo=UTC)
CATALOGUE = load()


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ("xid:79", "xid:79"),
        ("xid:31", REMEDIATION),
        ("xid:9999", REMEDIATION),
        ("*", REMEDIATION),
        (None, REMEDIATION),
    ],
)
def test_a_request_is_never_only_observed(fault: str | None, name: str) -> None:
    assert name_of(fault, CATALOGUE) == name
    page = CATALOGUE.for_signal(name)
    assert name in page.signals
    assert page.disposition is Disposition.REPAIR


def test_what_they_call_the_fault_is_kept_where_it_does_not_name_the_page() -> None:
    asked = replace(request(), fault="xid:31")
    signal = signal_of(asked, REMEDIATION, None, NOW - timedelta(days=1), NOW)
    assert (signal.name, signal.facts["fault"]) == (REMEDIATION, "xid:31")
    assert "fault" not in signal_of(request(), "xid:79", None, NOW, NOW).facts


def test_a_request_is_never_older_than_our_charge_of_the_node() -> None:
    assert signal_of(request(), "xid:79", None, NOW, NOW).at == NOW
    earlier = signal_of(request(), "xid:79", None, NOW - timedelta(days=1), NOW)
    assert earlier.at == request().reported_at


def test_a_repair_of_nico_is_the_whole_nodes_and_keeps_the_machines_id() -> None:
    asked = nico.translate(nico.RepairRequest.model_validate(repair()))
    assert (asked.fault, asked.gpu_uuid, asked.pci_address) == (None, None, None)
    assert asked.facts[nico.MACHINE] == "fm100ht0001"
    assert asked.reference == repair()["instanceId"]
    assert "three nights in a row" in asked.facts["details"]
