"""Energy of the processors: it only grows, however often the kernel's counter begins again."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.kernel_tree import KernelTree
from thirdshift_agent.collectors.host.rapl import Rapl

RANGE = 1000
ZONE = "sys/class/powercap/intel-rapl:0"
ENERGY = ("rapl_energy_joules_total", ("0", "package-0"))


def show(tree: KernelTree, microjoules: object) -> None:
    told = {"name": "package-0", "energy_uj": microjoules, "max_energy_range_uj": RANGE}
    tree.write(ZONE, told)


def test_a_counter_that_begins_again_goes_on(tmp_path: Path) -> None:
    tree, rapl = KernelTree(tmp_path), Rapl()
    joules = []
    for microjoules in (100, 900, 50, 60, 10):
        show(tree, microjoules)
        joules.append(rapl.read(tree.roots)[ENERGY] * 1e6)
    assert joules == pytest.approx([100, 900, 1050, 1060, 2010])


@given(st.lists(st.integers(0, RANGE - 1), max_size=15))
def test_what_is_used_between_two_looks_is_never_lost(used: list[int]) -> None:
    with TemporaryDirectory() as folder:
        tree, rapl = KernelTree(Path(folder)), Rapl()
        totals = list(accumulate(used, initial=0))
        shown = []
        for total in totals:
            show(tree, total % RANGE)
            shown.append(rapl.read(tree.roots)[ENERGY] * 1e6)
        assert shown == pytest.approx(totals)


def test_memory_has_a_zone_of_its_own(tmp_path: Path) -> None:
    tree = KernelTree(tmp_path)
    tree.write(f"{ZONE}:1", {"name": "dram", "energy_uj": 2_000_000})
    assert Rapl().read(tree.roots) == {("rapl_energy_joules_total", ("0:1", "dram")): 2}


def test_the_same_energy_read_another_way_is_left_out(tmp_path: Path) -> None:
    tree = KernelTree(tmp_path)
    tree.write("sys/class/powercap/intel-rapl-mmio:0", {"name": "package-0", "energy_uj": 5})
    tree.write("sys/class/powercap/intel-rapl", {"enabled": 1})
    assert Rapl().read(tree.roots) == {}


def test_a_counter_that_is_for_root_alone_has_no_reading(tmp_path: Path) -> None:
    tree = KernelTree(tmp_path)
    tree.write(ZONE, {"name": "package-0"})
    assert Rapl().read(tree.roots) == {}
