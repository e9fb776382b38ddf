"""A drive's health: the page of 512 bytes as the NVM Express specification lays it out."""

from __future__ import annotations

import fcntl
from pathlib import Path
from struct import pack, unpack_from

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.kernel_tree import KernelTree
from thirdshift_agent.collectors.host.nvme_smart import (
    PAGE_BYTES,
    command,
    parse,
    read,
    read_page,
)

DRIVE = ("nvme0",)


def page(critical_warning: int = 0) -> bytes:
    """Figure by figure: one byte or two each at first, then numbers of sixteen bytes."""
    wide = [12, 13, 14, 15, 16, 17, 18, 19, 20, 21]
    head = pack("<BHBBBB25x", critical_warning, 312, 97, 10, 104, 0)
    body = b"".join(pack("<QQ", number, 0) for number in wide)
    tail = pack("<II", 22, 23)
    return (head + body + tail).ljust(PAGE_BYTES, b"\0")


def test_each_figure_is_read_in_its_place_and_unit() -> None:
    found = parse("nvme0", page())
    assert found["nvme_spare_ratio", DRIVE] == pytest.approx(0.97)
    assert found["nvme_spare_threshold_ratio", DRIVE] == pytest.approx(0.10)
    assert found["nvme_used_ratio", DRIVE] == pytest.approx(1.04)
    assert found["nvme_read_bytes_total", DRIVE] == 12 * 512_000
    assert found["nvme_written_bytes_total", DRIVE] == 13 * 512_000
    assert found["nvme_power_cycles_total", DRIVE] == 17
    assert found["nvme_power_on_seconds_total", DRIVE] == 18 * 3600
    assert found["nvme_unsafe_shutdowns_total", DRIVE] == 19
    assert found["nvme_media_errors_total", DRIVE] == 20
    assert found["nvme_error_log_entries_total", DRIVE] == 21
    assert found["nvme_warm_seconds_total", DRIVE] == 22 * 60
    assert found["nvme_hot_seconds_total", DRIVE] == 23 * 60


@pytest.mark.parametrize(
    ("bit", "warning"),
    [
        (0, "spare_low"),
        (1, "temperature"),
        (2, "reliability_degraded"),
        (3, "read_only"),
        (4, "backup_failed"),
        (5, "persistent_memory_unreliable"),
    ],
)
def test_each_bit_is_its_own_warning(bit: int, warning: str) -> None:
    found = parse("nvme0", page(critical_warning=1 << bit))
    raised = {
        labels
        for (name, labels), value in found.items()
        if name == "nvme_critical_warning" and value
    }
    assert raised == {("nvme0", warning)}


@pytest.mark.parametrize("told", [b"", bytes(PAGE_BYTES), bytes(PAGE_BYTES - 1)])
def test_a_page_that_says_nothing_has_no_readings(told: bytes) -> None:
    assert parse("nvme0", told) == {}


@given(st.binary(min_size=PAGE_BYTES, max_size=PAGE_BYTES))
def test_no_page_is_beyond_reading(told: bytes) -> None:
    assert all(value >= 0 for value in parse("nvme0", told).values())


def test_the_command_asks_for_the_whole_page_of_the_whole_drive() -> None:
    asked = command(address=0x1122334455667788, length=PAGE_BYTES)
    opcode, namespace, address, length, word_10 = unpack_from("=B3xI16xQ4xII", asked)
    assert len(asked) == 72
    assert (opcode, namespace) == (0x02, 0xFFFFFFFF)
    assert (address, length) == (0x1122334455667788, PAGE_BYTES)
    assert word_10 & 0xFF == 0x02
    assert (word_10 >> 16) + 1 == PAGE_BYTES // 4


@pytest.fixture
def tree(tmp_path: Path) -> KernelTree:
    tree = KernelTree(tmp_path)
    tree.drive("nvme0", "0000:e3:00.0")
    tree.drive("nvme1", "0000:e4:00.0")
    return tree


def test_a_drive_that_cannot_be_asked_leaves_the_others(tree: KernelTree) -> None:
    def answer(device: Path) -> bytes:
        if device.name == "nvme0":
            raise PermissionError(device)
        return page()

    assert {labels[0] for _, labels in read(tree.roots, answer)} == {"nvme1"}


def test_a_drive_that_refuses_the_command_cannot_be_read(
    tree: KernelTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.write("dev", {"nvme0": "", "nvme1": ""})
    monkeypatch.setattr(fcntl, "ioctl", lambda *asked: 0x4002)
    with pytest.raises(OSError, match="status 0x4002"):
        read_page(tree.root / "dev/nvme0")
    assert read(tree.roots) == {}


def test_what_is_no_drive_answers_no_command(tree: KernelTree) -> None:
    tree.write("dev", {"nvme0": "a file", "nvme1": "another"})
    assert read(tree.roots) == {}
    with pytest.raises(OSError, match="ioctl"):
        read_page(tree.root / "dev/nvme0")
