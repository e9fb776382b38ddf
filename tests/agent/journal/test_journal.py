"""The journal against crashes, damage, and a disk that is full or read-only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thirdshift_agent.journal.journal import Journal
from thirdshift_agent.journal.segments import JournalError
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import GpuIdentity, SignalKind, SignalSource

CARD = GpuIdentity(3, "GPU-3", "1650", "00000000:3b:00.0", "H100")


def sighting(code: str, message: str = "line") -> Observation:
    return Observation(
        at=datetime(2026, 11, 2, tzinfo=UTC),
        kind=SignalKind.XID,
        code=code,
        source=SignalSource.KERNEL_LOG,
        message=message,
        pci_address=CARD.pci_address,
        facts={"pid": "1"},
    )


def codes(journal: Journal) -> list[str]:
    return [signal.code for signal in journal.after(0, 1_000_000)]


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jsonl"))


def test_nothing_is_written_before_the_first_entry(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    assert (journal.last_sequence, journal.after(0, 10)) == (0, ())
    assert not (tmp_path / "journal").exists()


def test_entries_count_from_one_and_come_back_after_a_restart(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    first = journal.append(sighting("79"), CARD)
    journal.append(sighting("64"), None)
    journal.close()
    again = Journal(tmp_path)
    assert again.after(0, 10) == (first, *journal.after(1, 10))
    assert (first.sequence, first.gpu_slot, first.gpu_serial) == (1, 3, "1650")
    assert (again.journal_id, again.last_sequence) == (journal.journal_id, 2)
    assert again.append(sighting("31"), CARD).sequence == 3


def test_a_reader_gets_what_follows_its_cursor_and_no_more_than_the_limit(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for number in range(5):
        journal.append(sighting(str(number)), CARD)
    assert [signal.sequence for signal in journal.after(2, 2)] == [3, 4]
    assert journal.after(99, 10) == ()


@pytest.mark.parametrize("cut_bytes", [1, 20, 200])
def test_a_line_torn_by_a_crash_is_cut_off_and_its_number_given_again(
    tmp_path: Path, cut_bytes: int
) -> None:
    journal = Journal(tmp_path)
    journal.append(sighting("79"), CARD)
    journal.append(sighting("64"), CARD)
    journal.close()
    (path,) = segments(tmp_path)
    os.truncate(path, path.stat().st_size - cut_bytes)
    again = Journal(tmp_path)
    assert codes(again) == ["79"]
    assert again.append(sighting("31"), CARD).sequence == 2
    again.close()
    assert codes(Journal(tmp_path)) == ["79", "31"]


def test_a_crash_while_a_segment_began_costs_no_earlier_entry(tmp_path: Path) -> None:
    journal = Journal(tmp_path, entries_per_segment=2)
    for number in range(2):
        journal.append(sighting(str(number)), CARD)
    journal.close()
    (tmp_path / "000000000003.jsonl").write_bytes(b'{"journal_')
    again = Journal(tmp_path, entries_per_segment=2)
    again.append(sighting("2"), CARD)
    again.close()
    assert codes(Journal(tmp_path)) == ["0", "1", "2"]


def test_damage_in_the_middle_costs_only_the_damaged_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(tmp_path)
    for code in ("79", "64", "31"):
        journal.append(sighting(code), CARD)
    journal.close()
    (path,) = segments(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"code":"64"', b'"code":"6\x00"'))
    assert codes(Journal(tmp_path)) == ["79", "31"]
    assert "damaged lines in the journal were passed over" in caplog.text


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 900), st.binary(max_size=40))
def test_no_torn_end_loses_an_entry_that_was_whole(cut: int, garbage: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        journal = Journal(folder)
        for number in range(3):
            journal.append(sighting(str(number)), CARD)
        journal.close()
        (path,) = segments(folder)
        data = path.read_bytes()
        kept = data[: max(0, len(data) - cut)]
        path.write_bytes(kept + garbage.replace(b"\n", b""))
        whole = max(0, kept.count(b"\n") - 1)
        again = Journal(folder)
        assert codes(again) == [str(number) for number in range(whole)]
        assert again.append(sighting("new"), CARD).sequence == whole + 1
        again.close()
        assert codes(Journal(folder))[-1] == "new"


def test_at_whatever_byte_a_write_is_torn_what_was_acknowledged_is_there(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with journal.together():
        first = journal.append(sighting("79"), CARD)
        journal.append(sighting("64"), CARD)
    (path,) = segments(tmp_path)
    acknowledged = path.stat().st_size
    with journal.together():
        journal.amend(replace(first, message="fuller"))
        journal.append(sighting("31"), CARD)
        journal.append(sighting("94"), None)
    journal.close()
    data = path.read_bytes()
    for end in range(acknowledged, len(data) + 1):
        path.write_bytes(data[:end])
        again = Journal(tmp_path)
        whole = data[acknowledged:end].count(b"\n")
        assert codes(again) == ["79", "64", "31", "94"][: max(2, whole + 1)]
        assert again.after(0, 1)[0].message == ("fuller" if whole else "line")
        if end % 50 == 0:
            assert again.append(sighting("new"), CARD).sequence == max(3, whole + 2)
            again.close()
            assert codes(Journal(tmp_path))[-1] == "new"


def test_what_is_gathered_is_on_disk_when_the_gathering_ends(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with journal.together():
        journal.append(sighting("79"), CARD)
        journal.append(sighting("64"), CARD)
        assert codes(journal) == []
    assert codes(journal) == codes(Journal(tmp_path)) == ["79", "64"]


def test_a_gathering_that_fails_keeps_what_it_had(tmp_path: Path) -> None:
    journal = Journal(tmp_path)

    def fail() -> None:
        with journal.together():
            journal.append(sighting("79"), CARD)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    journal.append(sighting("64"), CARD)
    assert codes(Journal(tmp_path)) == ["79", "64"]


def test_amendments_alone_begin_no_new_segment(tmp_path: Path) -> None:
    journal = Journal(tmp_path, entries_per_segment=4, segments_kept=2)
    entries = [journal.append(sighting(str(number)), CARD) for number in range(4)]
    for entry in entries:
        journal.amend(replace(entry, message="fuller"))
    assert len(segments(tmp_path)) == 1
    journal.append(sighting("4"), CARD)
    journal.close()
    again = Journal(tmp_path, entries_per_segment=4, segments_kept=2)
    assert [signal.message for signal in again.after(0, 10)] == ["fuller"] * 4 + ["line"]


def test_an_amended_entry_keeps_its_number_and_survives(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    first = journal.append(sighting("79"), CARD)
    journal.append(sighting("64"), CARD)
    journal.amend(replace(first, message="fuller"))
    journal.close()
    again = Journal(tmp_path)
    assert [signal.message for signal in again.after(0, 10)] == ["fuller", "line"]
    assert again.last_sequence == 2


def test_old_segments_are_dropped_and_numbers_go_on(tmp_path: Path) -> None:
    journal = Journal(tmp_path, entries_per_segment=4, segments_kept=2)
    for number in range(20):
        journal.append(sighting(str(number)), CARD)
    journal.close()
    assert len(segments(tmp_path)) == 2
    again = Journal(tmp_path, entries_per_segment=4, segments_kept=2)
    assert codes(again) == codes(journal)
    assert codes(again)[-1] == "19"
    assert len(codes(again)) <= 8
    assert (again.last_sequence, again.journal_id) == (20, journal.journal_id)


def test_a_waiting_reader_is_woken_by_an_entry_and_by_the_end(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    woken: list[bool] = []
    readers = [Thread(target=lambda: woken.append(journal.wait(0, 30))) for _ in range(3)]
    for reader in readers:
        reader.start()
    journal.append(sighting("79"), CARD)
    for reader in readers:
        reader.join(5)
    assert woken == [True, True, True]
    assert journal.wait(1, 0.01) is False
    last = Thread(target=lambda: woken.append(journal.wait(1, 30)))
    last.start()
    journal.close()
    last.join(5)
    assert woken[-1] is False


def test_a_journal_of_another_version_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "000000000001.jsonl").write_text('{"journal_id":"x"}\n{"sequence":1}\n')
    with pytest.raises(JournalError, match="move the folder away"):
        Journal(tmp_path)


def fill(path: Path) -> None:
    """Write until the disk is full."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of our own that can be filled and made read-only."""
    if os.geteuid() != 0:
        pytest.skip("mounting a file system needs root")
    assert shutil.which("mount"), "mount is not installed"
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_full_disk_loses_nothing_and_says_so(small_disk: Path) -> None:
    journal = Journal(small_disk / "journal")
    journal.append(sighting("79"), CARD)
    filler = small_disk / "filler"
    fill(filler)
    number = 0
    while not journal.problems():
        number += 1
        journal.append(sighting("64", message="x" * 900), CARD)
    (problem,) = journal.problems()
    assert "No space left on device; 1 signals wait in memory (xid:64)" in problem
    assert len(codes(journal)) == number, "what is not on disk is not shown"
    journal.append(sighting("31"), CARD)
    filler.unlink()
    journal.retry()
    assert journal.problems() == ()
    assert codes(journal) == ["79"] + ["64"] * number + ["31"]
    journal.close()
    assert codes(Journal(small_disk / "journal")) == codes(journal)


def test_many_entries_at_once_on_a_full_disk_are_not_lost(small_disk: Path) -> None:
    journal = Journal(small_disk / "journal")
    journal.append(sighting("79"), CARD)
    filler = small_disk / "filler"
    fill(filler)
    with journal.together():
        for number in range(100):
            journal.append(sighting(str(number), message="x" * 900), CARD)
    (problem,) = journal.problems()
    assert "100 signals wait in memory" in problem
    assert codes(journal) == ["79"], "what is not on disk is not shown"
    filler.unlink()
    journal.retry()
    assert codes(journal) == ["79", *(str(number) for number in range(100))]
    journal.close()
    assert codes(Journal(small_disk / "journal")) == codes(journal)


def test_a_read_only_disk_loses_nothing_and_says_so(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    journal = Journal(small_disk / "journal")
    journal.append(sighting("79"), CARD)
    (problem,) = journal.problems()
    assert "Read-only file system" in problem
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    journal.append(sighting("64"), CARD)
    assert (journal.problems(), codes(journal)) == ((), ["79", "64"])
    journal.close()
