"""Every class of failure from its first signal to its end, and what must not be done to many."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.play import disturbed, expected, play
from scenarios.scenario import GPUS, MANY, NODES, Scenario, read_scenarios
from scenarios.stage import staged


@pytest.mark.parametrize(
    "scenario", [*read_scenarios(GPUS), *read_scenarios(NODES), *read_scenarios(MANY)], ids=str
)
def test_it_goes_as_it_must(scenario: Scenario, tmp_path: Path) -> None:
    with staged(tmp_path, scenario.scale) as stage:
        seen = play(scenario, stage)
        assert seen == expected(scenario.follows, seen)
        if scenario.follows.disturbed_at_most is not None:
            assert len(disturbed(stage)) <= scenario.follows.disturbed_at_most
