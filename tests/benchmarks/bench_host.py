"""What a pass over the biggest node we know costs, beside the bare opening of its files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.paired import ratio
from fakes.kernel_tree import KernelTree, big_node
from thirdshift_agent.collectors.host import ALL
from thirdshift_agent.collectors.host.collector import Roots


@pytest.fixture
def tree(tmp_path: Path) -> KernelTree:
    tree = KernelTree(tmp_path)
    big_node(tree)
    return tree


def one_pass(roots: Roots) -> Callable[[], object]:
    return lambda: [collector.read(roots) for collector in ALL]


def test_a_pass_over_a_big_node_beside_the_bare_opening_of_its_files(tree: KernelTree) -> None:
    files = [str(path) for path in tree.root.rglob("*") if path.is_file()]

    def bare() -> None:
        for path in files:
            descriptor = os.open(path, os.O_RDONLY)
            os.read(descriptor, 4096)
            os.close(descriptor)

    assert ratio(f"pass over {len(files)} files", one_pass(tree.roots), bare) > 0


def test_a_pass_over_this_machine_beside_one_over_nothing(tmp_path: Path) -> None:
    nothing = one_pass(KernelTree(tmp_path).roots)
    assert ratio("pass over this machine", one_pass(Roots()), nothing) > 0
