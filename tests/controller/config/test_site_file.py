"""`site.toml`: what is refused, each with the line that a person must look at."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from thirdshift_controller.config import ConfigError, load_site
from thirdshift_controller.shifts.roster import Shift

SITE = """\
[site]
name = "toronto-1"
timezone = "America/Toronto"
[[rows]]
name = "R01"
[[rows.racks]]
name = "R01-01"
[[rows.racks.nodes]]
name = "gpu-1"
rack_unit = "U04"
model = "hgx-h100-8"
gpus = 8
agent = "http://gpu-1:9400"
ssh = "gpu-1"
bmc = "ipmi://gpu-1-bmc"
feeds = ["A", "B"]
[[rows.racks.nodes]]
name = "gpu-2"
rack_unit = "U13"
model = "hgx-h100-8"
gpus = 8
agent = "http://gpu-2:9400/"
ssh = "gpu-2:22"
bmc = "ipmi://gpu-2-bmc"
[[people]]
name = "ana"
skills = ["hands"]
[[shifts]]
name = "night"
starts = "23:00"
ends = "07:00"
days = ["fri", "sun"]
person = "ana"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "site.toml"
    file.write_text(SITE, encoding="utf-8")
    return file


def complaint(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refusal:
        load_site(path)
    return str(refusal.value).replace(f"{path}, ", "")


def test_the_file_becomes_a_site_and_a_roster(path: Path) -> None:
    site, roster = load_site(path)
    assert [(node.name, node.rack, node.agent) for node in site.nodes()] == [
        ("gpu-1", "R01-01", "http://gpu-1:9400"),
        ("gpu-2", "R01-01", "http://gpu-2:9400"),
    ]
    assert roster.timezone == site.timezone
    assert roster.shifts == (Shift("night", time(23), time(7), frozenset({4, 6}), "ana"),)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"gpu-2"', '"gpu-1"', 'line 18: rows.racks.nodes.name: "gpu-1" is another node too'),
        ("gpu-2:9400/", "gpu-1:9400", "line 22: rows.racks.nodes.agent: "),
        ('"gpu-2:22"', '"gpu-1:22"', 'line 23: rows.racks.nodes.ssh: "gpu-1:22" is another'),
        ('"U13"', '"U4"', 'line 19: rows.racks.nodes.rack_unit: "U4" is taken by another node'),
        ('"U13"', '"13"', 'line 19: rows.racks.nodes.rack_unit: "13" is not a rack unit'),
        ("gpus = 8", "gpus = 0", "line 12: rows.racks.nodes.gpus: must be at least 1, not 0"),
        ("gpus = 8", 'gpus = "8"', "line 12: rows.racks.nodes.gpus: must be a whole number"),
        ("http://gpu-1:9400", "gpu-1:9400", "line 13: rows.racks.nodes.agent: "),
        ("http://gpu-1:9400", "http://gpu-1:x", "line 13: rows.racks.nodes.agent: "),
        ('"gpu-1"\nbmc', '"root@gpu-1"\nbmc', "line 14: rows.racks.nodes.ssh: "),
        ("//gpu-2-bmc", "//GPU-1-bmc:623", 'line 24: rows.racks.nodes.bmc: "ipmi://GPU-1-bmc:623"'),
        ("//gpu-1-bmc", "//gpu 1", 'line 15: rows.racks.nodes.bmc: "ipmi://gpu 1" is not a BMC'),
        ("//gpu-1-bmc", "//[::1", 'line 15: rows.racks.nodes.bmc: "ipmi://[::1" is not a BMC'),
        ('["A", "B"]', '["A", "A"]', "line 16: rows.racks.nodes.feeds: names a feed twice; name"),
        ("America/Toronto", "America/Torono", "line 3: site.timezone: "),
        ('"23:00"', '"24:00"', "line 30: shifts.starts: must be a time of day"),
        ('"23:00"', "23:00:00", "line 30: shifts.starts: must be a time of day"),
        ('"fri"', '"friday"', "line 32: shifts.days: must be one of mon, tue, "),
        ('["fri", "sun"]', "[]", "line 32: shifts.days: must name at least one of mon"),
        ('person = "ana"', 'person = "anna"', 'line 33: shifts.person: "anna" is not in'),
        ('"toronto-1"', '"toronto 1"', 'line 2: site.name: "toronto 1" must be one word'),
    ],
)
def test_a_mistake_is_named_with_its_line(path: Path, old: str, new: str, expected: str) -> None:
    assert old in SITE
    assert complaint(path, SITE.replace(old, new)).startswith(expected)


def test_a_near_miss_is_asked_about(path: Path) -> None:
    sentence = complaint(path, SITE.replace("America/Toronto", "America/Torono"))
    assert sentence.endswith('did you mean "America/Toronto"?')


def test_a_site_without_rows_is_told_to_have_some(path: Path) -> None:
    rowless = SITE[: SITE.index("[[rows]]")]
    assert complaint(path, rowless) == (
        "line 1: the site has no rows; add [[rows]] with [[rows.racks]] under it"
    )


def test_a_row_without_racks_is_told_to_have_some(path: Path) -> None:
    rackless = SITE[: SITE.index("[[rows.racks]]")]
    assert complaint(path, rackless) == (
        'line 4: rows: row "R01" has no racks; add [[rows.racks]] under it'
    )


def test_a_rack_without_nodes_is_told_to_have_some(path: Path) -> None:
    text = SITE + '[[rows.racks]]\nname = "R01-02"\n'
    assert complaint(path, text) == (
        'line 34: rows.racks: rack "R01-02" has no nodes; '
        "add [[rows.racks.nodes]] or remove the rack"
    )


def test_one_name_may_stand_on_two_shifts_but_not_on_two_people(path: Path) -> None:
    weekend = SITE[SITE.index("[[shifts]]") :].replace('"fri", "sun"', '"sat"')
    path.write_text(SITE + weekend, encoding="utf-8")
    assert len(load_site(path)[1].shifts) == 2
    twin = SITE + '[[people]]\nname = "ana"\n'
    assert complaint(path, twin).startswith('line 35: people.name: "ana" is another person too')
