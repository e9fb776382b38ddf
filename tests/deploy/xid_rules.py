"""The alerts for Xids, made of the catalogue: an Xid is an alert of the page that answers to it.

`rules` is the shipped file. `unit_tests` is what `promtool test rules` is to find true of it, by
what Prometheus itself computes; both are made anew from the catalogue, neither from the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import yaml

from thirdshift_runbooks import words
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Disposition, Page

FILE = "thirdshift-xid.yml"
FIRED_SECONDS = 900
UNHEARD_OF = 999
"""A code that no page names."""

HEAD = f"""\
# Written by a test out of the fault catalogue: an alert for every page that answers to Xids, named
# like the page, with its severity. `signal` names the fault as the agent does, so that the
# controller joins the two; `runbook_url` is the controller's API: put its public address there.
#
# An Xid alerts from the gauge of its last time, not from the counter: a counter that appears with
# its first increment has not risen. As with the controller it is over {FIRED_SECONDS // 60} minutes
# after the last one. What a line says beyond the number, and repeats, are in no metric.
groups:
  - name: thirdshift-xid
    rules:
      - record: thirdshift:gpu_xid_age_seconds
        expr: time() - thirdshift_gpu_xid_last_timestamp_seconds
"""
UNIT = {"node": "n1", "uuid": "GPU-1", "slot": "3"}


def rules(catalogue: Catalogue) -> str:
    """The file of rules, whole."""
    named = [page for page in catalogue.pages if _codes(page)]
    every = sorted(code for page in named for code in _codes(page))
    alerts = [_rule(page, f'code=~"{_either(_codes(page))}"') for page in named]
    unknown = _rule(catalogue.unknown, f'code!~"{_either(every)}"')
    return "\n".join([HEAD, *alerts, unknown])


def unit_tests(catalogue: Catalogue, shipped: Path) -> str:
    """Every code comes two minutes in, fires at once its own page's alert and is over in time."""
    named = [(page, _codes(page)) for page in catalogue.pages if _codes(page)]
    told = [*named, (catalogue.unknown, [UNHEARD_OF])]
    series = [_series(code) for _, codes in told for code in codes]
    firing = {
        "expr": 'count(ALERTS{alertstate="firing"})',
        "eval_time": "16m45s",
        "exp_samples": [{"labels": "{}", "value": len(series)}],
    }
    test = {
        "interval": "1m",
        "input_series": series,
        "alert_rule_test": [case for page, codes in told for case in _cases(page, codes)],
        "promql_expr_test": [firing],
    }
    return yaml.safe_dump(
        {"rule_files": [str(shipped)], "evaluation_interval": "15s", "tests": [test]}
    )


def _codes(page: Page) -> list[int]:
    named = (signal.partition(":") for signal in page.signals)
    return sorted(int(code) for kind, _, code in named if kind == "xid")


def _either(codes: list[int]) -> str:
    return "|".join(map(str, codes))


def _rule(page: Page, codes: str) -> str:
    summary = _summary(page, *(f"{{{{ $labels.{name} }}}}" for name in ("slot", "node", "code")))
    return f"""\
      - alert: {page.alert}
        expr: thirdshift:gpu_xid_age_seconds{{{codes}}} < {FIRED_SECONDS}
        labels: {{severity: {page.severity}, signal: "xid:{{{{ $labels.code }}}}"}}
        annotations:
          summary: {json.dumps(summary)}
          description: {json.dumps(_description(page))}
          runbook_url: {_address(page)}
"""


def _summary(page: Page, slot: str, node: str, code: str) -> str:
    return f"GPU {slot} of {node}: {page.title} (Xid {code})"


def _description(page: Page) -> str:
    gravity = words.gravity(page)
    gravity = gravity[0].upper() + gravity[1:]
    if page.disposition is Disposition.OBSERVE:
        return f"{gravity}. Nothing to repair; it is shown and counted."
    return f"{gravity}. What is done: {words.deeds(page)}."


def _address(page: Page) -> str:
    return f"http://127.0.0.1:8420/v1/runbooks/{page.id}"


def _series(code: int) -> dict[str, str]:
    labels = ", ".join(f'{name}="{value}"' for name, value in {**UNIT, "code": code}.items())
    name = f"thirdshift_gpu_xid_last_timestamp_seconds{{{labels}}}"
    return {"series": name, "values": "_ _ 120x30"}


def _cases(page: Page, codes: list[int]) -> Iterator[dict[str, object]]:
    for quiet_at in ("1m45s", "17m"):
        yield {"eval_time": quiet_at, "alertname": page.alert}
    expected = [_expected(page, code) for code in codes]
    yield {"eval_time": "2m", "alertname": page.alert, "exp_alerts": expected}


def _expected(page: Page, code: int) -> dict[str, dict[str, str]]:
    labels = {"code": str(code), "severity": page.severity.value, "signal": f"xid:{code}"}
    notes = {
        "summary": _summary(page, "3", "n1", str(code)),
        "description": _description(page),
        "runbook_url": _address(page),
    }
    return {"exp_labels": {**UNIT, **labels}, "exp_annotations": notes}
