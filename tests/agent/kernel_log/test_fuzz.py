"""Whatever bytes stand in the log: nothing breaks, evidence is bounded, chunks change nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.kernel_log.test_hardware import MEMORY, NVIDIA, PCIE
from agent.kernel_log.test_system import DISK, NETWORK, TROUBLE
from agent.kernel_log.test_xid import XID_LINES
from fakes.node_clock import NodeClock
from thirdshift_agent.kernel_log.kmsg import KernelLog
from thirdshift_agent.kernel_log.known import KnownRecords
from thirdshift_agent.kernel_log.records import LONGEST_LINE_BYTES, Lines, parse_record
from thirdshift_agent.kernel_log.told import MESSAGE_LENGTH
from thirdshift_agent.kernel_log.witness import Witness
from thirdshift_agent.observation import Observation

AT = datetime(2026, 11, 2, tzinfo=UTC)
HOST = NVIDIA + PCIE + MEMORY + TROUBLE + DISK + NETWORK
REAL = [line.encode() for case in HOST for line in case[0].splitlines()]
REAL += [f"NVRM: Xid (PCI:0000:3b:00): {rest}".encode() for rest, _, _ in XID_LINES]
REAL += [
    b"nvidia-nvswitch3: SXid (PCI:0000:c5:00.0): 12028, Non-fatal, Link 32 egress PRIV error",
    b"NVRM: GPU at PCI:0000:3b:00: GPU-b850f46d-d5ea-c752-ddf3-c4453e44d3f7",
    b"NVRM: GPU Board Serial Number: 1650923008362",
    b"NVRM: GPU 0000:3b:00.0: GPU has fallen off the bus.",
]


def mutated(line: bytes, cuts: Sequence[tuple[int, int, bytes]]) -> bytes:
    for start, length, new in cuts:
        start %= len(line) + 1
        line = line[:start] + new + line[start + length :]
    return line


CUTS = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 8), st.binary(max_size=6)), max_size=4
)
MUTATED = st.builds(mutated, st.sampled_from(REAL), CUTS)
RECORDS = st.builds(
    lambda number, text: b"6,%d,%d,-;%b" % (number, number, text),
    st.integers(0, 10**21),
    st.one_of(MUTATED, st.binary(max_size=80), st.builds(lambda line: line * 40, MUTATED)),
)


def heard_in(log: bytes) -> list[Observation]:
    heard: list[Observation] = []
    witness = Witness(heard.extend)
    for line in Lines().feed(log):
        if record := parse_record(line):
            witness.hear(record.text, AT)
    return heard


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(RECORDS, st.binary(max_size=60)), max_size=12))
def test_nothing_that_stands_in_a_log_breaks_the_reader(lines: list[bytes]) -> None:
    for seen in heard_in(b"\n".join([*lines, b""])):
        assert len(seen.message) <= MESSAGE_LENGTH
        assert seen.message.isprintable()
        assert seen.facts["rule"].startswith("kernel:")
        assert all(len(value) <= MESSAGE_LENGTH for value in seen.facts.values())
        assert all(value.isprintable() for value in seen.facts.values())


@settings(max_examples=200, deadline=None)
@given(st.lists(RECORDS, max_size=8), st.binary(max_size=200))
def test_a_real_line_is_seen_whatever_stands_around_it(lines: list[bytes], garbage: bytes) -> None:
    real = b"6,7,8,-;NVRM: Xid (PCI:0000:3b:00): 4242, pid=1, name=x, \xff\x00" + garbage
    log = b"\n".join([*lines, garbage, real, *lines, b""])
    assert "4242" in [seen.code for seen in heard_in(log)]


@given(
    st.lists(st.one_of(st.binary(max_size=20), st.just(b"x" * LONGEST_LINE_BYTES)), max_size=8),
    st.lists(st.integers(0, 3 * LONGEST_LINE_BYTES), max_size=8),
)
def test_lines_are_the_same_wherever_the_log_is_cut(parts: list[bytes], cuts: list[int]) -> None:
    log = b"\n".join(parts) * 2
    places = sorted({0, len(log), *(cut % (len(log) + 1) for cut in cuts)})
    lines = Lines()
    cut = [line for a, b in pairwise(places) for line in lines.feed(log[a:b])]
    assert cut == Lines().feed(log)
    assert all(len(line) <= LONGEST_LINE_BYTES for line in cut)


def test_a_huge_line_s_tail_is_not_taken_for_a_line() -> None:
    forged = b"x" * LONGEST_LINE_BYTES + b"6,1,1,-;NVRM: Xid (PCI:0000:3b:00): 79, forged"
    for size in (1000, LONGEST_LINE_BYTES, len(forged)):
        lines, found = Lines(), []
        for start in range(0, len(forged), size):
            found += lines.feed(forged[start : start + size])
        found += lines.feed(b"\n6,2,2,-;next\n")
        assert found == [b"6,2,2,-;next"]


@pytest.mark.parametrize("line", REAL)
def test_a_line_is_seen_only_where_it_begins(line: bytes) -> None:
    assert heard_in(b"6,1,1,-;usb 1-1: Product: " + line + b"\n") == []


@settings(max_examples=25, deadline=None)
@given(st.lists(RECORDS, max_size=30), st.lists(st.integers(1, 400), min_size=1, max_size=40))
def test_a_followed_log_is_heard_the_same_in_whatever_chunks(
    tmp_path_factory: pytest.TempPathFactory, records: list[bytes], sizes: list[int]
) -> None:
    path = tmp_path_factory.mktemp("log") / "kmsg"
    path.write_bytes(b"".join(record + b"\n" for record in records if b"\n" not in record))

    def codes(sizes: list[int]) -> list[tuple[str, str]]:
        heard: list[Observation] = []
        stop, reads = Event(), 0

        def read(descriptor: int, _size: int) -> bytes:
            nonlocal reads
            reads += 1
            chunk = os.read(descriptor, sizes[reads % len(sizes)])
            if not chunk:
                stop.set()
            return chunk

        witness = Witness(heard.extend, lambda: 0.0)
        KernelLog(path, witness, NodeClock(), "boot", KnownRecords, read).follow(stop)
        return [(seen.code, seen.message) for seen in heard]

    assert codes(sizes) == codes([10**6])
