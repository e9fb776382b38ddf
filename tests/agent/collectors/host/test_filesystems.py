"""Filesystems: the disk's own are asked, a network's never, not even by the way."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.kernel_tree import KernelTree
from thirdshift_agent.collectors.host.filesystems import mount_table, read

ROOT = ("/dev/sda1", "/", "ext4")


def line(point: object, kind: str = "ext4", source: str = "/dev/sda1", options: str = "rw") -> str:
    return f"36 35 98:0 / {point} rw,noatime master:1 - {kind} {source} {options}"


def mounted(tree: KernelTree, *lines: str) -> KernelTree:
    tree.write("proc/self", {"mountinfo": "\n".join(lines)})
    return tree


@pytest.fixture
def tree(tmp_path: Path) -> KernelTree:
    return KernelTree(tmp_path)


def points(tree: KernelTree) -> set[str]:
    return {labels[1] for _, labels in read(tree.roots)}


def test_a_filesystem_tells_what_it_holds(
    tree: KernelTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = os.statvfs_result((8192, 4096, 100, 50, 40, 30, 20, 10, 0, 255))
    mounted(tree, line("/"))
    monkeypatch.setattr(os, "statvfs", lambda path: told)
    assert read(tree.roots) == {
        ("filesystem_size_bytes", ROOT): 100 * 4096,
        ("filesystem_available_bytes", ROOT): 40 * 4096,
        ("filesystem_files", ROOT): 30,
        ("filesystem_files_free", ROOT): 20,
        ("filesystem_read_only", ROOT): 0,
        ("filesystem_broken", ROOT): 0,
    }


def test_one_that_counts_no_files_has_no_reading_of_them(
    tree: KernelTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = os.statvfs_result((8192, 4096, 100, 50, 40, 0, 0, 0, 0, 255))
    mounted(tree, line("/", kind="btrfs"))
    monkeypatch.setattr(os, "statvfs", lambda path: told)
    assert not [name for name, _ in read(tree.roots) if "files_" in name or name.endswith("files")]


@pytest.mark.parametrize("options", ["ro,errors=remount-ro", "rw,emergency_ro", "rw,shutdown"])
def test_one_that_stopped_taking_writes_says_so(tree: KernelTree, options: str) -> None:
    mounted(tree, line("/", options=options))
    assert read(tree.roots)["filesystem_read_only", ROOT] == 1


def test_a_jail_that_shows_it_read_only_says_nothing_of_the_disk(tree: KernelTree) -> None:
    mounted(tree, line("/").replace(" rw,noatime ", " ro,noatime "))
    assert read(tree.roots)["filesystem_read_only", ROOT] == 0


@pytest.mark.parametrize("kind", ["nfs4", "lustre", "fuse.weka", "tmpfs", "proc", "cifs"])
def test_only_filesystems_of_disks_are_asked(tree: KernelTree, kind: str) -> None:
    mounted(tree, line("/", kind=kind))
    assert read(tree.roots) == {}


def test_what_lies_below_a_network_is_not_asked(tree: KernelTree) -> None:
    mounted(tree, line("/"), line("/data", "nfs4", "server:/data"), line("/data/local", "xfs", "b"))
    assert points(tree) == {"/"}


def test_what_a_network_covers_is_not_asked(tree: KernelTree) -> None:
    mounted(tree, line("/tmp", source="a"), line("/tmp", "nfs4", "server:/data"))
    assert points(tree) == set()


def test_a_disk_that_is_mounted_twice_is_told_once(tree: KernelTree) -> None:
    mounted(tree, line("/"), line("/tmp"))
    assert points(tree) == {"/"}


def test_a_name_with_a_space_is_read_as_it_is(tree: KernelTree) -> None:
    folder = tree.root / "a b"
    folder.mkdir()
    mounted(tree, line(str(folder).replace(" ", r"\040")))
    labels = ("/dev/sda1", str(folder)[:100], "ext4")
    assert read(tree.roots)["filesystem_broken", labels] == 0


def test_a_mount_point_that_is_gone_costs_only_its_sizes(tree: KernelTree) -> None:
    mounted(tree, line(tree.root / "gone", source="a"), line("/", source="b"))
    found = {name for name, labels in read(tree.roots) if labels[0] == "a"}
    assert found == {"filesystem_read_only"}
    assert "/" in points(tree)


def test_an_error_of_the_disk_is_told_as_such(
    tree: KernelTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: bytes) -> os.statvfs_result:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    mounted(tree, line("/"))
    monkeypatch.setattr(os, "statvfs", fail)
    assert read(tree.roots)["filesystem_broken", ROOT] == 1


@given(st.binary(max_size=300) | st.text(" -/\\0147abext4\n", max_size=200).map(str.encode))
def test_no_mount_table_is_beyond_reading(content: bytes) -> None:
    assert all(point == mount.point for point, mount in mount_table(content).items())
