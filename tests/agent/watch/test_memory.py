"""Laws of what is news: once an episode, never at first sight, never because a clock jumped."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from thirdshift_agent.collectors.row import Labels
from thirdshift_agent.watch.memory import Look, Memory, kept_from, kept_of
from thirdshift_agent.watch.rule import Rises, Rule, Seen, Stays, is_zero
from thirdshift_agent.wire import SignalKind

UNIT, RULE = "GPU-3", "r"
LABELS: Labels = ("4",)
LOOK_SECONDS = 10.0

looks = st.lists(st.booleans(), max_size=40)
counts = st.integers(0, 2**53).map(float)
counters = st.lists(counts, min_size=1, max_size=30)
instants = st.floats(-1e12, 1e12)


@dataclass
class Watched:
    """One series under one test, look by look."""

    test: Rises | Stays
    memory: Memory = field(default_factory=Memory)
    at: float = 1.7e9
    has_news_for_disk: bool = False

    def look(self, value: float, at: float | None = None, in_grace: bool = False) -> bool:
        self.at = self.at + LOOK_SECONDS if at is None else at
        look = Look(self.at, in_grace)
        news = look.is_news(self.test, self.memory, Seen(value, LABELS, {LABELS: value}, {}))
        self.has_news_for_disk = look.has_news_for_disk
        return news

    def looks(self, values: Sequence[float]) -> list[bool]:
        return [self.look(value) for value in values]

    def restart(self) -> None:
        """What was kept, as it comes back from a disk."""
        rules = [Rule(RULE, SignalKind.NVLINK, "x", "row", self.test, "")]
        memories = {(UNIT, RULE): {LABELS: self.memory}}
        kept = json.loads(json.dumps(kept_of(memories, rules)))
        self.memory = kept_from(kept, rules).get((UNIT, RULE), {}).get(LABELS, Memory())


def up(is_up: bool) -> float:
    return float(is_up)


@given(looks, st.integers(1, 4), st.integers(0, 3))
def test_a_bad_state_is_told_once_an_episode(ups: list[bool], samples: int, spare: int) -> None:
    of = samples + spare
    told = Watched(Stays(is_zero, samples, of)).looks([up(one) for one in ups])
    spots = [place for place, news in enumerate(told) if news]
    for spot in spots:
        assert not ups[spot], "only a bad look is told"
        assert ups[max(0, spot - of + 1) : spot + 1].count(False) >= samples
    for one, after in pairwise(spots):
        assert any(all(ups[i : i + of]) for i in range(one + 1, after - of + 1)), "well between"
    for place in range(len(ups)):
        if place + 1 >= samples and not any(ups[place - samples + 1 : place + 1]):
            assert any(spot <= place for spot in spots), "so many bad looks in a row are told"


@given(st.lists(st.booleans(), min_size=1, max_size=20), st.integers(1, 3))
def test_after_a_boot_it_is_told_once_the_grace_is_over_if_it_is_still_bad(
    ups: list[bool], samples: int
) -> None:
    watched = Watched(Stays(is_zero, samples, samples, in_grace=False))
    assert not any(watched.look(up(one), in_grace=True) for one in ups)
    assert watched.looks([up(False)] * samples).count(True) == 1


def test_a_state_that_grace_forgives_is_told_by_another_rule() -> None:
    assert Watched(Stays(is_zero)).look(0.0, in_grace=True)


@given(looks, looks)
def test_only_what_once_was_good_can_be_bad_over_any_restart(
    before: list[bool], after: list[bool]
) -> None:
    watched = Watched(Stays(is_zero, after_good=True))
    told = watched.looks([up(one) for one in before])
    watched.restart()
    told += watched.looks([up(one) for one in after])
    ups = before + after
    first_up = ups.index(True) if True in ups else len(ups)
    assert not any(told[:first_up])
    assert any(told) == (False in ups[first_up:])


@given(looks.filter(lambda ups: not all(ups)))
def test_what_was_told_is_not_told_again_after_a_restart(ups: list[bool]) -> None:
    watched = Watched(Stays(is_zero))
    watched.looks([up(one) for one in ups])
    assume(watched.memory.is_told)
    watched.restart()
    assert not watched.look(0.0)
    watched.restart()
    assert watched.looks([1.0, 0.0]) == [False, True]


@given(counts, st.booleans())
def test_a_counter_at_first_sight_is_no_news(value: float, is_kept: bool) -> None:
    assert not Watched(Rises(is_kept=is_kept)).look(value)


@given(counters, st.booleans())
def test_a_counter_that_only_falls_or_stays_is_no_news(values: list[float], kept: bool) -> None:
    assert not any(Watched(Rises(is_kept=kept)).looks(sorted(values, reverse=True)))


@given(counts, st.lists(instants, max_size=30), st.booleans())
def test_whatever_the_clock_does_a_counter_that_rests_is_no_news(
    value: float, ats: list[float], is_kept: bool
) -> None:
    watched = Watched(Rises(by=1, is_kept=is_kept))
    assert not any(watched.look(value, at) for at in ats)


@given(counters, st.integers(1, 5))
def test_growth_is_told_once_until_a_window_was_quiet(values: list[float], quiet: int) -> None:
    window = quiet * LOOK_SECONDS
    watched = Watched(Rises(by=1, within_seconds=window))
    told = watched.looks(values)
    spots = [place for place, news in enumerate(told) if news]
    for spot in spots:
        assert values[spot] > values[spot - 1]
    for one, after in pairwise(spots):
        steps = [values[i + 1] - values[i] for i in range(one, after)]
        longest = max(len(run) for run in "".join("q" if s <= 0 else "x" for s in steps).split("x"))
        assert longest >= quiet, "quiet for a whole window in between"


@given(st.lists(st.integers(1, 3), min_size=2, max_size=30))
def test_what_grows_at_every_look_is_told_once(steps: list[int]) -> None:
    values = [float(sum(steps[:place])) for place in range(len(steps))]
    assert Watched(Rises(by=1)).looks(values).count(True) == 1


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40))
def test_growth_below_the_threshold_within_every_window_is_no_news(steps: list[int]) -> None:
    window, by = 3 * LOOK_SECONDS, 100.0
    values = [float(sum(steps[:place])) for place in range(len(steps))]
    assert not any(Watched(Rises(by, window)).looks(values))


def test_growth_is_told_again_after_a_quiet_window() -> None:
    watched = Watched(Rises(by=1, within_seconds=60))
    assert watched.looks([0, 1, 2]) == [False, True, False]
    assert not any(watched.looks([2] * 7))
    assert watched.looks([3, 4]) == [True, False]


@given(counts, counts)
@example(0.0, 1.0)
def test_what_a_kept_counter_rose_by_while_nobody_looked_is_told(
    before: float, after: float
) -> None:
    watched = Watched(Rises(within_seconds=0, is_kept=True))
    watched.look(before)
    assert watched.has_news_for_disk
    watched.restart()
    assert watched.look(after) == (after > before)


@given(counts, counts)
def test_what_another_counter_rose_by_while_nobody_looked_is_not(
    before: float, after: float
) -> None:
    watched = Watched(Rises())
    watched.look(before)
    watched.restart()
    assert not watched.look(after)


def test_a_disk_is_written_only_where_something_changed() -> None:
    kept = Watched(Rises(within_seconds=0, is_kept=True))
    assert [(kept.look(value), kept.has_news_for_disk) for value in (5, 5, 5, 6, 6)] == [
        (False, True), (False, False), (False, False), (True, True), (False, False)
    ]  # fmt: skip
    state = Watched(Stays(is_zero))
    assert [(state.look(value), state.has_news_for_disk) for value in (1, 0, 0, 1, 1)] == [
        (False, False), (True, True), (False, False), (False, True), (False, False)
    ]  # fmt: skip


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=7) | st.dictionaries(st.text(), inner)
)
nearly = st.lists(
    st.tuples(
        st.just(UNIT) | scalars,
        st.just(RULE) | scalars,
        st.lists(scalars, max_size=3) | scalars,
        st.booleans() | scalars,
        st.booleans() | scalars,
        scalars,
    ).map(list)
)


@pytest.mark.parametrize("test", [Rises(is_kept=True), Stays(is_zero, after_good=True)])
@given(kept=json_values | nearly, value=counts)
@example(kept=[["GPU-3", "r", ["4"], False, False, -(10**400)]], value=1.0)
@example(kept=[["GPU-3", "r", ["4"], False, False, math.nan]], value=1.0)
def test_what_was_kept_and_is_not_understood_is_forgotten(
    test: Rises | Stays, kept: object, value: float
) -> None:
    rules = [Rule(RULE, SignalKind.NVLINK, "x", "row", test, "")]
    memories = kept_from(json.loads(json.dumps(kept)), rules)
    watched = Watched(test, memories.get((UNIT, RULE), {}).get(LABELS, Memory()))
    watched.looks([value, value, 0.0, 1.0])
    kept_of(memories, rules)
    for memory in (one for its in memories.values() for one in its.values()):
        assert memory.base is None or math.isfinite(memory.base)
