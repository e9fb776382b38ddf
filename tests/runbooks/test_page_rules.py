"""A page that breaks a rule is refused with a sentence that names file, line, key and remedy."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thirdshift_runbooks.errors import RunbookError
from thirdshift_runbooks.page import (
    Estimate,
    FailureClass,
    Proof,
    RemoteAction,
    Step,
    StepKind,
    Unit,
)
from thirdshift_runbooks.parsing import parse
from thirdshift_runbooks.rules import kebab

RECORD = """\
id = "fan-stopped"
signals = ["xid:999", "fan:stopped"]
class = "fan"
component = "fan"
unit = "gpu"
severity = "minor"
disposition = "repair"
takes_out = "nothing"
ladder = ["drain", "gpu_reset"]
people = 1
skills = ["hands"]
parts = ["fan"]
safety = "Mind the blades."
reviewed_on = 2026-11-24

[estimate]
p50_minutes = 10
p90_minutes = 20

[proof]
soak_minutes = 10
remap_clear = true

[[steps]]
kind = "confirm"
text = "Look."
minutes = 1

[[steps]]
kind = "hands"
text = "Swap the fan."
minutes = 9
"""
PROSE = "".join(
    f"\n## {heading}\n\nWords.\n"
    for heading in ("Meaning", "Impact", "Diagnosis", "Mitigation", "Verification")
)
GOOD = f"# Fan stopped\n\n```toml\n{RECORD}```\n{PROSE}"
OBSERVED = 'disposition = "observe"'

BROKEN = [
    # the record as a whole
    ("```toml", "```yaml", ":1: no machine's part; open a ```toml block under the title"),
    ("people = 1", "people = 01", ":13: not TOML"),
    ("people = 1", "people = 1\npeople = 2", ":14: not TOML: Cannot overwrite a value"),
    ("people = 1", "people = " + "[" * 5000, "not TOML: it is nested too deeply"),
    ("people = 1", "people = 1" + "0" * 5000, "not TOML"),
    # keys
    ("severity", "severty", ":9: key 'severty': no such key; did you mean 'severity'?"),
    ("severity", "severty", ":4: key 'severity': it is missing; write a text in quotes"),
    ("parts = ", "zzz = 1\nparts = ", ":15: key 'zzz': no such key; the keys are class, comp"),
    ("[proof]", "[proff]", ":23: key 'proff': no such key; did you mean 'proof'?"),
    ("soak_minutes", "soak_minuts", ":24: key 'soak_minuts' of [proof]: no such key; did you"),
    ("minutes = 9", "minute = 9", ":35: key 'minute' of [[steps]]: no such key; did you mean"),
    ("minutes = 9", "", ":32: key 'minutes' of [[steps]]: it is missing; write a whole number"),
    ("reviewed_on = 2026-11-24\n", "", "key 'reviewed_on': it is missing; write a day such as"),
    # types
    ("people = 1", 'people = "1"', ":13: key 'people': it is str '1'; write a whole number"),
    ("people = 1", "people = true", "key 'people': it is bool True; write a whole number"),
    ("people = 1", "people = -1", "key 'people': it is -1; write a whole number of at least 0"),
    ("2026-11-24", "2026-11-24T00:00:00", "key 'reviewed_on': it is datetime"),
    ('["hands"]', '"hands"', ":14: key 'skills': it is str 'hands'; write a list of texts"),
    ('["hands"]', "[1]", "key 'skills': every item must be a text in quotes"),
    ('["hands"]', '["hands", "hands"]', "key 'skills': an item stands there twice"),
    ("remap_clear = true", "remap_clear = 1", ":25: key 'remap_clear' of [proof]: it is int 1"),
    ('"Mind the blades."', '" "', ":16: key 'safety': it is empty; write something"),
    ("[estimate]", "[[estimate]]", "key 'estimate': it is list"),
    ('class = "fan"', "", ":4: key 'class': it is missing; write a text in quotes"),
    ('unit = "gpu"', "", ":4: key 'unit': it is missing; write a text in quotes"),
    ("people = 1", "rma = 1\npeople = 1", ":13: key 'rma': it is int 1; write true or false"),
    # words
    ('class = "fan"', 'class = "fans"', ":6: key 'class': 'fans' is not known; did you mean 'fan'"),
    ('unit = "gpu"', 'unit = "gpus"', ":8: key 'unit': 'gpus' is not known; did you mean 'gpu'?"),
    ('"minor"', '"minro"', ":9: key 'severity': 'minro' is not known; did you mean 'minor'?"),
    ('"minor"', '"x"', "write one of critical, major, minor"),
    ('"gpu_reset"', '"gpu_rest"', ":12: key 'ladder': 'gpu_rest' is not known; did you mean"),
    ('kind = "hands"', 'kind = "hand"', ":33: key 'kind' of [[steps]]: 'hand' is not known"),
    # names
    ('"fan-stopped"', '"fan-broken"', ":4: key 'id': 'fan-broken' does not belong to the alert"),
    ('"xid:999"', '"xid:0999"', ":5: key 'signals': 'xid:0999' is no signal"),
    ('"xid:999"', '"Xid 999"', "key 'signals': 'Xid 999' is no signal; write one such as"),
    ("takes_out", 'explains = ["ecc"]\ntakes_out', "key 'explains': 'ecc' is no signal; write one"),
    ("takes_out", 'explains_beside = "*"\ntakes_out', "key 'explains_beside': it is str '*'"),
    ('"xid:999"', '"sxid:*"', "key 'signals': 'sxid:*' is no signal; write one such as"),
    ('"xid:999"', '"*"', ":5: key 'signals': '*' is all others; let it stand alone"),
    ('["xid:999", "fan:stopped"]', "[]", "key 'signals': no signal, so nothing leads here"),
    ("2026-11-24", "2026-11-25", ":17: key 'reviewed_on': 2026-11-25 is in the future"),
    # what a repair needs
    ("p50_minutes = 10", "p50_minutes = 30", ":21: key 'p90_minutes' of [estimate]: it is less"),
    (
        "[estimate]\np50_minutes = 10\np90_minutes = 20\n",
        "",
        "key 'estimate': a repair needs it; write [estimate]",
    ),
    ("[proof]\nsoak_minutes = 10\nremap_clear = true\n", "", "key 'proof': a repair needs it"),
    (RECORD[RECORD.index("[[steps]]") :], "", "key 'steps': a repair needs steps"),
    ("people = 1", "people = 0", "key 'people': a repair needs somebody; write at least 1"),
    # the ladder
    (
        '["drain", "gpu_reset"]',
        '["gpu_reset", "drain"]',
        ":12: key 'ladder': write each rung once, in this order: drain, service_restart, bmc_reset",
    ),
    ('["drain", "gpu_reset"]', '["drain", "drain"]', "key 'ladder': an item stands there twice"),
    *(
        (
            '["drain", "gpu_reset"]',
            f'["{rung}"]',
            "key 'ladder': a rung of it ends running work; begin with 'drain'",
        )
        for rung in ("gpu_reset", "fabric_reset", "driver_reload", "reboot", "power_cycle")
    ),
    (
        '["drain", "gpu_reset"]',
        '["service_restart"]',
        ":4: key 'services': name them exactly where the ladder has 'service_restart'",
    ),
    (
        "people = 1",
        'services = ["nvidia-fabricmanager"]\npeople = 1',
        ":13: key 'services': name them exactly where the ladder has 'service_restart'",
    ),
    ('unit = "gpu"', 'unit = "rack"', ":12: key 'ladder': nothing remote mends a whole rack"),
    ('unit = "gpu"', 'unit = "site"', ":12: key 'ladder': nothing remote mends a whole site"),
    ('unit = "gpu"', 'unit = "node"', ":12: key 'ladder': 'gpu_reset' is of one GPU; write 'fabr"),
    # what an observed fault has not
    ('disposition = "repair"', OBSERVED, ":12: key 'ladder': an observed fault has none"),
    ('disposition = "repair"', OBSERVED, ":27: key 'steps': an observed fault has none"),
    ('disposition = "repair"', OBSERVED, ":13: key 'people': an observed fault sends nobody"),
    (
        'disposition = "repair"\ntakes_out = "nothing"',
        OBSERVED + '\ntakes_out = "gpu"',
        ":11: key 'takes_out': an observed fault takes nothing out; write 'nothing'",
    ),
    # the prose
    ("# Fan stopped", "Fan stopped", ":1: no title; begin the page with '# '"),
    ("## Impact\n\nWords.\n", "", ":1: section '## Impact' is missing; write it"),
    ("## Impact\n\nWords.", "## Impact\n", ":42: section 'Impact' is empty; write it"),
    ("## Impact", "## Inpact", ":42: section 'Inpact' is not known; did you mean 'Impact'?"),
    ("## Impact", "## Meaning", ":1: section 'Meaning' stands there twice"),
    (PROSE, PROSE.replace("Meaning", "X").replace("Impact", "Meaning").replace("X", "Impact"),
     ":1: sections must come in this order: Meaning, Impact"),
]  # fmt: skip


def problems(text: str) -> str:
    with pytest.raises(RunbookError) as caught:
        parse("FanStopped.md", text, date(2026, 11, 24))
    assert all(line.startswith("FanStopped.md:") for line in str(caught.value).splitlines())
    return str(caught.value)


def test_a_good_page_is_read_whole() -> None:
    page = parse("FanStopped.md", GOOD, date(2026, 11, 24))
    assert (page.id, page.alert, page.title) == ("fan-stopped", "FanStopped", "Fan stopped")
    assert page.signals == ("xid:999", "fan:stopped")
    assert (page.explains, page.explains_beside) == ((), ())
    assert page.ladder == (RemoteAction.DRAIN, RemoteAction.GPU_RESET)
    assert (page.failure_class, page.unit) == (FailureClass.FAN, Unit.GPU)
    assert (page.when, page.services, page.rma) == ((), (), False)
    assert page.estimate == Estimate(p50_minutes=10, p90_minutes=20)
    assert page.proof == Proof(soak_minutes=10, remap_clear=True)
    assert page.steps[1] == Step(StepKind.HANDS, "Swap the fan.", 9)
    assert page.body.startswith("## Meaning\n")


@pytest.mark.parametrize(("good", "bad", "expected"), BROKEN, ids=[case[2] for case in BROKEN])
def test_a_broken_rule_is_named_with_its_line_and_remedy(
    good: str, bad: str, expected: str
) -> None:
    assert good in GOOD
    assert expected in problems(GOOD.replace(good, bad, 1))


@pytest.mark.parametrize(
    ("ladder", "services"),
    [
        ("[]", "[]"),
        ('["bmc_reset"]', "[]"),
        ('["drain"]', "[]"),
        ('["service_restart", "bmc_reset"]', '["nvidia-fabricmanager"]'),
        ('["drain", "gpu_reset", "reboot", "power_cycle"]', "[]"),
    ],
)
def test_a_ladder_may_begin_with_what_ends_no_work(ladder: str, services: str) -> None:
    rungs = f"{ladder}\nservices = {services}"
    page = parse("FanStopped.md", GOOD.replace('["drain", "gpu_reset"]', rungs))
    assert str([rung.value for rung in page.ladder]).replace("'", '"') == ladder


def test_a_signals_kind_may_be_of_several_words() -> None:
    text = GOOD.replace('"fan:stopped"', '"gpu_event:poison_fatal"')
    assert "gpu_event:poison_fatal" in parse("FanStopped.md", text).signals


def test_all_problems_of_a_page_are_told_at_once() -> None:
    text = GOOD.replace("severity", "severty").replace("people = 1", "people = 0")
    text = text.replace("## Impact", "## Inpact").replace("# Fan stopped", "Fan stopped")
    assert len(problems(text).splitlines()) == 6


def test_a_heading_inside_a_code_block_is_no_section() -> None:
    text = GOOD.replace("Words.", "```sh\n## not a section\n```", 1)
    assert "## not a section" in parse("FanStopped.md", text).body


def test_the_future_is_no_matter_where_the_day_is_not_told() -> None:
    assert parse("FanStopped.md", GOOD.replace("2026", "2999")).reviewed_on.year == 2999


@pytest.mark.parametrize(
    ("alert", "identifier"),
    [
        ("GpuFellOffBus", "gpu-fell-off-bus"),
        ("NvlinkError", "nvlink-error"),
        ("GSPTimeout", "gsp-timeout"),
        ("Xid79Seen", "xid-79-seen"),
    ],
)
def test_an_id_is_its_alerts_name_in_small_letters(alert: str, identifier: str) -> None:
    assert kebab(alert) == identifier


TOML_LIKE = st.text(alphabet='abit_[]{}="#.,:-+019 \n\r\t\\\'"eE∞', max_size=200)
KEYS = st.sampled_from(
    ["id", "steps", "proof", "estimate", "ladder", "people", "reviewed_on", "when", "facts"]
)
VALUES = st.sampled_from(["1", "true", "[]", "{}", "[1]", "[[]]", "{a=1}", '""', "1.5", "nan"])


def read_or_refused(text: str) -> bool:
    try:
        return parse("FanStopped.md", text).id == "fan-stopped"
    except RunbookError as error:
        return bool(error.problems)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), TOML_LIKE))
def test_no_text_breaks_the_reading_in_any_other_way(text: str) -> None:
    assert read_or_refused(text)
    assert read_or_refused(f"# T\n```toml\n{text}\n```\n{PROSE}")


@settings(max_examples=150, deadline=None)
@given(KEYS, VALUES, st.integers(0, RECORD.count("\n") - 1))
def test_no_value_of_a_wrong_shape_breaks_the_reading(key: str, value: str, at: int) -> None:
    lines = RECORD.splitlines()
    lines[at] = f"{key} = {value}"
    record = "\n".join(lines)
    assert read_or_refused(f"# T\n```toml\n{record}\n```\n{PROSE}")
