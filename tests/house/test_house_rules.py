"""The house keeps its rules, and each rule can fail."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable

import pytest

from house import rules
from house.sources import Module, module, modules

Rule = Callable[[Module], Iterable[str]]

STAGE = "controller/thirdshift_controller/incidents/triage.py"
BAD: list[tuple[Rule, str]] = [
    (rules.long_functions, "def f():\n" + "    x = 1\n" * 40),
    (rules.unfinished, "# TO" + "DO: later\n"),
    (rules.unfinished, "raise NotImplemented" + "Error\n"),
    (rules.broad_excepts, "def f():\n    try:\n        g()\n    except Exception:\n        pass\n"),
    (rules.broad_excepts, "try:\n    g()\nexcept:\n    pass\n"),
    (rules.broad_excepts, "try:\n    g()\nexcept (OSError, BaseException):\n    pass\n"),
    (rules.strayed_imports, "import paramiko.client\n"),
    (rules.strayed_imports, "def f():\n    from sqlmodel import Session, select\n"),
    (rules.own_time, "from datetime import datetime\nnow = datetime.now()\n"),
    (rules.own_time, "import time\nnow = time.time()\n"),
    (rules.missing_docstrings, "x = 1\n"),
]
GOOD = '''"""A stage."""
from sqlmodel import Session

def f(session: Session) -> None:
    """Do it."""
    try:
        g()
    except OSError:
        pass
    except BaseException:
        clean_up()
        raise
'''
RULES = list(dict.fromkeys(rule for rule, _ in BAD))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    offences = [offence for module in modules() for offence in rule(module)]
    assert not offences, "\n" + "\n".join(offences)


@pytest.mark.parametrize(("rule", "text"), BAD, ids=lambda value: getattr(value, "__name__", ""))
def test_the_rule_can_fail(rule: Rule, text: str) -> None:
    offences = list(rule(module(STAGE, text)))
    assert len(offences) == 1
    assert offences[0].startswith(STAGE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_what_is_good_is_left_alone(rule: Rule) -> None:
    assert list(rule(module(STAGE, GOOD))) == []


def test_every_exception_to_a_rule_is_still_needed() -> None:
    found = {
        (module.path, name)
        for module in modules()
        if module.is_source
        for name, _ in rules.catching_everything(module)
    }
    assert rules.SUPERVISORS.keys() == found, "remove from SUPERVISORS what catches no more"


def test_functions_stay_short_in_the_median() -> None:
    sizes = [
        rules.length(function)
        for module in modules()
        if module.is_source and not module.path.startswith(rules.MIGRATIONS)
        for function in module.functions()
    ]
    median = statistics.median(sizes)
    print(f"{len(sizes)} functions, median {median} lines, longest {max(sizes)}")  # noqa: T201
    assert median <= 10, "functions have grown: split the long ones"
