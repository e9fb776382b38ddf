"""What must hold whatever happens: random fleets, faults, people, crashes and clocks that jump."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from fakes.guarded import Died, GuardedRemedy
from fakes.world import LIMITS, RULES, World, started
from thirdshift_controller.adapters.scripted_scheduler import ScriptedScheduler
from thirdshift_controller.config import Caller
from thirdshift_controller.fleet.scopes import scopes_of
from thirdshift_controller.incidents.holds import Holds, Wish
from thirdshift_controller.intake.schedule import Standing
from thirdshift_controller.remedies.port import (
    RemedyNotStarted,
    RemedyOutcomeUnknown,
    RemedyResult,
)
from thirdshift_controller.remedies.rungs import DISTURBS
from thirdshift_controller.store import holds, work_orders
from thirdshift_controller.wire import AttemptOutcome, IncidentState, Role, Scope

LEAD = Caller("lead", Role.LEAD, None)
NODES = st.sampled_from(["gpu-1", "gpu-2", "gpu-3", "gpu-4"])
SLOTS = st.integers(0, 7)
GPU_FAULTS = st.sampled_from(
    ["xid:79", "xid:48", "xid:64", "xid:95", "xid:119", "xid:31", "xid:94", "nvlink:down"]
)
NODE_FAULTS = st.sampled_from(["node:driver_mismatch", "fabric:manager_down", "disk:io_error"])
ENDINGS = st.sampled_from(
    [
        RemedyResult("done", "done", 0),
        RemedyResult("done", "Unable to reset", 15),
        RemedyNotStarted("no route to host"),
        RemedyOutcomeUnknown("cut off"),
    ]
)
TIGHT = replace(LIMITS, per_scope={Scope.SITE: 2, Scope.RACK: 1}, out_ratio=0.75)
IN_HANDS = {IncidentState.NEEDS_HANDS, IncidentState.IN_WORK, IncidentState.CLOSED}


class Fleet(RuleBasedStateMachine):
    """A site of two racks, its scheduler, its people, and a controller that may die."""

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()
        folder = Path(self.closing.enter_context(TemporaryDirectory()))
        scheduler = ScriptedScheduler()
        rules = replace(RULES, has_scheduler=True)
        self.world: World = self.closing.enter_context(
            started(folder, rules=rules, limits=TIGHT, scheduler=scheduler)
        )
        self.scheduler = scheduler
        self.remedy = GuardedRemedy(self.world.store, self.world.site, scheduler, self.world.clock)
        self.world.use(self.remedy)

    def teardown(self) -> None:
        self.every_incident_ends_somewhere()
        self.closing.close()

    @rule(node=NODES, slot=SLOTS, fault=GPU_FAULTS)
    def a_gpu_fails(self, node: str, slot: int, fault: str) -> None:
        agent = self.world.agent(node)
        agent.says(self.world.now, fault, slot)
        agent.changes[slot] = {"remap_failed": True}

    @rule(node=NODES, fault=NODE_FAULTS)
    def a_node_fails(self, node: str, fault: str) -> None:
        self.world.agent(node).says(self.world.now, fault, None)

    @rule(node=NODES)
    def a_node_falls_silent_or_answers(self, node: str) -> None:
        agent = self.world.agent(node)
        agent.answers = not agent.answers

    @rule(node=NODES)
    def a_node_is_well_again(self, node: str) -> None:
        self.world.agent(node).changes.clear()

    @rule(seconds=st.sampled_from([5, 60, 200, 900, 3700, 20_000]))
    def time_passes(self, seconds: int) -> None:
        with suppress(Died):
            self.world.turn(timedelta(seconds=seconds))

    @rule(seconds=st.sampled_from([-7200, -60, 30, 90_000]))
    def the_clock_jumps(self, seconds: int) -> None:
        self.world.clock.move(timedelta(seconds=seconds))

    @rule(node=NODES, jobs=st.lists(st.sampled_from(["11", "12"]), unique=True))
    def jobs_come_and_go(self, node: str, jobs: list[str]) -> None:
        now = self.scheduler.standing(node)
        new = jobs if now.standing is Standing.IN_SERVICE else [j for j in jobs if j in now.jobs]
        self.scheduler.run_jobs(node, *new)

    @rule()
    def the_scheduler_is_silent_or_speaks(self) -> None:
        self.scheduler.answers = not self.scheduler.answers

    @rule(ending=ENDINGS)
    def the_next_attempt_ends_so(self, ending: object) -> None:
        self.remedy.answers.append(ending)  # type: ignore[arg-type]

    @rule()
    def the_controller_will_die_in_its_next_attempt(self) -> None:
        self.remedy.dies = True

    @rule()
    def the_controller_starts_anew(self) -> None:
        self.world.restart()

    @rule(node=NODES, whole_rack=st.booleans())
    def somebody_holds(self, node: str, whole_rack: bool) -> None:
        rack = self.world.site.by_name[node].rack
        place = (Scope.RACK, rack) if whole_rack else (Scope.NODE, node)
        wish = Wish(place, "cable labels", self.world.now, None)
        Holds(self.world.store, self.world.site).place(wish, {}, LEAD, self.world.now)

    @rule()
    def somebody_lifts_all(self) -> None:
        with self.world.store.read() as session:
            standing = [row.id for row in holds.standing(session, self.world.now)]
        for number in standing:
            assert number is not None
            Holds(self.world.store, self.world.site).lift(number, "done", LEAD, self.world.now)

    @precondition(lambda self: self.world.orders())
    @rule(heals=st.booleans())
    def somebody_works_an_order(self, heals: bool) -> None:
        (order, *_) = self.world.orders()
        assert order.id is not None
        bench, now = self.world.bench, self.world.now
        bench.acknowledge(order.id, replace(LEAD, person="ana"), now)
        bench.start(order.id, LEAD, now)
        with self.world.store.read() as session:
            steps = work_orders.steps(session, [order.id])[order.id]
        for step in steps:
            bench.tick(order.id, step.number, True, None, LEAD, now)
        bench.close(order.id, None, LEAD, now)
        if heals:
            for agent in self.world.agents.agents.values():
                agent.changes.clear()

    @rule()
    def all_signals_are_told_again(self) -> None:
        self.world.sweep.run()
        before = self.world.everything()
        self.world.forget_cursors()
        self.world.sweep.run()
        assert self.world.everything() == before

    @invariant()
    def no_scope_is_ever_above_its_budget(self) -> None:
        made = [
            one
            for one in self.world.attempts()
            if one.action in DISTURBS and one.outcome is not AttemptOutcome.REFUSED
        ]
        for number, last in enumerate(made):
            since = last.reserved_at - TIGHT.window
            lately = {one.node for one in made[: number + 1] if one.reserved_at > since}
            for scope, most in TIGHT.per_scope.items():
                for place in self._places(scope):
                    inside = {name for name in lately if place in self._places_of(name)}
                    assert len(inside) <= most or last.node not in inside

    @invariant()
    def an_attempt_is_recorded_before_it_is_made(self) -> None:
        assert set(self.remedy.made) <= {one.key for one in self.world.attempts()}

    def every_incident_ends_somewhere(self) -> None:
        self.remedy.dies, self.remedy.answers = False, []
        self.world.restart()
        for agent in self.world.agents.agents.values():
            agent.answers = True
        for _ in range(60):
            self.world.turn(timedelta(hours=1))
        with self.world.store.read() as session:
            held = {row.scope_name for row in holds.in_force(session, self.world.now)}
        rows = {row.id: row for row in self.world.incidents()}
        for row in rows.values():
            cause = rows.get(row.parent_id, row)
            if row.state not in IN_HANDS and cause.state not in IN_HANDS - {IncidentState.CLOSED}:
                assert row.waits_for, (row.id, row.runbook, row.state)
                assert any(name in row.waits_for for name in held), (row.runbook, row.waits_for)
        assert not [
            one.key for one in self.world.attempts() if one.outcome is AttemptOutcome.RESERVED
        ]

    def _places(self, scope: Scope) -> set[tuple[Scope, str]]:
        every = (scopes_of(node, self.world.site, {}) for node in self.world.site.nodes())
        return {place for places in every for place in places if place[0] is scope}

    def _places_of(self, name: str) -> set[tuple[Scope, str]]:
        return set(scopes_of(self.world.site.by_name[name], self.world.site, {}))


Fleet.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestSafety = Fleet.TestCase
