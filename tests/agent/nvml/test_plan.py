"""Rows compiled into questions: none is forgotten or put twice, the order is the rows' own."""

from __future__ import annotations

from itertools import pairwise

import pytest

from thirdshift_agent.collectors.gpu import ALL, DEFAULT
from thirdshift_agent.collectors.gpu.source import (
    Activity,
    Call,
    Field,
    GpuRow,
    Several,
    Source,
    gauge,
)
from thirdshift_agent.collectors.row import Series
from thirdshift_agent.nvml.device import Plans
from thirdshift_agent.nvml.plan import Plan, Taker, plan_of

ROWS = [row for each in ALL for row in each.rows]
PLAN = plan_of(ROWS)


def sources(row: GpuRow) -> list[tuple[Series, Source]]:
    if isinstance(row.sources, Several):
        return []
    return [((row.name, labels), one) for labels, its in row.sources.items() for one in its]


def takers(plan: Plan, source: Source) -> list[Taker]:
    match source:
        case Field(number, _, _, scope):
            return plan.fields[number, scope]
        case Call(function, arguments):
            return plan.calls[function, arguments]
        case Activity(number):
            return [plan.activities[number]]


def place(plan: Plan, source: Source) -> int:
    """When it is asked: all fields first, then the calls in their order."""
    if isinstance(source, Call):
        return list(plan.calls).index((source.function, source.arguments))
    return -1


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_source_of_every_row_is_asked_for_its_series(row: GpuRow) -> None:
    for series, source in sources(row):
        assert series in [taker.series for taker in takers(PLAN, source)]
    if isinstance(row.sources, Several):
        assert (row.name, row.sources) in PLAN.several


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_sources_are_asked_in_the_order_in_which_a_row_prefers_them(row: GpuRow) -> None:
    by_series: dict[Series, list[int]] = {}
    for series, source in sources(row):
        by_series.setdefault(series, []).append(place(PLAN, source))
    for places in by_series.values():
        assert all(one < next_one for one, next_one in pairwise(places))


def test_rows_that_pick_from_one_answer_share_the_call() -> None:
    one = gauge("one", "One.", Call("nvmlX", (3,), lambda told: told[0]))
    other = gauge("other", "Other.", Call("nvmlX", (3,), lambda told: told[1]), Call("nvmlY"))
    plan = plan_of([one, other])
    assert {key: [taker.series[0] for taker in its] for key, its in plan.calls.items()} == {
        ("nvmlX", (3,)): ["one", "other"],
        ("nvmlY", ()): ["other"],
    }


def test_a_slow_collector_is_asked_in_full_turns_alone() -> None:
    plans = Plans.of(DEFAULT)
    slow = {row.name for each in DEFAULT if each.is_slow for row in each.rows}
    quick = {row.name for each in DEFAULT if not each.is_slow for row in each.rows}
    assert (_asked(plans.always), _asked(plans.in_full)) == (quick, slow | quick)


def _asked(plan: Plan) -> set[str]:
    their = [*plan.fields.values(), *plan.calls.values()]
    named = {taker.series[0] for one in their for taker in one}
    return named | {name for name, _ in plan.several}
