"""What to try next from afar, what to wait for, or why to send hands. Pure decisions.

The page's ladder is gone up in order. What the device itself asks for is the strongest hint: the
rungs below it are passed over, and it is tried even where the page does not name it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from thirdshift_controller.config import Mode
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.schedule import NodeStanding, Standing
from thirdshift_controller.remedies.rungs import ENDS_WORK, REFUSED_IN_USE, out_of_reach
from thirdshift_controller.remedies.tally import UNTRIED, Tallies
from thirdshift_controller.wire import AttemptOutcome
from thirdshift_runbooks.page import Page, RemoteAction


class Tried(Protocol):
    """What planning needs to know of an attempt that was made."""

    action: str
    outcome: AttemptOutcome
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class TryRung:
    """Make this attempt. `passed` says why gentler rungs were not tried, a sentence each."""

    action: RemoteAction
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing now; the sentence says for what. `drains`: for work to end."""

    reason: str
    drains: bool = False


@dataclass(frozen=True, slots=True)
class SendHands:
    """No remote rung is left; the sentence says why."""

    reason: str


Step = TryRung | Wait | SendHands


@dataclass(frozen=True, slots=True)
class Rules:
    """How far one may go: the site's settings."""

    mode: Mode
    attempts_per_rung: int
    has_scheduler: bool
    jobs_may_die: bool
    drain_patience: timedelta


@dataclass(frozen=True, slots=True)
class Case:
    """One incident that waits for the ladder."""

    page: Page
    node: Node
    pci_address: str | None
    asked: RemoteAction | None
    """The rung that the device asks for."""
    standing: NodeStanding | None
    """`None` where the scheduler has not said."""
    jobs_may_die: bool
    """Somebody said so for this incident."""
    begun_at: datetime
    tried: Sequence[Tried]


def plan(case: Case, rules: Rules, tallies: Tallies, now: datetime) -> Step:
    """Choose the first rung that has attempts left, can reach the node and has ever helped."""
    if not case.page.ladder:
        return SendHands("the runbook knows no remote remedy")
    if rules.mode is Mode.OFF:
        return SendHands("remote remedies are switched off")
    passed: list[str] = []
    for action in _rungs(case):
        if _made(case, action) >= rules.attempts_per_rung:
            continue
        if (why := _passed_over(case, action, rules, tallies)) is not None:
            passed += [why] if why else []
            continue
        return _when_quiet(case, action, rules, now) or TryRung(action, tuple(passed))
    over = "every remote rung has been tried" if case.tried else "no remote rung can be tried"
    return SendHands("; ".join([over, *passed]))


def _rungs(case: Case) -> Iterator[RemoteAction]:
    """The ladder, begun where the device asks for it."""
    order = list(RemoteAction)
    asked = case.asked if ENDS_WORK & {*case.page.ladder} else None
    wanted = {*case.page.ladder, *((RemoteAction.DRAIN, asked) if asked else ())}
    for action in order:
        too_gentle = asked and action in ENDS_WORK and order.index(action) < order.index(asked)
        if action in wanted and not too_gentle:
            yield action


def _made(case: Case, action: RemoteAction) -> int:
    return sum(attempt.action == action for attempt in case.tried)


def _passed_over(case: Case, action: RemoteAction, rules: Rules, tallies: Tallies) -> str | None:
    """Why a rung is left out; empty where that is a matter of course, `None` where it is not."""
    if action is RemoteAction.DRAIN:
        return "" if not rules.has_scheduler or _is_out(case.standing) else None
    if (why := out_of_reach(action, case.node, case.pci_address)) is not None:
        return why
    tally = tallies.get((case.page.id, action), UNTRIED)
    if tally.is_hopeless and action is not case.asked:
        return f"{action} hardly ever helps here ({tally})"
    may_die = rules.jobs_may_die or case.jobs_may_die
    if action in ENDS_WORK - REFUSED_IN_USE and not (rules.has_scheduler or may_die):
        return f"nobody can say whether jobs run on {case.node.name}, and {action} would end them"
    return None


def _is_out(standing: NodeStanding | None) -> bool:
    return standing is not None and standing.standing is not Standing.IN_SERVICE


def _when_quiet(case: Case, action: RemoteAction, rules: Rules, now: datetime) -> Step | None:
    """What stands between a node and the end of its work; `None` where nothing does."""
    if not rules.has_scheduler or action not in ENDS_WORK or case.jobs_may_die:
        return None
    hours = rules.drain_patience.total_seconds() / 3600
    if case.standing is None:
        if now - case.begun_at >= rules.drain_patience:
            return SendHands(f"the scheduler has not answered for {hours:g} h")
        return Wait("the scheduler to say whether jobs run there")
    jobs = ", ".join(case.standing.jobs)
    if not jobs and _is_out(case.standing):
        return None
    drained_at = _drained_at(case)
    if drained_at is None and not _is_out(case.standing):
        return SendHands("it could not be drained; a person must")
    if drained_at is not None and now - drained_at >= rules.drain_patience:
        what = f"jobs still run: {jobs}" if jobs else "it is still in service"
        return SendHands(f"{hours:g} h after the drain {what}; a person must decide")
    return Wait(f"jobs to end: {jobs}" if jobs else "the scheduler to drain it", drains=True)


def _drained_at(case: Case) -> datetime | None:
    drains = (one for one in case.tried if one.action == RemoteAction.DRAIN)
    good = (one.finished_at for one in drains if one.outcome is AttemptOutcome.SUCCEEDED)
    return next(good, None)
