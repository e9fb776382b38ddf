"""A rule that needs more than the signal's name: what it may ask for, and where it may lead."""

from __future__ import annotations

from datetime import date

import pytest

from fakes.page_files import page_text
from thirdshift_runbooks.errors import RunbookError
from thirdshift_runbooks.page import Page, When
from thirdshift_runbooks.parsing import parse

RULE = """\
[[when]]
signal = "xid:13"
becomes = "gpu-suspect"
facts = { gpc = "[0-7]", exception = "Illegal.*" }
repeats = 2
within_hours = 12
same = ["gpc", "tpc"]
beside = ["xid:48"]
"""
HEADER = page_text("any", rules=RULE).split(RULE)[0].count("\n") + 1
"""The line on which `[[when]]` stands."""
BROKEN = [
    ('"xid:13"', '"xid:31"', 1, "key 'signal' of [[when]]: 'xid:31' is none of the page's own"),
    ('"xid:13"', '"xid:*"', 1, "key 'signal' of [[when]]: 'xid:*' is none of the page's own"),
    ('"xid:13"', "13", 1, "key 'signal' of [[when]]: it is int 13"),
    ('signal = "xid:13"\n', "", 0, "key 'signal' of [[when]]: it is missing"),
    ('"gpu-suspect"', '"graphics-engine-exception"', 2, "key 'becomes' of [[when]]: it is this"),
    ('becomes = "gpu-suspect"\n', "", 0, "key 'becomes' of [[when]]: it is missing"),
    ('"[0-7]"', '"[0-7"', 3, "key 'facts' of [[when]]: 'gpc' must be a pattern in quotes, not"),
    ('"[0-7]"', "7", 3, "key 'facts' of [[when]]: 'gpc' must be a pattern in quotes, not 7"),
    ("repeats = 2", "repeats = 0", 4, "key 'repeats' of [[when]]: it is 0; write a whole number"),
    ("repeats = 2\n", "", 4, "key 'within_hours' of [[when]]: nothing is counted; write repeats"),
    ("repeats = 2\n", "", 5, "key 'same' of [[when]]: nothing is counted; write repeats = 2"),
    ('["xid:48"]', '["48"]', 7, "key 'beside' of [[when]]: '48' is no signal; write one such"),
    ('["xid:48"]', '["*"]', 7, "key 'beside' of [[when]]: '*' is no signal; write one such"),
    ("within_hours", "within_hour", 5, "key 'within_hour' of [[when]]: no such key; did you mean"),
    (RULE[RULE.index("facts") :], "", 0, "key 'facts' of [[when]]: the rule asks for nothing"),
]  # fmt: skip


def page(rules: str) -> Page:
    text = page_text("graphics-engine-exception", "xid:13", rules=rules)
    return parse("GraphicsEngineException.md", text, date.max)


def problems(rules: str) -> list[str]:
    with pytest.raises(RunbookError) as caught:
        page(rules)
    return str(caught.value).splitlines()


def test_a_rule_is_read_whole() -> None:
    assert page(RULE).when == (
        When(
            signal="xid:13",
            becomes="gpu-suspect",
            facts={"gpc": "[0-7]", "exception": "Illegal.*"},
            repeats=2,
            within_hours=12,
            same=("gpc", "tpc"),
            beside=("xid:48",),
        ),
    )


@pytest.mark.parametrize(
    "asked", ['facts = { gpc = "1" }', "repeats = 2", 'beside = ["xid:48"]'], ids=str
)
def test_one_condition_is_enough(asked: str) -> None:
    (rule,) = page(f'[[when]]\nsignal = "xid:13"\nbecomes = "gpu-suspect"\n{asked}\n').when
    assert rule.within_hours == 24


@pytest.mark.parametrize(("good", "bad", "line", "expected"), BROKEN, ids=[c[3] for c in BROKEN])
def test_a_broken_rule_is_named_with_its_line_and_remedy(
    good: str, bad: str, line: int, expected: str
) -> None:
    assert good in RULE
    found = problems(RULE.replace(good, bad, 1))
    assert any(
        one.startswith(f"GraphicsEngineException.md:{HEADER + line}: {expected}") for one in found
    ), found


def test_the_second_rule_is_named_by_its_own_line() -> None:
    (found,) = problems(RULE + RULE.replace("xid:13", "xid:31"))
    assert found.startswith(f"GraphicsEngineException.md:{HEADER + RULE.count(chr(10)) + 1}: ")


def unknown(signal: str) -> Page:
    rule = f'[[when]]\nsignal = "{signal}"\nbecomes = "gpu-suspect"\nrepeats = 2\n'
    return parse("UnknownSignal.md", page_text("unknown-signal", "*", rules=rule))


def test_the_page_for_all_others_has_rules_for_whole_kinds() -> None:
    (rule,) = unknown("sxid:*").when
    assert rule.hears("sxid:20034")
    assert not rule.hears("xid:79")


@pytest.mark.parametrize("signal", ["sxid:20034", "*", "sxid"])
def test_the_page_for_all_others_has_no_other_rules(signal: str) -> None:
    with pytest.raises(RunbookError, match=r"is no kind; on this page write one such as 'sxid:\*'"):
        unknown(signal)


def test_a_rule_hears_its_own_signal_alone() -> None:
    (rule,) = page(RULE).when
    assert rule.hears("xid:13")
    assert not rule.hears("xid:131")
