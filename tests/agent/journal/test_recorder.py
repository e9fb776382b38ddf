"""One happening, one signal: who it concerns, who saw it, and what a restart may not change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.recording_node import CARD, OTHER, RecordingNode
from thirdshift_agent.journal.recorder import Recorder
from thirdshift_agent.kernel_log.known import KnownRecords
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import GpuIdentity, SignalKind, SignalSource

AT = datetime(2026, 11, 2, tzinfo=UTC)
NVML, KERNEL = SignalSource.NVML_EVENT, SignalSource.KERNEL_LOG
Open = Callable[[], Recorder]


class Node(RecordingNode):
    """Sees one thing at a time."""

    def see_one(
        self,
        code: str,
        source: SignalSource,
        after_seconds: float = 0.0,
        card: GpuIdentity = CARD,
        **facts: str,
    ) -> None:
        self.recorder.observe(sighting(code, source, after_seconds, card, facts))

    @property
    def codes(self) -> list[str]:
        return [signal.code for signal in self.signals]

    def happenings(self, code: str) -> int:
        alike = [signal for signal in self.signals if signal.code == code]
        return sum(int(signal.facts.get("repeated", "1")) for signal in alike)


def sighting(
    code: str,
    source: SignalSource,
    after_seconds: float = 0.0,
    card: GpuIdentity = CARD,
    facts: dict[str, str] | None = None,
) -> Observation:
    from_nvml = source is NVML
    return Observation(
        at=AT + timedelta(seconds=after_seconds),
        kind=SignalKind.XID,
        code=code,
        source=source,
        message=f"{source} saw {code}",
        pci_address=None if from_nvml else card.pci_address,
        gpu_uuid=card.uuid if from_nvml else None,
        facts=facts or {},
    )


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


def test_a_sighting_by_address_gets_uuid_serial_and_slot(node: Node) -> None:
    node.see_one("79", KERNEL)
    (signal,) = node.signals
    assert (signal.gpu_uuid, signal.gpu_serial, signal.gpu_slot) == ("GPU-3", "1650", 3)


def test_a_sighting_by_uuid_gets_address_serial_and_slot(node: Node) -> None:
    node.see_one("79", NVML)
    (signal,) = node.signals
    assert (signal.pci_address, signal.gpu_serial, signal.gpu_slot) == (CARD.pci_address, "1650", 3)


def test_a_card_that_nobody_knows_is_recorded_all_the_same(node: Node) -> None:
    node.see_one("79", KERNEL, card=GpuIdentity(0, "GPU-9", None, "00000000:ff:00.0", ""))
    (signal,) = node.signals
    assert (signal.pci_address, signal.gpu_uuid, signal.gpu_slot) == (
        "00000000:ff:00.0",
        None,
        None,
    )


def test_a_new_card_in_a_known_place_has_the_place_s_slot_and_its_own_serial(node: Node) -> None:
    seen = Observation(
        at=AT,
        kind=SignalKind.XID,
        code="79",
        source=KERNEL,
        message="",
        pci_address=CARD.pci_address,
        gpu_uuid="GPU-new",
        facts={"board_serial": "1700"},
    )
    node.recorder.observe(seen)
    (signal,) = node.signals
    assert (signal.gpu_uuid, signal.gpu_serial, signal.gpu_slot) == ("GPU-new", "1700", 3)


@pytest.mark.parametrize(("first", "second"), [(NVML, KERNEL), (KERNEL, NVML)])
def test_event_and_log_line_are_one_signal_with_the_kernel_s_words(
    node: Node, first: SignalSource, second: SignalSource
) -> None:
    for source in (first, second):
        facts = {"pid": "7"} if source is KERNEL else {}
        node.recorder.observe(sighting("79", source, facts=facts))
    (signal,) = node.signals
    assert (signal.source, signal.message) == (first, "kernel_log saw 79")
    assert signal.facts == {"pid": "7", "also_seen_by": second.value}


@pytest.mark.parametrize("first", [NVML, KERNEL])
def test_a_restart_between_the_two_sightings_changes_nothing(
    node: Node, first: SignalSource
) -> None:
    node.see_one("79", first)
    node.restart()
    node.see_one("79", KERNEL if first is NVML else NVML, after_seconds=2)
    node.restart()
    assert node.codes == ["79"]
    node.see_one("79", KERNEL, after_seconds=3)
    assert node.codes == ["79", "79"], "the first happening was seen by both already"


def test_what_happened_twice_stays_two(node: Node) -> None:
    for source in (NVML, NVML, KERNEL, KERNEL):
        node.see_one("31", source)
    assert node.codes == ["31", "31"]


def test_what_differs_stays_apart(node: Node) -> None:
    node.see_one("79", NVML)
    node.see_one("64", KERNEL)
    node.see_one("79", KERNEL, card=OTHER)
    node.see_one("79", KERNEL, after_seconds=5.5)
    assert node.codes == ["79", "64", "79", "79"]


def test_counts_are_kept_by_card_and_code_and_rebuilt_at_the_start(node: Node) -> None:
    for seconds in (0.0, 60.0):
        node.see_one("31", NVML, seconds)
        node.see_one("31", KERNEL, seconds)
    node.see_one("79", KERNEL, card=OTHER)
    counted = node.recorder.xid_counts()
    assert [(xid.slot, xid.code, xid.count) for xid in counted] == [(3, "31", 2), (4, "79", 1)]
    assert counted[0].last_at == AT + timedelta(seconds=60)
    node.restart()
    assert node.recorder.xid_counts() == counted


def test_two_unknown_cards_share_one_series(node: Node) -> None:
    for bus in ("f0", "f1"):
        node.see_one("79", KERNEL, card=GpuIdentity(0, "", None, f"00000000:{bus}:00.0", ""))
    (count,) = node.recorder.xid_counts()
    assert (count.uuid, count.slot, count.count) == (None, None, 2)


def test_the_kernel_records_of_this_boot_are_known(node: Node) -> None:
    assert node.recorder.kernel_records("boot-2") == KnownRecords()
    node.see_one("79", KERNEL, boot_id="boot-1", kernel_record="900")
    node.see_one("64", KERNEL, boot_id="boot-2", kernel_record="17")
    node.see_one("31", NVML)
    node.see_one("31", KERNEL, boot_id="boot-2", kernel_record="18")
    node.restart()
    assert node.recorder.kernel_records("boot-2") == KnownRecords(frozenset({17, 18}))


SIGHTINGS = st.lists(
    st.tuples(st.sampled_from(["31", "79"]), st.sampled_from([NVML, KERNEL]), st.booleans()),
    max_size=12,
)


@settings(max_examples=50, deadline=None)
@given(SIGHTINGS)
def test_signals_are_as_many_as_the_keener_source_saw(
    tmp_path_factory: pytest.TempPathFactory,
    sightings: list[tuple[str, SignalSource, bool]],
) -> None:
    node = Node(tmp_path_factory.mktemp("node"))
    for code, source, restart in sightings:
        node.see_one(code, source)
        if restart:
            node.restart()
    node.recorder.settle()
    for code in ("31", "79"):
        seen = [source for name, source, _ in sightings if name == code]
        assert node.happenings(code) == max(seen.count(NVML), seen.count(KERNEL))
