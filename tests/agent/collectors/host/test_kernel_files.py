"""The kernel's files as words and numbers: what cannot be read is nothing, not zero."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_agent.collectors.host.kernel_files import (
    LONGEST_FILE_BYTES,
    LONGEST_WORD,
    link_name,
    number,
    parts_of,
    pci_address,
    text,
    things_in,
    to_number,
    to_word,
)


@given(st.integers(-(10**20) + 1, 10**20 - 1))
def test_every_number_that_a_kernel_can_write_is_read(value: int) -> None:
    assert to_number(str(value)) == float(value)


@given(st.integers(0, 2**64 - 1))
def test_a_hexadecimal_number_is_read_too(value: int) -> None:
    assert to_number(hex(value)) == float(value)


@pytest.mark.parametrize("told", ["", "-", "0x", "1.5", "N/A (no PMA)", "1_0", "٣", "9" * 400])
def test_what_is_no_number_is_none(told: str) -> None:
    assert to_number(told) is None


@given(st.text())
def test_a_label_is_one_printable_line_of_bounded_length(told: str) -> None:
    word = to_word(told)
    assert word.isprintable()
    assert len(word) <= LONGEST_WORD
    word.encode()


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("0000:3b:00.0", "00000000:3b:00.0"),
        ("10000:e1:00.0", "00010000:e1:00.0"),
        ("virtio2", ""),
        ("", ""),
    ],
)
def test_an_address_has_a_domain_of_eight_digits(name: str, address: str) -> None:
    assert pci_address(name) == address


def test_a_file_that_is_not_there_or_is_a_folder_says_nothing(tmp_path: Path) -> None:
    assert text(tmp_path / "gone") is None
    assert text(tmp_path) is None
    assert number(tmp_path / "gone") is None


def test_a_file_without_end_is_read_only_so_far(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"x" * (LONGEST_FILE_BYTES + 5))
    assert len(text(tmp_path / "long") or "") == LONGEST_FILE_BYTES


def test_a_subsystem_that_is_missing_has_nothing(tmp_path: Path) -> None:
    assert things_in(tmp_path / "class/infiniband") == []


def test_a_subsystem_that_cannot_be_listed_is_an_error_but_a_part_is_not(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(OSError, match="loop"):
        things_in(loop)
    assert parts_of(loop, re.compile(".*")) == []


def test_a_link_is_known_by_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "driver").symlink_to("../../bus/pci/drivers/nvidia")
    assert link_name(tmp_path / "driver") == "nvidia"
    assert link_name(tmp_path / "gone") == ""
