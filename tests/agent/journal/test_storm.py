"""A storm of like sightings: what is told, what is counted, and that nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.recording_node import CARD, OTHER, RecordingNode
from thirdshift_agent.journal.storm import MOST_BURSTS, MOST_VALUES, OWN_SIGNALS
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import GpuIdentity, Signal, SignalKind, SignalSource

AT = datetime(2026, 11, 2, tzinfo=UTC)
KERNEL, NVML = SignalSource.KERNEL_LOG, SignalSource.NVML_EVENT


class Node(RecordingNode):
    """Counts what was folded."""

    def settle(self) -> None:
        self.recorder.settle()

    def stop_and_restart(self) -> None:
        self.settle()
        self.restart()

    @property
    def folds(self) -> list[Signal]:
        return [signal for signal in self.signals if "repeated" in signal.facts]

    def counted(self) -> dict[tuple[int | None, str], int]:
        return {(xid.slot, xid.code): xid.count for xid in self.recorder.xid_counts()}


def xid(
    code: str = "31",
    seconds: float = 0.0,
    card: GpuIdentity = CARD,
    source: SignalSource = KERNEL,
    **facts: str,
) -> Observation:
    return Observation(
        at=AT + timedelta(seconds=seconds),
        kind=SignalKind.XID,
        code=code,
        source=source,
        message=f"XID {code}",
        pci_address=card.pci_address,
        gpu_uuid=card.uuid if source is NVML else None,
        facts=facts,
    )


def record(code: str, number: int, seconds: float = 0.0, card: GpuIdentity = CARD) -> Observation:
    return xid(code, seconds, card, boot_id="boot-1", kernel_record=str(number))


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


def test_a_storm_is_ten_signals_and_one_that_counts_the_rest(node: Node) -> None:
    node.see(*(xid(seconds=number / 1000) for number in range(5000)))
    assert len(node.signals) == OWN_SIGNALS
    node.see(xid(seconds=100))
    *_, fold, after = node.signals
    assert len(node.signals) == OWN_SIGNALS + 2
    assert (fold.facts["repeated"], fold.name, fold.gpu_slot) == ("4990", "xid:31", 3)
    assert fold.message == "XID 31 (repeated 4990 times)"
    assert fold.facts["first_at"] == (AT + timedelta(seconds=0.010)).isoformat()
    assert fold.at == AT + timedelta(seconds=4.999)
    assert after.at == AT + timedelta(seconds=100)


def test_every_sighting_is_counted_at_once_and_after_a_restart(node: Node) -> None:
    node.see(*(xid(seconds=number / 1000) for number in range(5000)))
    assert node.counted() == {(3, "31"): 5000}
    node.recorder.settle()
    node.restart()
    assert node.counted() == {(3, "31"): 5000}


def test_a_storm_that_goes_on_is_told_ever_less_often(node: Node) -> None:
    for minute in range(24 * 60):
        node.see(*(xid(seconds=60 * minute + second) for second in range(0, 60, 20)))
    assert 90 < len(node.folds) < 100, "each minute would be 1,440"
    node.recorder.settle()
    told = sum(int(fold.facts["repeated"]) for fold in node.folds)
    assert told + OWN_SIGNALS == 24 * 60 * 3


def test_a_storm_hides_no_other_fault(node: Node) -> None:
    for number in range(2000):
        node.see(xid(seconds=number / 100))
        if number % 500 == 499:
            node.see(xid("79", number / 100), xid("31", number / 100, OTHER))
    names = Counter((signal.code, signal.gpu_slot) for signal in node.signals)
    assert names == {("31", 3): OWN_SIGNALS, ("79", 3): 4, ("31", 4): 4}


def test_a_fold_keeps_what_differed_within_bounds(node: Node) -> None:
    for number in range(4000):
        seen = xid(pid=str(number // 40), engine="CE", secret="x" * 999)
        node.see(replace(seen, message=f"XID 31, pid={number // 40}"))
    node.recorder.settle()
    (fold,) = node.folds
    pids = fold.facts["pid"].split(", ")
    assert pids[:3] == ["0", "1", "2"]
    assert (len(pids), pids[-1]) == (MOST_VALUES + 1, "…")
    assert fold.facts["engine"] == "CE"
    assert len(fold.facts["secret"]) < 100


def test_a_pause_is_noticed_without_a_further_sighting(node: Node) -> None:
    node.see(*(xid() for _ in range(50)))
    for seconds in (1, 6, 55, 60):
        node.recorder.tend(AT + timedelta(seconds=seconds))
    assert node.folds == []
    node.recorder.tend(AT + timedelta(seconds=62))
    (fold,) = node.folds
    assert fold.facts["repeated"] == "40"


def test_a_clock_that_jumps_ends_no_storm_and_loses_no_count(node: Node) -> None:
    jumps = [0, -3600, 5, -7200, 10]
    for number in range(1000):
        node.see(xid(seconds=jumps[number % 5] + number / 1000))
    assert len(node.signals) == OWN_SIGNALS
    for seconds in (-9000, -8000, 60, 5, 70, 140):
        node.recorder.tend(AT + timedelta(seconds=seconds))
    (fold,) = node.folds
    assert fold.facts["repeated"] == str(1000 - OWN_SIGNALS)
    assert node.counted() == {(3, "31"): 1000}


@pytest.mark.parametrize("order", [(NVML, KERNEL), (KERNEL, NVML)])
def test_two_sources_of_one_storm_double_nothing(
    node: Node, order: tuple[SignalSource, SignalSource]
) -> None:
    for number in range(300):
        for source in order:
            node.see(xid(seconds=number / 10, source=source))
    node.recorder.settle()
    (fold,) = node.folds
    assert len(node.signals) == OWN_SIGNALS + 1
    assert (fold.facts["repeated"], fold.facts["also_seen_by"]) == ("290", order[1].value)
    assert node.counted() == {(3, "31"): 300}


def test_a_source_that_is_late_doubles_nothing_across_the_telling(node: Node) -> None:
    node.see(*[xid(source=NVML)] * 20)
    node.see(*(record("31", number) for number in range(12)))
    for number, seconds in enumerate((0, 30, 61), start=12):
        node.recorder.tend(AT + timedelta(seconds=seconds))
        node.see(record("31", number, 3))
    assert len(node.folds) == 1, "it was told before the kernel's log had said all"
    node.see(*(record("31", number, 4) for number in range(15, 20)))
    node.recorder.settle()
    assert len(node.folds) == 1
    assert sum(int(signal.facts.get("repeated", "1")) for signal in node.signals) == 20
    known = node.recorder.kernel_records("boot-1")
    assert all(known.has(record("31", number)) for number in range(20))


def test_a_storm_of_ever_new_names_stays_within_bounds(node: Node) -> None:
    node.see(*(xid(str(code), code / 1000) for code in range(20_000)))
    assert len(node.signals) <= MOST_BURSTS * OWN_SIGNALS
    node.recorder.settle()
    (fold,) = node.folds
    assert len(fold.facts["codes"].split(", ")) == MOST_VALUES + 1
    assert sum(int(signal.facts.get("repeated", "1")) for signal in node.signals) == 20_000
    assert sum(node.counted().values()) == 20_000
    assert len(node.counted()) < 5_000


def test_a_storm_does_not_evict_what_the_journal_has(node: Node) -> None:
    node.see(xid("79", -3600, OTHER))
    for number in range(0, 1_000_000, 10_000):
        node.see(*[xid(seconds=number / 1000)] * 10_000)
    node.recorder.settle()
    assert node.signals[0].code == "79"
    assert len(node.signals) < 20
    assert node.counted() == {(4, "79"): 1, (3, "31"): 1_000_000}


def test_folded_records_are_known_after_a_restart_and_no_others(node: Node) -> None:
    for number in range(0, 600, 2):
        node.see(record("31", number), record("79", number + 1, card=OTHER))
    node.recorder.settle()
    node.restart()
    known = node.recorder.kernel_records("boot-1")
    assert all(known.has(record("31", number)) for number in range(0, 600, 2))
    assert not known.has(record("64", 300)), "another fault's record between them"
    assert not known.has(record("31", 300, card=OTHER)), "another card's record between them"
    assert not known.has(record("31", 601))
    assert not node.recorder.kernel_records("boot-2").has(record("31", 2))


def test_a_record_of_an_absurd_number_hides_nothing_that_follows(node: Node) -> None:
    node.see(*(record("31", number) for number in range(100)), record("31", 2**63 - 1))
    node.see(*(record("31", number) for number in range(100, 110)), record("31", 1_000_000))
    node.recorder.settle()
    known = node.recorder.kernel_records("boot-1")
    assert known.has(record("31", 109))
    assert known.has(record("31", 2**63 - 1))
    assert not known.has(record("31", 110))
    assert not known.has(record("31", 999_999))


def test_a_log_that_is_opened_again_finds_the_storm_s_records_known(node: Node) -> None:
    node.see(*(record("31", number) for number in range(100)))
    known = node.recorder.kernel_records("boot-1")
    assert all(known.has(record("31", number)) for number in range(100))


def test_what_a_crash_kept_from_the_disk_is_not_known(node: Node) -> None:
    node.see(*(record("31", number) for number in range(100)))
    node.restart()
    known = node.recorder.kernel_records("boot-1")
    assert [number for number in range(100) if known.has(record("31", number))] == [*range(10)]


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["31", "79"]),
            st.sampled_from([CARD, OTHER]),
            st.integers(1, 40),
            st.floats(0, 90),
        ),
        st.sampled_from(["settle", "tend", "restart"]),
    ),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_whatever_comes_each_sighting_is_told_once(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[str, GpuIdentity, int, float] | str],
) -> None:
    node, seconds = Node(tmp_path_factory.mktemp("node")), 0.0
    expected: Counter[tuple[int | None, str]] = Counter()
    acts: dict[str, Callable[[], None]] = {
        "settle": node.settle,
        "tend": lambda: node.recorder.tend(AT + timedelta(seconds=seconds)),
        "restart": node.stop_and_restart,
    }
    for step in steps:
        if isinstance(step, str):
            acts[step]()
            continue
        code, card, times, pause = step
        seconds += pause
        node.see(*[xid(code, seconds, card)] * times)
        expected[card.slot, code] += times
    node.recorder.settle()
    told: Counter[tuple[int | None, str]] = Counter()
    for signal in node.signals:
        told[signal.gpu_slot, signal.code] += int(signal.facts.get("repeated", "1"))
    assert told == expected == node.counted()
