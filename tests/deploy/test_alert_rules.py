"""The shipped alerting files: each is accepted by its own tool and agrees with the catalogue.

To write the alerts for Xids anew: THIRDSHIFT_GOLDEN=write.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from deploy import xid_rules
from servers.process import need
from thirdshift_runbooks.catalogue import load
from thirdshift_runbooks.page import Disposition

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "rules"
TESTS = sorted(RULES.glob("*_test.yml"))
SHIPPED = sorted({*RULES.glob("*.yml")} - {*TESTS})
XIDS = RULES / xid_rules.FILE
STATES = [path for path in SHIPPED if path != XIDS]

CATALOGUE = load()
Rule = dict[str, Any]


def rules_in(path: Path) -> Iterator[Rule]:
    for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
        yield from group["rules"]


ALL_RULES = [rule for path in SHIPPED for rule in rules_in(path)]
ALERTS = [rule for rule in ALL_RULES if "alert" in rule]
STATE_ALERTS = [rule for path in STATES for rule in rules_in(path)]
TOLD: dict[str, set[str]] = defaultdict(set)
"""The signals with which each alert fires in the unit tests of states, by alert."""
for tested in TESTS:
    groups = yaml.safe_load(tested.read_text(encoding="utf-8"))["tests"]
    for case in (case for group in groups for case in group["alert_rule_test"]):
        for fired in case.get("exp_alerts", ()):
            TOLD[case["alertname"]].add(fired["exp_labels"]["signal"])

BY_FACTS = "the controller tells it from others by facts, repeats or company, which no metric has"
BY_THE_LOG = "only the kernel's log tells of it"
BY_ANOTHER = "its BMC's log, the scheduler or the building tells of it"
BY_US = "the controller itself finds it"
UNSEEN = {
    "agent-refuses-controller": BY_US,
    "cooling-lost": BY_ANOTHER,
    "cooling-took-nodes-along": BY_US,
    "cooling-unit-alarm": BY_ANOTHER,
    "driver-mismatch": BY_THE_LOG,
    "driver-took-nodes-along": BY_US,
    "external-remediation": BY_ANOTHER,
    "fabric-switch-error": BY_THE_LOG,
    "fabric-switch-fatal": BY_THE_LOG,
    "fabric-switch-hot": BY_THE_LOG,
    "failed-return": BY_US,
    "feed-lost": BY_ANOTHER,
    "feed-took-nodes-along": BY_US,
    "gpu-memory-unreliable": BY_FACTS,
    "gpu-suspect": BY_FACTS,
    "kernel-crashed": BY_THE_LOG,
    "leak-detected": BY_ANOTHER,
    "leak-suspected": BY_ANOTHER,
    "lemon-node": BY_US,
    "node-straggling": BY_ANOTHER,
    "nvlink-connector": BY_FACTS,
    "power-input-lost": BY_ANOTHER,
    "processor-error": BY_ANOTHER,
    "rack-took-nodes-along": BY_US,
    "scheduler-gave-up-node": BY_ANOTHER,
    "site-took-nodes-along": BY_US,
    "switch-took-nodes-along": BY_US,
    "thermal-trip": BY_ANOTHER,
}
"""Repairs without an alert, and why."""


def run(*command: str, cwd: Path = DEPLOY) -> None:
    """Run a server's own tool. Fails with what it said."""
    arguments = [need(command[0]), *command[1:]]
    done = subprocess.run(arguments, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def named(rule: Rule) -> str:
    return f"{rule['alert']} {rule['labels']['signal']}" if "alert" in rule else str(rule["record"])


def test_the_alerts_for_xids_are_those_that_the_catalogue_makes() -> None:
    made = xid_rules.rules(CATALOGUE)
    if os.environ.get("THIRDSHIFT_GOLDEN") == "write":
        XIDS.write_text(made, encoding="utf-8")
    assert XIDS.read_text(encoding="utf-8") == made, "write it anew: THIRDSHIFT_GOLDEN=write"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_prometheus_accepts_the_rules(path: Path) -> None:
    run("promtool", "check", "rules", path.name, cwd=RULES)


@pytest.mark.parametrize("path", STATES, ids=lambda path: path.name)
def test_every_state_fires_its_alert_and_no_other_as_its_unit_test_says(path: Path) -> None:
    run("promtool", "test", "rules", f"{path.stem}_test.yml", cwd=RULES)


def test_every_xid_fires_the_alert_of_its_page_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "test.yml").write_text(xid_rules.unit_tests(CATALOGUE, XIDS), encoding="utf-8")
    run("promtool", "test", "rules", "test.yml", cwd=tmp_path)


def test_alertmanager_accepts_its_file() -> None:
    run("amtool", "check-config", "alertmanager/alertmanager.yml")


@pytest.mark.parametrize("name", ["prometheus.yml", "prometheus-tls.yml"])
def test_prometheus_is_told_of_every_file_of_rules_and_of_no_test(name: str) -> None:
    config = yaml.safe_load((RULES.parent / name).read_text(encoding="utf-8"))
    assert sorted(config["rule_files"]) == [f"rules/{path.name}" for path in SHIPPED]


@pytest.mark.parametrize("rule", ALL_RULES, ids=named)
def test_every_expression_parses(rule: Rule) -> None:
    assert promql_parser.parse(rule["expr"]) is not None


def test_every_repair_has_an_alert_or_a_reason_why_it_cannot_have_one() -> None:
    alerts = {rule["alert"] for rule in ALERTS}
    repairs = [page for page in CATALOGUE.pages if page.disposition is Disposition.REPAIR]
    assert {page.id for page in repairs if page.alert not in alerts} == UNSEEN.keys()
    assert all(CATALOGUE.by_alert(alert) for alert in alerts)


@pytest.mark.parametrize("rule", ALERTS, ids=named)
def test_an_alert_carries_its_pages_severity_and_address(rule: Rule) -> None:
    page = CATALOGUE.by_alert(rule["alert"])
    assert page is not None
    assert rule["labels"].keys() == {"severity", "signal"}
    assert rule["labels"]["severity"] == page.severity
    assert rule["annotations"]["runbook_url"].endswith(f"/v1/runbooks/{page.id}")
    assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}


@pytest.mark.parametrize("rule", STATE_ALERTS, ids=named)
def test_an_alert_means_a_signal_that_its_page_answers_to_and_is_tested(rule: Rule) -> None:
    alert, signal = rule["alert"], rule["labels"]["signal"]
    assert CATALOGUE.for_signal(signal).alert == alert
    assert signal in TOLD[alert]


def test_a_count_is_left_to_the_xids_whose_pages_explain_it() -> None:
    for code in ("uncorrected_dram", "uncorrected_sram"):
        (rule,) = (one for one in STATE_ALERTS if one["labels"]["signal"] == f"ecc:{code}")
        left = re.search(r'code=~"([\d|]+)"', rule["expr"])
        assert left is not None
        explaining = (page for page in CATALOGUE.pages if f"ecc:{code}" in page.explains)
        xids = (signal.partition("xid:")[2] for page in explaining for signal in page.signals)
        assert set(left[1].split("|")) == {xid for xid in xids if xid}
