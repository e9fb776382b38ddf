"""Every fault, on every backend: exactly its signals, on the faulty GPU and on no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.fault_matrix import (
    ALL,
    SLOT,
    Found,
    Library,
    Simulated,
    outcome,
    samples_until_told,
    states_of,
)
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.inject.fault import InjectedFault
from thirdshift_agent.observation import RULE


@pytest.mark.parametrize("fault", ALL)
def test_simulated_gpus(fault: InjectedFault, tmp_path: Path) -> None:
    backend = Simulated()
    found = outcome(backend, fault, tmp_path)
    assert found.names == backend.expected(fault)
    assert found.slots <= {SLOT, None}
    assert_states_stood(found)


@pytest.mark.parametrize("fault", ALL)
def test_the_drivers_library(fault: InjectedFault, library: NvmlLibrary, tmp_path: Path) -> None:
    backend = Library(library)
    found = outcome(backend, fault, tmp_path)
    assert found.names == backend.expected(fault)
    assert found.slots <= {SLOT, None}
    assert found.samples == samples_until_told(fault)
    assert all(RULE in signal.facts for signal in found.signals)
    assert_states_stood(found)


def assert_states_stood(found: Found) -> None:
    """Each state that was told stands while the fault lasts, and no longer where it is read."""
    assert {state.name for state in found.standing} == states_of(found.names)
    assert {state.gpu_slot for state in found.standing} <= {SLOT}
    assert [state.name for state in found.left if state.is_read] == []
