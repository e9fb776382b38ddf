"""Following the kernel's log: a file, a fifo, a log that overruns, and the real `/dev/kmsg`."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.node_clock import NodeClock
from servers.process import wait_for
from thirdshift_agent.clock import SystemClock
from thirdshift_agent.journal.journal import Journal
from thirdshift_agent.journal.recorder import Recorder
from thirdshift_agent.kernel_log.kmsg import KernelLog, this_boot
from thirdshift_agent.kernel_log.known import KnownRecords
from thirdshift_agent.kernel_log.records import LONGEST_LINE_BYTES, Lines, Record, parse_record
from thirdshift_agent.kernel_log.witness import Witness
from thirdshift_agent.observation import Observation
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.wire import SignalKind

CLOCK = NodeClock()
NOW = CLOCK.now()
KMSG = Path("/dev/kmsg")


def xid(code: int, sequence: int, microseconds: int = 0, text: str = "test") -> bytes:
    line = f"NVRM: Xid (PCI:0000:3b:00): {code}, pid=1, name=x, {text}"
    return f"11,{sequence},{microseconds},-;{line}\n".encode()


@contextmanager
def following(
    path: Path, known: Collection[int] = (), read: Callable[[int, int], bytes] = os.read
) -> Iterator[tuple[KernelLog, list[Observation]]]:
    heard: list[Observation] = []
    witness = Witness(heard.extend)
    log = KernelLog(
        path, witness, CLOCK, "boot-1", lambda: KnownRecords(frozenset(known)), read, lambda: 100.0
    )
    stop = Event()
    thread = Thread(target=log.follow, args=(stop,))
    thread.start()
    try:
        yield log, heard
    finally:
        stop.set()
        thread.join(5)
        assert not thread.is_alive()


def test_a_file_is_read_and_followed(tmp_path: Path) -> None:
    path = tmp_path / "kmsg"
    path.write_bytes(xid(79, 1) + b" SUBSYSTEM=pci\n DEVICE=+pci:0000:3b:00.0\n" + xid(31, 2)[:9])
    with following(path) as (_, heard):
        wait_for(lambda: [seen.code for seen in heard] == ["79"], "the records")
        with path.open("ab") as file:
            file.write(xid(31, 2)[9:] + xid(64, 3))
        wait_for(lambda: [seen.code for seen in heard] == ["79", "31", "64"], "the records")


def test_a_record_tells_when_it_was_written_and_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "kmsg"
    path.write_bytes(xid(79, 7, microseconds=40_000_000) + xid(79, 8, microseconds=10**15))
    with following(path) as (_, heard):
        wait_for(lambda: len(heard) == 2, "the records")
    assert heard[0].at == NOW - timedelta(seconds=60)
    assert heard[0].facts == {
        "rule": "kernel:xid",
        "pid": "1",
        "process": "x",
        "boot_id": "boot-1",
        "kernel_record": "7",
    }
    assert heard[1].at == NOW, "nothing happens later than now"


def test_a_line_that_is_read_as_it_comes_is_of_now_whatever_its_stamp(tmp_path: Path) -> None:
    path = tmp_path / "kmsg"
    path.write_bytes(xid(79, 1, microseconds=40_000_000))
    with following(path) as (_, heard):
        wait_for(lambda: len(heard) == 1, "the record from before")
        with path.open("ab") as file:
            file.write(xid(31, 2, microseconds=40_000_001))
        wait_for(lambda: len(heard) == 2, "the new record")
    assert [seen.at for seen in heard] == [NOW - timedelta(seconds=60), NOW]


def test_a_fifo_is_followed_from_writer_to_writer(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    with following(path) as (_, heard):
        path.write_bytes(xid(79, 1))
        wait_for(lambda: len(heard) == 1, "the first writer's record")
        path.write_bytes(xid(79, 2))
        wait_for(lambda: len(heard) == 2, "the second writer's record")


def test_what_was_observed_before_is_not_observed_again_but_names_are_learnt(
    tmp_path: Path,
) -> None:
    path = tmp_path / "kmsg"
    uuid = "GPU-b850f46d-d5ea-c752-ddf3-c4453e44d3f7"
    path.write_bytes(
        f"4,1,0,-;NVRM: GPU at PCI:0000:3b:00: {uuid}\n"
        "4,2,0,-;NVRM: GPU Board Serial Number: 1650923008362\n".encode()
        + xid(79, 3)
        + xid(64, 4)
    )
    with following(path, known={3}) as (_, heard):
        wait_for(lambda: len(heard) == 1, "the records")
    assert (heard[0].code, heard[0].gpu_uuid) == ("64", uuid)
    assert heard[0].facts["board_serial"] == "1650923008362"


@pytest.mark.parametrize("absurd", [10**20 - 1, 2**63 - 1, 10**6])
@pytest.mark.parametrize("lives", [1, 2])
def test_an_absurd_sequence_mutes_nothing_that_follows(
    tmp_path: Path, absurd: int, lives: int
) -> None:
    path = tmp_path / "kmsg"
    path.write_bytes(xid(79, 1) + xid(31, absurd))
    known = {1, absurd} if lives == 2 else set()
    with following(path, known) as (_, heard), path.open("ab") as file:
        file.write(xid(64, 2))
        file.flush()
        wait_for(lambda: "64" in [seen.code for seen in heard], "the record that follows")


def answering(answers: list[bytes | OSError]) -> Callable[[int, int], bytes]:
    def read(_descriptor: int, _size: int) -> bytes:
        answer = answers.pop(0) if answers else b""
        if isinstance(answer, OSError):
            raise answer
        return answer

    return read


def overrun() -> OSError:
    return OSError(errno.EPIPE, "overrun")


def test_an_overrun_is_a_signal_that_says_how_many_records_are_lost(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "kmsg"
    path.write_bytes(b"")
    answers: list[bytes | OSError] = [xid(79, 1), overrun(), overrun(), xid(64, 9), xid(31, 10)]
    answers += [overrun(), xid(43, 12)]
    with following(path, read=answering(answers)) as (_, heard):
        wait_for(lambda: "43" in [seen.code for seen in heard], "the records")
    codes = [seen.code for seen in heard]
    assert codes == ["79", "log_overrun", "64", "31", "log_overrun", "43"]
    assert heard[1].kind is SignalKind.KERNEL
    assert heard[1].facts == {
        "rule": "kernel:log_overrun",
        "boot_id": "boot-1",
        "lost_records": "7",
    }
    assert heard[4].facts["lost_records"] == "1"
    assert {record.getMessage() for record in caplog.records} == {
        "kernel log overran: records were overwritten before they were read"
    }


def test_an_overrun_at_the_very_beginning_loses_nobody_knows_how_many(tmp_path: Path) -> None:
    path = tmp_path / "kmsg"
    path.write_bytes(b"")
    with following(path, read=answering([overrun(), xid(64, 9)])) as (_, heard):
        wait_for(lambda: len(heard) == 2, "the records")
    assert (heard[0].code, heard[0].facts.get("lost_records")) == ("log_overrun", None)


AER = (
    "pcieport 0000:3a:00.0: AER: Correctable error message received from 0000:3b:00.0",
    "nvidia 0000:3b:00.0: PCIe Bus Error: severity=Correctable, type=Physical Layer, (Receiver ID)",
    "nvidia 0000:3b:00.0:   device [10de:2330] error status/mask=00000001/00002000",
)


def test_lines_of_one_happening_are_one_also_where_they_come_late(tmp_path: Path) -> None:
    path = tmp_path / "kmsg"
    lines = [f"3,{number},{number},-;{line}\n" for number, line in enumerate(AER)]
    path.write_text(lines[0])
    with following(path) as (_, heard):
        wait_for(lambda: len(heard) == 1, "the report alone")
        with path.open("a") as file:
            file.write(lines[1] + lines[2] + xid(79, 9).decode())
        wait_for(lambda: len(heard) == 2, "the next record")
    assert [seen.code for seen in heard] == ["aer_corrected", "79"]
    with following(path, known={0}) as (_, heard):
        wait_for(lambda: len(heard) == 1, "the record that is not known")
    assert [seen.code for seen in heard] == ["79"]


def test_a_happening_whose_first_line_is_overwritten_is_known_by_its_others(tmp_path: Path) -> None:
    path = tmp_path / "kmsg"
    lines = [f"3,{number},{number},-;{line}\n" for number, line in enumerate(AER)]
    path.write_text("".join(lines))
    journal = Journal(tmp_path / "journal")
    recorder = Recorder(journal, IdentityBook(), timedelta(seconds=5))
    with following(path) as (_, heard):
        wait_for(lambda: len(heard) == 1, "the happening")
    recorder.observe_all(heard)
    assert heard[0].facts["kernel_records"] == "0-2"
    path.write_bytes("".join(lines[1:]).encode() + xid(79, 9))
    known = recorder.kernel_records("boot-1")
    again: list[Observation] = []
    stop = Event()
    log = KernelLog(path, Witness(again.extend), CLOCK, "boot-1", lambda: known)
    thread = Thread(target=log.follow, args=(stop,))
    thread.start()
    try:
        wait_for(lambda: again != [], "the record that is not known")
    finally:
        stop.set()
        thread.join(5)
    assert [seen.code for seen in again] == ["79"]


class JumpingClock:
    """The wall's clock while somebody sets it an hour back and an hour forward."""

    def __init__(self) -> None:
        self.speed, self._hours = 1.0, 0

    def now(self) -> datetime:
        self._hours = 1 - self._hours
        return NOW + timedelta(hours=self._hours)


def test_a_clock_that_jumps_changes_neither_order_nor_what_belongs_together(tmp_path: Path) -> None:
    path = tmp_path / "kmsg"
    lines = [f"3,{number},{number},-;{line}\n" for number, line in enumerate(AER)]
    path.write_bytes(xid(79, 10) + "".join(lines).encode() + xid(31, 11) + xid(64, 12))
    heard: list[Observation] = []
    witness, stop = Witness(heard.extend), Event()
    log = KernelLog(path, witness, JumpingClock(), "boot-1", KnownRecords)
    thread = Thread(target=log.follow, args=(stop,))
    thread.start()
    try:
        wait_for(lambda: len(heard) == 4, "the records")
    finally:
        stop.set()
        thread.join(5)
    codes = [seen.code for seen in heard]
    assert [code for code in codes if code.isdigit()] == ["79", "31", "64"]
    assert codes.count("aer_corrected") == 1


def test_a_log_that_cannot_be_opened_is_a_problem_with_a_remedy(tmp_path: Path) -> None:
    with following(tmp_path / "absent") as (log, _):
        wait_for(lambda: log.problems() != (), "the records")
        (problem,) = log.problems()
    assert problem.endswith(
        "absent cannot be read: No such file or directory; name another file with --kmsg"
    )


def test_a_log_that_is_forbidden_asks_for_the_capability(tmp_path: Path) -> None:
    def read(descriptor: int, size: int) -> bytes:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    (tmp_path / "kmsg").touch()
    with following(tmp_path / "kmsg", read=read) as (log, _):
        wait_for(lambda: log.problems() != (), "the problem")
        (problem,) = log.problems()
    assert "run the agent as root or give it CAP_SYSLOG" in problem


def test_the_real_kernel_log_is_followed() -> None:
    if os.geteuid() != 0:
        pytest.skip("writing to /dev/kmsg needs root")
    assert os.access(KMSG, os.W_OK), "/dev/kmsg is not writable although this is root"
    mark = uuid4().hex
    heard: list[Observation] = []
    log = KernelLog(KMSG, Witness(heard.extend), SystemClock(), this_boot(), KnownRecords)
    stop = Event()
    thread = Thread(target=log.follow, args=(stop,))
    thread.start()
    try:
        line = f"<3>NVRM: Xid (PCI:0000:3b:00): 79, pid=1, name=x, thirdshift test {mark}\n"
        KMSG.write_text(line, encoding="ascii")
        wait_for(lambda: any(mark in seen.message for seen in heard), "the records")
    finally:
        stop.set()
        thread.join(5)
    (seen,) = (seen for seen in heard if mark in seen.message)
    assert (seen.code, seen.pci_address) == ("79", "00000000:3b:00.0")
    assert abs(datetime.now(UTC) - seen.at) < timedelta(seconds=30)
    assert int(seen.facts["kernel_record"]) > 0


def test_a_record_of_any_facility_is_read() -> None:
    assert parse_record(b"11,1234,5678,-,caller=T1;text; more") == Record(1234, 5678, "text; more")


@pytest.mark.parametrize(
    "line",
    [b"", b"no record", b"6,x,3,-;text", b"6,9223372036854775808,3,-;text", b" SUBSYSTEM=pci"],
)
def test_what_is_no_record_is_passed_over(line: bytes) -> None:
    assert parse_record(line) is None


@given(st.binary())
def test_no_bytes_break_the_reader(data: bytes) -> None:
    heard: list[Observation] = []
    witness = Witness(heard.extend)
    for line in Lines().feed(data + b"\n6,1,2,-;NVRM: Xid (PCI:0000:3b:00): 79, " + data + b"\n"):
        if record := parse_record(line):
            witness.hear(record.text, NOW)
    assert "79" in {seen.code for seen in heard}


@given(st.lists(st.binary(max_size=20)))
def test_lines_are_the_same_however_they_arrive(chunks: list[bytes]) -> None:
    lines = Lines()
    cut = [line for chunk in chunks for line in lines.feed(chunk)]
    assert cut == b"".join(chunks).split(b"\n")[:-1]


def test_a_line_without_end_is_thrown_away() -> None:
    lines = Lines()
    assert lines.feed(b"x" * (LONGEST_LINE_BYTES + 1)) == []
    assert lines.feed(b"NVRM: no beginning\nnext\n") == [b"next"]
    assert lines.feed(b"y" * (LONGEST_LINE_BYTES + 1) + b"\nlast\n") == [b"last"]
