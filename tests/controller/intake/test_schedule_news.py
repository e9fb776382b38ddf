"""What of the scheduler's nodes is told, how often, and when again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from thirdshift_controller.intake.schedule import ABSENT, NodeStanding, Standing
from thirdshift_controller.intake.schedule_news import Code, News, Told, news, said

AT = datetime(2026, 11, 25, 14, 30, tzinfo=UTC)
WELL = NodeStanding(Standing.IN_SERVICE, None, ())
DOWN = NodeStanding(Standing.DOWN, "Not responding", (), "slurm", AT)
THEIRS = NodeStanding(Standing.DRAINED, "nic swap", (), "ana", AT)
LEAVING = NodeStanding(Standing.DRAINING, "nic swap", ("7",), "ana", AT)
OURS = NodeStanding(Standing.DRAINED, "thirdshift INC-12 gpu-lost: GPU 3", (), "root", AT)
CHECKED = NodeStanding(Standing.DRAINED, "thirdshift: check: GPU 3 is lost", (), "root", AT)
NOTHING: Told = frozenset()


def told_of(*course: NodeStanding) -> list[list[Code]]:
    """What is told of one node at each look."""
    told, codes = NOTHING, []
    for found in course:
        fresh, told = news({"gpu-1": found}, told)
        codes.append([one.code for one in fresh])
    return codes


@pytest.mark.parametrize("found", [WELL, ABSENT, OURS])
def test_what_is_well_absent_or_ours_is_no_news(found: NodeStanding) -> None:
    assert told_of(found) == [[]]


@pytest.mark.parametrize("found", [THEIRS, LEAVING, CHECKED])
def test_a_drain_that_is_not_ours_is_told_once(found: NodeStanding) -> None:
    assert told_of(WELL, found, found) == [[], [Code.DRAINED], []]


def test_a_drain_is_one_piece_of_news_from_its_first_job_to_its_last() -> None:
    assert told_of(LEAVING, THEIRS) == [[Code.DRAINED], []]


def test_a_node_that_is_given_up_is_told_once() -> None:
    assert told_of(WELL, DOWN, DOWN) == [[], [Code.DOWN], []]


def test_it_is_told_again_only_after_it_was_well() -> None:
    assert told_of(DOWN, WELL, DOWN) == [[Code.DOWN], [], [Code.DOWN]]
    assert told_of(THEIRS, DOWN, THEIRS) == [[Code.DRAINED], [Code.DOWN], []]
    assert told_of(DOWN, OURS, DOWN) == [[Code.DOWN], [], []]


def test_a_node_that_left_the_scheduler_and_came_back_begins_anew() -> None:
    assert told_of(THEIRS, ABSENT, THEIRS) == [[Code.DRAINED], [], [Code.DRAINED]]


def test_nodes_are_told_apart() -> None:
    fresh, told = news({"gpu-1": DOWN, "gpu-2": DOWN}, frozenset({News("gpu-1", Code.DOWN)}))
    assert fresh == (News("gpu-2", Code.DOWN),)
    assert told == {News("gpu-1", Code.DOWN), News("gpu-2", Code.DOWN)}


def test_a_node_that_is_not_asked_for_any_more_is_forgotten() -> None:
    assert news({}, frozenset({News("gpu-1", Code.DOWN)})) == ((), NOTHING)


def test_the_sentence_says_who_when_and_why() -> None:
    assert said(Code.DRAINED, THEIRS) == (
        "taken out of service by ana since 2026-11-25 14:30:00 UTC: nic swap"
    )
    unknown = NodeStanding(Standing.DOWN, None, ())
    assert said(Code.DOWN, unknown) == "the scheduler has given the node up: no reason given"
