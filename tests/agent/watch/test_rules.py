"""What a look makes of the rules: one signal a rule and unit, with all that is to be known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fakes.node_clock import NodeClock, Uptime
from thirdshift_agent.collectors.row import Readings, Series
from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.observation import Observation
from thirdshift_agent.watch.rule import Rises, Rule, Stays, among, is_zero
from thirdshift_agent.watch.rules import GRACE_SECONDS, MOST_REMEMBERED, RuleWatch, Unit
from thirdshift_agent.wire import GpuIdentity, SignalKind, SignalSource

UP = Rule(
    "link-down",
    SignalKind.NVLINK,
    "down",
    "nvlink_up",
    Stays(is_zero, in_grace=False, after_good=True),
    "links are down",
)
ERRORS = Rule(
    "ecc",
    SignalKind.ECC,
    "uncorrected_dram",
    "ecc_errors_total",
    Rises(within_seconds=0, is_kept=True),
    "memory errors were not corrected",
    only=among("dram"),
)
MANY = Rule("many", SignalKind.PCIE, "replays", "replays_total", Rises(by=2), "too many")


def card(slot: int) -> GpuIdentity:
    return GpuIdentity(slot, f"GPU-{slot}", f"S{slot}", f"00000000:{slot}b:00.0", "H100")


def links(*down: int, of: int = 18) -> dict[Series, float]:
    return {("nvlink_up", (str(link),)): float(link not in down) for link in range(of)}


def errors(dram: float, sram: float = 0.0) -> dict[Series, float]:
    return {("ecc_errors_total", ("dram",)): dram, ("ecc_errors_total", ("sram",)): sram}


@dataclass
class Watch:
    """The rules over what a test gives them, with a disk."""

    path: Path
    clock: NodeClock = field(default_factory=NodeClock)
    uptime: Uptime = field(default_factory=lambda: Uptime(1e6))
    seen: list[Observation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        kept = KeptFile(self.path)
        self.rules = RuleWatch((UP, ERRORS, MANY), self.seen.append, kept, self.uptime)

    def look(self, by_slot: Mapping[int, Readings]) -> list[Observation]:
        """What one look at these GPUs tells."""
        self.clock.move(seconds=10)
        del self.seen[:]
        units = [
            Unit(card(slot).uuid, f"GPU {slot}", readings, readings, card(slot))
            for slot, readings in by_slot.items()
        ]
        self.rules.look(units, self.clock.now())
        return list(self.seen)

    def standing(self) -> list[tuple[str, int | None, str, bool]]:
        states = self.rules.standing
        return [(one.name, one.gpu_slot, one.where, one.is_read) for one in states]


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path / "rules.json")


def test_a_signal_says_what_was_seen_where_and_by_which_rule(watch: Watch) -> None:
    assert watch.look({3: links()}) == []
    assert watch.look({3: links(4, 7)}) == [
        Observation(
            at=watch.clock.now(),
            kind=SignalKind.NVLINK,
            code="down",
            source=SignalSource.SAMPLER,
            message="GPU 3: links are down (4, 7): nvlink_up is 0, 0",
            pci_address="00000000:3b:00.0",
            gpu_uuid="GPU-3",
            facts={"rule": "link-down", "reading": "nvlink_up", "value": "0, 0", "series": "4, 7"},
        )
    ]
    assert watch.look({3: links(4, 7)}) == []


def test_a_link_that_follows_is_told_by_itself(watch: Watch) -> None:
    watch.look({3: links()})
    watch.look({3: links(4)})
    (told,) = watch.look({3: links(4, 9)})
    assert told.facts["series"] == "9"


def test_of_very_many_series_some_are_named(watch: Watch) -> None:
    watch.look({3: links(of=1000)})
    (told,) = watch.look({3: links(*range(1000), of=1000)})
    assert told.facts["series"].split(", ") == [str(link) for link in range(20)]
    assert len(told.facts["value"].split(", ")) == 20
    assert len(told.message) < 300


def test_each_gpu_and_each_rule_has_its_own_signal(watch: Watch) -> None:
    watch.look({3: links() | errors(0), 5: links()})
    told = watch.look({3: links(1) | errors(2), 5: links(2)})
    assert [(one.gpu_uuid, one.code, one.facts["series"]) for one in told] == [
        ("GPU-3", "down", "1"),
        ("GPU-3", "uncorrected_dram", "dram"),
        ("GPU-5", "down", "2"),
    ]


def test_a_rule_looks_only_at_its_own_series(watch: Watch) -> None:
    watch.look({3: errors(0, sram=0)})
    assert watch.look({3: errors(0, sram=5)}) == []


def test_a_row_without_labels_names_no_series(watch: Watch) -> None:
    watch.look({3: {("replays_total", ()): 1}})
    (told,) = watch.look({3: {("replays_total", ()): 31}})
    assert told.message == "GPU 3: too many: replays_total is 31"
    assert told.facts == {"rule": "many", "reading": "replays_total", "value": "31"}


def test_what_is_not_read_is_neither_good_nor_bad(watch: Watch) -> None:
    watch.look({3: links()})
    watch.look({3: links(4)})
    for _ in range(5):
        assert watch.look({3: {}}) == []
    assert watch.look({3: links(4)}) == []


def test_a_node_is_looked_at_as_a_gpu_is(watch: Watch) -> None:
    for value in (0.0, 9.0):
        readings: Readings = {("replays_total", ()): value}
        watch.rules.look([Unit("node", "node", readings, readings)], watch.clock.now())
    (told,) = watch.seen
    assert (told.gpu_uuid, told.pci_address) == (None, None)
    assert told.message.startswith("node: too many")


def test_what_was_told_stands_until_it_is_well_again(watch: Watch) -> None:
    for down_3, down_5, errors_3, stands in (
        ((), (), 0, []),
        ((4, 7), (), 0, [(3, "4, 7")]),
        ((4, 7), (2,), 9, [(3, "4, 7"), (5, "2")]),
        ((7,), (), 9, [(3, "7")]),
    ):
        watch.look({3: links(*down_3) | errors(errors_3), 5: links(*down_5)})
        assert watch.standing() == [("nvlink:down", *state, True) for state in stands]


@pytest.mark.parametrize("left", [{}, {("nvlink_up", ("7",)): 1.0}])
def test_what_is_read_no_more_stands_and_says_so(watch: Watch, left: Readings) -> None:
    watch.look({3: links()})
    watch.look({3: links(4)})
    watch.look({3: left})
    assert watch.standing() == [("nvlink:down", 3, "4", False)]


def test_what_stands_survives_a_restart_and_ends_with_its_card(watch: Watch) -> None:
    watch.look({3: links()})
    watch.look({3: links(4)})
    watch.restart()
    watch.look({3: {}})
    assert watch.standing() == [("nvlink:down", 3, "4", False)]
    watch.look({5: links()})
    assert watch.standing() == []


def test_links_have_time_to_come_up_after_a_boot(watch: Watch) -> None:
    watch.look({3: links()})
    watch.uptime.seconds = GRACE_SECONDS - 1
    watch.restart()
    assert watch.look({3: links(4)}) == []
    watch.uptime.seconds = GRACE_SECONDS
    assert [one.facts["series"] for one in watch.look({3: links(4)})] == ["4"]


def test_a_restart_neither_repeats_nor_forgets(watch: Watch) -> None:
    watch.look({3: links() | errors(0)})
    watch.restart()
    assert [one.code for one in watch.look({3: links(4) | errors(1)})] == [
        "down",
        "uncorrected_dram",
    ]
    watch.restart()
    assert watch.look({3: links(4) | errors(1)}) == []
    watch.restart()
    watch.look({3: links()})
    watch.restart()
    assert [one.code for one in watch.look({3: links(4)})] == ["down"]


def test_a_signal_is_told_before_it_is_kept_as_told(watch: Watch) -> None:
    """A crash in between repeats it; the other way round it would be lost."""
    watch.look({3: links()})

    def fail(seen: Observation) -> None:
        raise RuntimeError("the process ends here")

    watch.rules = RuleWatch((UP, ERRORS, MANY), fail, KeptFile(watch.path), watch.uptime)
    with pytest.raises(RuntimeError, match="ends here"):
        watch.look({3: links(4)})
    watch.restart()
    assert len(watch.look({3: links(4)})) == 1


@pytest.mark.parametrize("kept", [b"", b"{", b"\xff\xfe", b"7", b'{"a": [1]}', b'[["GPU-3"]]'])
def test_a_kept_file_that_is_not_understood_begins_anew(watch: Watch, kept: bytes) -> None:
    watch.path.write_bytes(kept)
    watch.restart()
    watch.look({3: links()})
    assert len(watch.look({3: links(4)})) == 1


def test_what_comes_and_goes_for_ever_is_forgotten(watch: Watch) -> None:
    watch.look({3: links()})
    for number in range(MOST_REMEMBERED):
        watch.look({3: {("nvlink_up", (f"link {number}",)): 1.0}})
    assert len(json.loads(watch.path.read_text())) < MOST_REMEMBERED
    watch.look({3: links()})
    assert [seen.code for seen in watch.look({3: links(4)})] == ["down"]
