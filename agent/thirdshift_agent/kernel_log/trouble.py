"""The kernel's own distress: memory ran out, a processor or task hangs, it oopsed or gave up."""

from __future__ import annotations

import re
from datetime import datetime

from thirdshift_agent.kernel_log.told import Part, Read, Shapes, facts_of, seen
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import SignalKind

BEGINNING = (
    r"Out of memory|Memory cgroup out of memory|oom-kill:|(?:NMI )?watchdog: |BUG: |"
    r"INFO: |rcu: |Kernel panic|Oops|kernel BUG|general protection|Internal error: "
)

_OOM_WHY = re.compile(
    r"oom-kill:constraint=(?P<constraint>\w{1,40}),.*?"
    r"(?:,oom_memcg=(?P<cgroup>[^,]{1,200}))?(?:,task_memcg=[^,]*)?"
    r",task=(?P<process>.{0,40}),pid=(?P<pid>\d{1,10}),uid=(?P<uid>\d{1,10})$"
)
_OOM = re.compile(
    r"(?P<scope>Out of memory|Memory cgroup out of memory)[^:]{0,60}: "
    r"Kill(?:ed)? process (?P<pid>\d{1,10}) \((?P<process>.{0,40}?)\)(?=[, ]|$)"
    r"(?:.*?anon-rss:(?P<anonymous_kib>\d{1,15})kB)?"
)
_SOFT = re.compile(
    r"(?:(?:NMI )?watchdog: )?BUG: soft lockup - CPU#(?P<cpu>\d{1,5}) stuck for "
    r"(?P<stuck_seconds>\d{1,9})s! \[(?P<process>.{0,40}):(?P<pid>\d{1,10})\]"
)
_HARD = re.compile(
    r"(?:NMI )?watchdog: (?:CPU\d{1,5}: )?Watchdog detected hard LOCKUP on cpu (?P<cpu>\d{1,5})"
)
_HUNG = re.compile(
    r"INFO: task (?P<process>.{0,40}):(?P<pid>\d{1,10}) blocked (?:in I/O wait )?for more than "
    r"(?P<blocked_seconds>\d{1,9}) seconds"
)
_RCU = re.compile(
    r"(?:rcu: )?INFO: (?P<flavour>\w{1,40}) (?:self-)?detected (?:expedited )?stalls? on "
    r"CPUs?(?:/tasks)?"
)
_RCU_MORE = re.compile(
    r"rcu: (?P<flavour>\w{1,40}) kthread (?:starved|timer wakeup didn't happen) for "
)
_PANIC = re.compile(r"Kernel panic - not syncing: (?P<reason>.{1,200})")
_BAD_ACCESS = re.compile(
    r"BUG: (?P<reason>unable to handle .{1,120}|kernel NULL pointer dereference.{0,120})|"
    r"kernel BUG at (?P<place>\S{1,200}?)!"
)
_OOPS = re.compile(
    r"(?:Internal error: )?Oops(?: - \w{1,20})?: (?P<reason>.{1,200})|"
    r"general protection fault(?P<where>.{0,200})"
)

_KERNEL = SignalKind.KERNEL


def _alone(code: str, rule: str, *facts: str) -> Read:
    def read(shape: re.Match[str], at: datetime) -> Observation:
        return seen(shape, at, (_KERNEL, code), rule, facts_of(shape, *facts))

    return read


def _step(step: int, code: str, rule: str, *facts: str) -> Read:
    def read(shape: re.Match[str], at: datetime) -> Part:
        told = seen(shape, at, (_KERNEL, code), rule, facts_of(shape, *facts))
        return Part(rule, step, shape.string, frozenset(), told)

    return read


def _oom_why(shape: re.Match[str], at: datetime) -> Part:
    facts = facts_of(shape, "constraint", "cgroup", "process", "pid", "uid")
    told = seen(shape, at, (_KERNEL, "oom_kill"), "oom", facts)
    return Part("oom", 0, shape.string, frozenset({shape["pid"]}), told)


def _oom(shape: re.Match[str], at: datetime) -> Part:
    facts = facts_of(shape, "process", "pid", "anonymous_kib")
    if anonymous := facts.pop("anonymous_kib", None):
        facts["anonymous_bytes"] = str(1024 * int(anonymous))
    told = seen(shape, at, (_KERNEL, "oom_kill"), "oom", facts)
    return Part("oom", 1, shape.string, frozenset({shape["pid"]}), told)


SHAPES: Shapes = (
    (_OOM_WHY, _oom_why),
    (_OOM, _oom),
    (_SOFT, _alone("soft_lockup", "soft_lockup", "cpu", "stuck_seconds", "process", "pid")),
    (_HARD, _alone("hard_lockup", "hard_lockup", "cpu")),
    (_HUNG, _alone("hung_task", "hung_task", "process", "pid", "blocked_seconds")),
    (_RCU, _step(0, "rcu_stall", "rcu", "flavour")),
    (_RCU_MORE, _step(1, "rcu_stall", "rcu", "flavour")),
    (_PANIC, _alone("panic", "panic", "reason")),
    (_BAD_ACCESS, _step(0, "oops", "oops", "reason", "place")),
    (_OOPS, _step(1, "oops", "oops", "reason", "where")),
)
