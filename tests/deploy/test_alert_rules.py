"""The shipped alerting files: each is accepted by its own tool and agrees with the catalogue."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from servers.process import need
from thirdshift_runbooks.catalogue import load
from thirdshift_runbooks.rules import EVERYTHING_ELSE

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "rules" / "thirdshift.yml"
UNIT_TESTS = sorted(RULES.parent.glob("*_test.yml"))

CATALOGUE = load()
ALL_RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
ALERTS = {rule["alert"]: rule for rule in ALL_RULES if "alert" in rule}
TOLD: dict[str, set[str]] = defaultdict(set)
"""The signals with which each alert fires in the unit tests, by alert."""
for path in UNIT_TESTS:
    groups = yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]
    for case in (case for group in groups for case in group["alert_rule_test"]):
        for fired in case.get("exp_alerts", ()):
            TOLD[case["alertname"]].add(fired["exp_labels"]["signal"])
SEEN_BY_TELEMETRY = ("xid:", "gpu:", "node:", "psu:", EVERYTHING_ELSE)


@pytest.mark.parametrize(
    "command",
    [
        ["promtool", "check", "rules", "prometheus/rules/thirdshift.yml"],
        ["promtool", "test", "rules", "prometheus/rules/thirdshift_test.yml"],
        ["promtool", "test", "rules", "prometheus/rules/thirdshift_states_test.yml"],
        ["amtool", "check-config", "alertmanager/alertmanager.yml"],
    ],
    ids=lambda command: " ".join((command[0], Path(command[-1]).name)),
)
def test_the_servers_own_tools_accept_the_file(command: list[str]) -> None:
    done = subprocess.run(
        [need(command[0]), *command[1:]], cwd=DEPLOY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.get("alert") or rule["record"])
def test_every_expression_parses(rule: dict[str, Any]) -> None:
    assert promql_parser.parse(rule["expr"]) is not None


def test_every_alert_has_a_page_and_every_page_that_telemetry_can_see_an_alert() -> None:
    visible = {
        page.alert
        for page in CATALOGUE.pages
        if any(signal.startswith(SEEN_BY_TELEMETRY) for signal in page.signals)
    }
    assert ALERTS.keys() == visible


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_carries_its_pages_severity_and_address(alert: str) -> None:
    page, rule = CATALOGUE.by_alert(alert), ALERTS[alert]
    assert page is not None
    assert rule["labels"]["severity"] == page.severity
    assert rule["annotations"]["runbook_url"].endswith(f"/v1/runbooks/{page.id}")
    assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_means_signals_that_its_page_answers_to(alert: str) -> None:
    codes = re.findall(r'code=~?"([\d|]+)"\} < 900', ALERTS[alert]["expr"])
    meant = {f"xid:{code}" for code in "|".join(codes).split("|") if code} | TOLD[alert]
    assert {CATALOGUE.for_signal(name).alert for name in meant} == {alert}


@pytest.mark.parametrize("alert", ALERTS)
def test_every_signal_that_an_alert_may_carry_is_told_in_its_unit_test(alert: str) -> None:
    template = ALERTS[alert]["labels"]["signal"]
    written = re.findall(r"\w+:(?:\w+|\{\{ \$[^}]*\}\})+", template)
    shapes = [re.sub(r"\{\{[^}]*\}\}", r"\\w+", one) for one in written]
    assert shapes
    for shape in shapes:
        assert any(re.fullmatch(shape, signal) for signal in TOLD[alert]), shape
    assert all(any(re.fullmatch(shape, signal) for shape in shapes) for signal in TOLD[alert])


def test_the_alert_for_the_unknown_leaves_out_exactly_the_codes_that_have_a_page() -> None:
    excluded = re.search(r'code!~"([\d|]+)"', ALERTS["UnknownSignal"]["expr"])
    assert excluded is not None
    named = {
        signal.removeprefix("xid:")
        for page in CATALOGUE.pages
        for signal in page.signals
        if signal.startswith("xid:")
    }
    assert set(excluded[1].split("|")) == named
