"""Every fault, on every backend: exactly its signals, on the faulty GPU and on no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.fault_matrix import ALL, SLOT, Library, Simulated, outcome, samples_until_told
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.inject.fault import InjectedFault
from thirdshift_agent.observation import RULE


@pytest.mark.parametrize("fault", ALL)
def test_simulated_gpus(fault: InjectedFault, tmp_path: Path) -> None:
    backend = Simulated()
    found = outcome(backend, fault, tmp_path)
    assert found.names == backend.expected(fault)
    assert found.slots <= {SLOT, None}


@pytest.mark.parametrize("fault", ALL)
def test_the_drivers_library(fault: InjectedFault, library: NvmlLibrary, tmp_path: Path) -> None:
    backend = Library(library)
    found = outcome(backend, fault, tmp_path)
    assert found.names == backend.expected(fault)
    assert found.slots <= {SLOT, None}
    assert found.samples == samples_until_told(fault)
    assert all(RULE in signal.facts for signal in found.signals)
