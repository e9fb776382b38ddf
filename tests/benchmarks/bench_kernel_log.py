"""How fast the kernel's log is read, how soon a line is on disk, and what a storm costs."""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from benchmarks.paired import ratio
from thirdshift_agent.clock import SystemClock
from thirdshift_agent.journal.journal import Journal
from thirdshift_agent.journal.recorder import Recorder
from thirdshift_agent.kernel_log.kmsg import KernelLog
from thirdshift_agent.kernel_log.known import KnownRecords
from thirdshift_agent.kernel_log.records import Lines
from thirdshift_agent.kernel_log.witness import Witness
from thirdshift_agent.sampling.identity import IdentityBook

LINES, ROUNDS = 100_000, 300
ORDINARY = (
    'audit: type=1400 audit(1700000000.000:1): apparmor="STATUS" operation="profile_load"',
    "usb 1-1: new high-speed USB device number 2 using xhci_hcd",
    "eth0: renamed from veth1234567",
    "docker0: port 1(veth1234567) entered blocking state",
    "nvidia-uvm: Loaded the UVM driver, major device number 511.",
    "IPv6: ADDRCONF(NETDEV_CHANGE): veth1234567: link becomes ready",
    "systemd[1]: Started Daily apt upgrade and clean activities.",
    "nvme nvme0: 32/0/0 default/read/poll queues",
    "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  570.86.10",
    "mlx5_core 0000:5e:00.0 ens1np0: Link up",
)
XID = (
    "NVRM: Xid (PCI:0000:3b:00): 31, pid=15508, name=python3, Ch 00000008, intr 00000000. "
    "MMU Fault: ENGINE GRAPHICS GPCCLIENT_T1_0 faulted @ 0x7f2a_3e000000. Fault is of type "
    "FAULT_PDE ACCESS_TYPE_VIRT_READ"
)


def log_of(lines: tuple[str, ...], count: int = LINES) -> bytes:
    records = (f"6,{n},{n},-;{lines[n % len(lines)]}\n" for n in range(count))
    return "".join(records).encode()


@contextmanager
def following(path: Path, recorder: Recorder) -> Iterator[None]:
    witness = Witness(recorder.observe_all)
    log = KernelLog(path, witness, SystemClock(), "boot-1", KnownRecords)
    stop = Event()
    thread = Thread(target=log.follow, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def recorder_in(folder: Path) -> tuple[Journal, Recorder]:
    journal = Journal(folder / "journal")
    return journal, Recorder(journal, IdentityBook(), timedelta(seconds=5))


def read_all(path: Path, recorder: Recorder) -> None:
    """Have the follower read a file to its end and come back."""
    stop = Event()

    def read(descriptor: int, size: int) -> bytes:
        chunk = os.read(descriptor, size)
        if not chunk:
            stop.set()
        return chunk

    witness = Witness(recorder.observe_all)
    KernelLog(path, witness, SystemClock(), "boot-1", KnownRecords, read).follow(stop)


def test_ordinary_lines_beside_splitting_and_decoding_them(tmp_path: Path) -> None:
    path = tmp_path / "kmsg"
    path.write_bytes(log_of(ORDINARY))
    _, recorder = recorder_in(tmp_path)
    floor = floor_of(path)
    began = time.perf_counter()
    read_all(path, recorder)
    say(f"ordinary lines: {LINES / (time.perf_counter() - began):,.0f} lines/s")
    assert ratio(f"{LINES} ordinary lines", lambda: read_all(path, recorder), floor, 10) > 0


def test_a_storm_beside_splitting_and_decoding_it(tmp_path: Path) -> None:
    path = tmp_path / "kmsg"
    path.write_bytes(log_of((XID,)))
    _, recorder = recorder_in(tmp_path)
    floor = floor_of(path)
    began = time.perf_counter()
    read_all(path, recorder)
    say(f"storm: {LINES / (time.perf_counter() - began):,.0f} lines/s")
    assert ratio(f"storm of {LINES} XIDs", lambda: read_all(path, recorder), floor, 5) > 0


@pytest.mark.parametrize("kind", ["fifo", "file"])
def test_from_a_line_to_its_signal_on_disk(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "kmsg"
    if kind == "fifo":
        os.mkfifo(path)
    else:
        path.touch()
    journal, recorder = recorder_in(tmp_path)
    took: list[float] = []
    with following(path, recorder), path.open("r+b" if kind == "fifo" else "ab", 0) as log:
        for number in range(ROUNDS):
            line = f"NVRM: Xid (PCI:0000:3b:00): {number // 10}, pid=1, name=x, Ch 1"
            began = time.perf_counter()
            log.write(f"3,{number},0,-;{line}\n".encode())
            assert journal.wait(number, 10)
            took.append(1e3 * (time.perf_counter() - began))
            time.sleep(0.003 * (number % 7))
    p50, p99 = (statistics.quantiles(took, n=100)[at] for at in (49, 98))
    say(f"line in a {kind} to signal on disk: p50 {p50:.1f} ms, p99 {p99:.1f} ms")


def test_memory_and_journal_of_a_million_lines(tmp_path: Path) -> None:
    path = tmp_path / "kmsg"
    path.write_bytes(log_of((XID,)))
    journal, recorder = recorder_in(tmp_path)
    read_all(path, recorder)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(9):
        read_all(path, recorder)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    recorder.settle()
    (count,) = recorder.xid_counts()
    entries = len(journal.after(0, LINES))
    say(f"{count.count} XIDs: {entries} entries, the process grew by {grown} KiB")
    assert count.count == 10 * LINES


def floor_of(path: Path) -> Callable[[], None]:
    def floor() -> None:
        for line in Lines().feed(path.read_bytes()):
            line.decode()

    return floor


def say(text: str) -> None:
    print(text)  # noqa: T201
