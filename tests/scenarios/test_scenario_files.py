"""The scenario files: strict to read, and a story for every class of failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.world import MONDAY_MORNING
from scenarios.happenings import happenings
from scenarios.scenario import GPUS, MANY, NODES, Scale, Scenario, Where, read_scenarios
from scenarios.site import site_of
from thirdshift_controller.config import ConfigError
from thirdshift_runbooks.page import FailureClass

EVERY = [*read_scenarios(GPUS), *read_scenarios(NODES), *read_scenarios(MANY)]
ONE = """
[[scenario]]
name = "a story"
class = "sram"

[[scenario.event]]
slot = 3
signals = ["ecc:sram_threshold"]

[scenario.follows]
pages = ["sram-threshold-exceeded"]
"""


def refusal(folder: Path, text: str) -> str:
    path = folder / "story.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        read_scenarios(path)
    return str(refused.value)


def test_every_class_of_failure_has_its_story_in_its_order() -> None:
    told = [scenario.failure_class for scenario in (*read_scenarios(GPUS), *read_scenarios(NODES))]
    assert told == [kind for kind in FailureClass if kind is not FailureClass.UNKNOWN]


@pytest.mark.parametrize("scenario", EVERY, ids=str)
def test_every_story_happens_at_places_that_are_there(scenario: Scenario) -> None:
    site = site_of(scenario.scale)
    found = happenings(scenario, site, MONDAY_MORNING)
    assert found == sorted(found, key=lambda one: one.at)
    assert {one.node for one in found} <= site.by_name.keys()
    slots = {event.slot for event in scenario.event if event.slot is not None}
    assert slots <= set(range(scenario.scale.gpus_per_node))


@pytest.mark.parametrize("scenario", EVERY, ids=str)
def test_what_a_reading_looks_like_has_a_slot_to_be_read_in(scenario: Scenario) -> None:
    for event in scenario.event:
        of_a_card = bool(event.looks or event.presence or event.swaps_card)
        assert event.slot is not None or not of_a_card


def test_the_site_is_the_demos(tmp_path: Path) -> None:
    site = site_of(Scale())
    nodes = list(site.nodes())
    assert (len(nodes), site.gpus_installed) == (240, 1_920)
    assert len({node.name for node in nodes}) == 240
    assert len({node.switch for node in nodes}) == 60
    assert len({feed for node in nodes for feed in node.feeds}) == 120
    assert {node.cooling for node in nodes} == {f"loop-R0{row}" for row in range(1, 6)}
    gangs = [node.gang for node in nodes]
    assert {gangs.count(gang) for gang in gangs} == {4}


def test_nodes_come_one_after_the_other(tmp_path: Path) -> None:
    (scenario,) = [one for one in read_scenarios(MANY) if one.scale == Scale()]
    found = happenings(scenario, site_of(Scale()), MONDAY_MORNING)
    assert len({one.node for one in found}) == 60
    assert (found[-1].at - found[0].at).total_seconds() == 59 * 20


def test_a_story_that_is_right_is_read(tmp_path: Path) -> None:
    path = tmp_path / "story.toml"
    path.write_text(ONE, encoding="utf-8")
    (scenario,) = read_scenarios(path)
    assert scenario.event[0].on == Where(node="gpu-02071")
    assert scenario.follows.rungs == ()


@pytest.mark.parametrize(
    ("wrong", "right", "sentence"),
    [
        ('class = "sram"', 'class = "memory"', "line 4: scenario.class"),
        ("slot = 3", "slot = -1", "line 7: scenario.event.slot"),
        ("ecc:sram_threshold", "a worn chip", "line 8: scenario.event.signals"),
        ("slot = 3", "slots = 3", "line 7: scenario.event.slots"),
        ("slot = 3", 'healed_by = "prayer"', "line 7: scenario.event.healed_by"),
        ("slot = 3", "on = {}", "say one of node, nodes, rack and first_nodes"),
        ("slot = 3", 'on = { node = "a", rack = "b" }', "say one of node, nodes, rack"),
        ("pages =", 'rungs = ["pray"]\npages =', "scenario.follows.rungs"),
    ],
)
def test_a_wrong_story_is_refused_by_line_and_key(
    tmp_path: Path, wrong: str, right: str, sentence: str
) -> None:
    assert sentence in refusal(tmp_path, ONE.replace(wrong, right))


def test_a_place_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "story.toml"
    path.write_text(ONE.replace("slot = 3", 'on = { rack = "R09-01" }'), encoding="utf-8")
    (scenario,) = read_scenarios(path)
    with pytest.raises(ValueError, match="R09-01"):
        happenings(scenario, site_of(Scale()), MONDAY_MORNING)
