"""Errors of the node's memory: by controller, and by the slot that a technician can find."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.kernel_tree import KernelTree
from thirdshift_agent.collectors.host.edac import read

MC = "sys/devices/system/edac/mc/mc0"


@pytest.fixture
def tree(tmp_path: Path) -> KernelTree:
    return KernelTree(tmp_path)


def test_a_module_is_counted_under_its_slot(tree: KernelTree) -> None:
    tree.module(0, 0, corrected=3, uncorrected=1)
    found = read(tree.roots)
    slot = ("mc0", "dimm0", "CPU_SrcID#0_MC#0_Chan#0_DIMM#0")
    assert found["edac_dimm_corrected_errors_total", slot] == 3
    assert found["edac_dimm_uncorrected_errors_total", slot] == 1
    assert found["edac_corrected_errors_total", ("mc0",)] == 3
    assert found["edac_uncorrected_errors_total", ("mc0",)] == 1


def test_errors_that_no_module_is_known_for_are_kept_apart(tree: KernelTree) -> None:
    tree.write(MC, {"ce_noinfo_count": 5, "ue_noinfo_count": 2})
    found = read(tree.roots)
    assert found["edac_unplaced_corrected_errors_total", ("mc0",)] == 5
    assert found["edac_unplaced_uncorrected_errors_total", ("mc0",)] == 2


def test_ranks_are_read_like_modules(tree: KernelTree) -> None:
    tree.write(f"{MC}/rank2", {"dimm_ce_count": 4, "dimm_label": "A1"})
    assert read(tree.roots) == {("edac_dimm_corrected_errors_total", ("mc0", "rank2", "A1")): 4}


def test_an_older_kernel_counts_by_row_and_channel(tree: KernelTree) -> None:
    row = {"ce_count": 7, "ue_count": 1, "ch0_ce_count": 3, "ch1_ce_count": 4}
    tree.write(f"{MC}/csrow0", row | {"ch0_dimm_label": "A1", "ch1_dimm_label": "B1"})
    assert read(tree.roots) == {
        ("edac_dimm_uncorrected_errors_total", ("mc0", "csrow0", "")): 1,
        ("edac_dimm_corrected_errors_total", ("mc0", "csrow0/ch0", "A1")): 3,
        ("edac_dimm_corrected_errors_total", ("mc0", "csrow0/ch1", "B1")): 4,
    }


def test_a_kernel_with_both_shapes_is_not_counted_twice(tree: KernelTree) -> None:
    tree.module(0, 0, corrected=3)
    tree.write(f"{MC}/csrow0", {"ue_count": 0, "ch0_ce_count": 3})
    assert {labels[1] for name, labels in read(tree.roots) if "dimm" in name} == {"dimm0"}


def test_other_folders_are_no_controllers(tree: KernelTree) -> None:
    tree.write("sys/devices/system/edac/mc/power", {"ce_count": 3})
    assert read(tree.roots) == {}
