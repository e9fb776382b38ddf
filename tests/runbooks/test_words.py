"""What a page decides, said in words, and the whole page as a person reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.pages import REPAIR, WORKLOAD
from thirdshift_runbooks import words
from thirdshift_runbooks.chapters import CHAPTERS
from thirdshift_runbooks.handout import handout
from thirdshift_runbooks.page import FailureClass, Outage, RemoteAction, When

RULE = When("xid:74", "gpu-suspect", {}, 1, 24, (), ())


def test_a_repair_is_said_by_its_rungs_and_its_people() -> None:
    assert words.remote(REPAIR) == "drain, gpu_reset"
    assert words.hands(REPAIR) == "1 person: hands"
    assert words.deeds(REPAIR) == "drain, gpu_reset; then 1 person: hands"
    assert words.deeds(replace(REPAIR, ladder=(), people=1, skills=())) == "1 person"
    assert words.gravity(REPAIR) == "major, takes the GPU out"


def test_an_observed_fault_is_said_to_be_one() -> None:
    assert (words.remote(WORKLOAD), words.hands(WORKLOAD)) == ("nothing", "nobody")
    assert words.deeds(WORKLOAD) == "observed"
    assert words.gravity(replace(WORKLOAD, takes_out=Outage.NOTHING)) == "minor, takes nothing out"


def test_the_services_of_a_restart_are_named() -> None:
    page = replace(REPAIR, ladder=(RemoteAction.SERVICE_RESTART,), services=("a", "b"))
    assert words.remote(page) == "service_restart of a and b"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (replace(RULE, facts={"fatal": "yes"}), "if fatal is yes"),
        (replace(RULE, facts={"sub_code": "4|10"}), "if sub_code is 4 or 10"),
        (replace(RULE, facts={"series": ".* nvme|x"}), "if series is like `.* nvme|x`"),
        (replace(RULE, facts={"ecc_bits": ".+"}), "if ecc_bits is not empty"),
        (replace(RULE, facts={"other_bits": ""}), "if other_bits is empty"),
        (replace(RULE, repeats=2), "if 2 come within 24 h"),
        (
            replace(RULE, repeats=3, within_hours=48, same=("gpc", "tpc")),
            "if 3 come within 48 h with the same gpc and tpc",
        ),
        (replace(RULE, beside=("xid:63", "xid:64")), "if xid:63 or xid:64 comes with it"),
        (
            replace(RULE, facts={"fatal": "no"}, repeats=2),
            "if fatal is no and 2 come within 24 h",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_rule_is_said_in_one_line(rule: When, said: str) -> None:
    assert words.condition(rule) == said


def test_the_chapters_are_the_28_classes_and_the_rest() -> None:
    numbers = [chapter.number for chapter in CHAPTERS.values()]
    assert numbers == [*range(1, 29), None]
    assert CHAPTERS[FailureClass.OFF_BUS].heading == "7. Off the bus"
    assert CHAPTERS[FailureClass.UNKNOWN].heading == "Everything else"


def test_a_page_is_handed_out_with_its_record_steps_and_prose() -> None:
    text = handout(replace(REPAIR, when=(replace(RULE, repeats=2),), body="## Meaning\n\nWords.\n"))
    assert text.startswith(
        "# Row remap failed\n\n- **Id**: row-remap-failure, reviewed on 2026-11-24\n"
    )
    assert "- **Class**: 3. Row remaps\n" in text
    assert "- **Takes**: 30 min, 60 at the 90th percentile\n" in text
    assert "- **xid:74 becomes gpu-suspect** if 2 come within 24 h\n" in text
    assert "\n## Steps\n\n1. **hands**, 20 min: Swap the card\n2. " in text
    assert text.endswith("\n\n## Meaning\n\nWords.\n")


def test_a_page_without_signals_says_how_it_is_reached() -> None:
    assert "- **Answers to**: what other pages hand on\n" in handout(replace(REPAIR, signals=()))


def test_an_observed_page_is_handed_out_without_steps() -> None:
    text = handout(WORKLOAD)
    assert "## Steps" not in text
    assert "- **Takes**" not in text
