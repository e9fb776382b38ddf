"""The active checks of one level, one after the other, within one span of time.

What a tool says counts only if it ended well: one that was stopped, or failed, passes nothing.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from thirdshift_agent.checks.check import Check, Outcome, Scene
from thirdshift_agent.checks.finding import Finding, Status, worst
from thirdshift_agent.checks.progress import Progress
from thirdshift_agent.checks.tools import Ran, run_together


@dataclass(slots=True)
class Results:
    """What the checks have found so far."""

    findings: list[Finding] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    tools: dict[str, str] = field(default_factory=dict)


def run_checks(
    checks: Sequence[Check],
    scene: Scene,
    timeout_seconds: float,
    environment: Mapping[str, str],
    progress: Progress,
) -> Results:
    """Run the checks that this node has the tools for; say of the others why not."""
    results, deadline = Results(), time.monotonic() + timeout_seconds
    for number, check in enumerate(checks, start=1):
        program = shutil.which(check.tool, path=environment.get("PATH"))
        seconds_left = deadline - time.monotonic()
        if program is None:
            results.skipped.append(f"{check.name}: {check.tool} is not installed")
        elif len(scene.gpus) < check.gpus_needed:
            results.skipped.append(f"{check.name}: needs {check.gpus_needed} GPUs")
        elif seconds_left <= 0:
            text = f"{check.name}: not begun, --timeout was over"
            results.findings.append(Finding(Status.UNKNOWN, text, check.name))
        else:
            progress.begin(check.name, number, len(checks))
            word = _run(check, program, scene, seconds_left, environment, progress, results)
            progress.end(word)
    if not results.findings:
        text = "no active test could run; install one of the tools named below"
        results.findings.append(Finding(Status.UNKNOWN, text, "active"))
    return results


def _run(
    check: Check,
    program: str,
    scene: Scene,
    seconds_left: float,
    environment: Mapping[str, str],
    progress: Progress,
    results: Results,
) -> str:
    began = time.monotonic()
    limit = min(check.limit_seconds, seconds_left)
    ran = run_together(check.commands(program, scene), limit, environment, progress.tick)
    outcome = check.read(ran, scene)
    if check.instead and not outcome.findings and not outcome.skipped and _ended(ran):
        limit = min(check.limit_seconds, max(0.0, seconds_left - time.monotonic() + began))
        ran = run_together(check.instead(program, scene), limit, environment, progress.tick)
        outcome = check.read(ran, scene)
    judged = judge(check, outcome, ran, limit < check.limit_seconds)
    seconds = sum(one.seconds for one in ran) / len(ran)
    results.findings += (replace(finding, seconds=seconds) for finding in judged)
    results.skipped += (f"{check.name}: {reason}" for reason in outcome.skipped)
    if outcome.version:
        named = check.name if Path(check.tool).is_absolute() else check.tool
        results.tools[named] = outcome.version
    return worst(finding.status for finding in judged).name if judged else "skipped"


def judge(check: Check, outcome: Outcome, ran: Sequence[Ran], hurried: bool) -> tuple[Finding, ...]:
    """Return what a check found, and what it means how its programs ended.

    `hurried`: the time left was less than the check's own limit, so that an end by the limit says
    nothing about the node.
    """
    bad = tuple(finding for finding in outcome.findings if finding.status is not Status.OK)
    stopped = next((one for one in ran if one.reason), None)
    failed = next((one for one in ran if one.exit_code), None)
    if stopped is not None:
        late = "did not end" in (stopped.reason or "") and not hurried
        status = Status.CRITICAL if late else Status.UNKNOWN
        return (*bad, Finding(status, f"{check.name}: {stopped.reason}", check.name))
    if outcome.skipped and not outcome.findings:
        return ()
    if failed is not None and not bad:
        text = f"{check.name}: exit status {failed.exit_code}, {failed.last_words}"
        return (Finding(Status.UNKNOWN, text, check.name),)
    if not outcome.findings:
        text = f"{check.name}: its output holds no result, {ran[0].last_words}"
        return (Finding(Status.UNKNOWN, text, check.name),)
    return outcome.findings


def _ended(ran: Sequence[Ran]) -> bool:
    return all(one.reason is None for one in ran)
