"""A controller over a scripted site: real stages, real SQLite, shipped fakes, a clock by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import update
from sqlmodel import Session, select

from fakes.node_hours import between
from fakes.roster import three_shifts
from fakes.site import small_site
from thirdshift_controller.adapters.scripted import ScriptedAgent, ScriptedAgents, ScriptedRemedy
from thirdshift_controller.config import BudgetTable, Caller, Mode
from thirdshift_controller.costs.usage.records import NodeHour
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.incidents.correlation import Correlation
from thirdshift_controller.incidents.lemons import Lemons
from thirdshift_controller.incidents.service import Patience, Triage
from thirdshift_controller.intake.keep import Keeper
from thirdshift_controller.intake.live import Live
from thirdshift_controller.intake.schedule import Scheduler
from thirdshift_controller.intake.sights import Sights
from thirdshift_controller.intake.sweep import Sweep
from thirdshift_controller.loop import RepairLoop
from thirdshift_controller.remedies.budget import Limits, limits_of
from thirdshift_controller.remedies.decide import Decider
from thirdshift_controller.remedies.homecoming import Homecoming
from thirdshift_controller.remedies.plan import Rules
from thirdshift_controller.remedies.port import Remedy, RemedyOrder, RemedyResult
from thirdshift_controller.remedies.reserve import Reserver
from thirdshift_controller.remedies.service import Ladder
from thirdshift_controller.store import incidents, nodes, work_orders
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.migrate import migrate
from thirdshift_controller.store.tables import (
    AttemptRow,
    IncidentRow,
    NodeRow,
    PhaseRow,
    SignalRow,
    TimelineRow,
    WorkOrderRow,
)
from thirdshift_controller.workorders.bench import Bench
from thirdshift_controller.workorders.dispatch import Dispatch
from thirdshift_controller.workorders.verification import Verification
from thirdshift_runbooks.catalogue import Catalogue, load

T = TypeVar("T")
MONDAY_MORNING = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)
ALLOWANCE = timedelta(minutes=5)
PATIENCE = Patience(
    burst=timedelta(minutes=3), silence=timedelta(minutes=15), reopen=timedelta(hours=24)
)
ALL_IN_SECONDS = 60.0
"""Of the wall: what agents say at one time is kept together, however busy the machine is."""
LIMITS = limits_of(BudgetTable())
RULES = Rules(
    mode=Mode.ACT,
    attempts_per_rung=1,
    has_scheduler=False,
    jobs_may_die=False,
    drain_patience=timedelta(hours=4),
)


@dataclass
class HandClock:
    """A clock that a test moves."""

    instant: datetime = MONDAY_MORNING
    speed: float = 1.0

    def now(self) -> datetime:
        return self.instant

    def move(self, span: timedelta) -> None:
        self.instant += span


class AtOnce(Executor):
    """Runs what it is given before it goes on, so that a test sees the end."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class NoWitness:
    """Keeps nothing."""

    def look(self, incident_id: int) -> None:
        """Look away."""


class Died(BaseException):
    """Stands for kill -9: no handler of ours may catch it."""


@dataclass
class World:
    """Everything that a test turns and looks at."""

    store: Store
    clock: HandClock
    catalogue: Catalogue
    agents: ScriptedAgents
    remedy: ScriptedRemedy
    executor: ThreadPoolExecutor
    site: Site = field(default_factory=small_site)
    scheduler: Scheduler | None = None
    rules: Rules = RULES
    limits: Limits = LIMITS
    patience: Patience = PATIENCE
    silent_after: timedelta = timedelta(minutes=1)
    live: Live = field(default_factory=Live)

    def __post_init__(self) -> None:
        self.bench, self.sights = Bench(self.store), Sights(self.live)
        with self.store.write() as session:
            nodes.enlist(session, self.site.by_name, self.now)
        self.loop, self.sweep = self._loop(), self._sweep()

    @property
    def burst(self) -> timedelta:
        return self.patience.burst

    @property
    def silence(self) -> timedelta:
        return self.patience.silence

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def use(self, remedy: Remedy) -> None:
        """Act by another remedy from now on."""
        self.remedy = remedy  # type: ignore[assignment]
        self.loop = self._loop()

    def twin(self, store: Store) -> World:
        """Another controller of the same site, at the same time, with hands of its own."""
        remedy = ScriptedRemedy(list(self.remedy.answers))
        return replace(self, store=store, remedy=remedy, live=Live())

    def agent(self, name: str) -> ScriptedAgent:
        return self.agents.agents[name]

    def turn(self, after: timedelta = timedelta(seconds=5)) -> None:
        """Let time pass, read all agents, go around the loop once."""
        self.clock.move(after)
        self.agents.now = self.now
        self.sweep.run()
        self.loop.run()

    def soak(self, signal: str) -> timedelta:
        return timedelta(minutes=self.catalogue.for_signal(signal).proof.soak_minutes)

    def die_during_remedy(self) -> None:
        def die(order: RemedyOrder) -> RemedyResult:
            raise Died

        apply, self.remedy.apply = self.remedy.apply, die  # type: ignore[method-assign]
        with suppress(Died):
            self.loop.ladder.climb()
        self.remedy.apply = apply  # type: ignore[method-assign]

    def restart(self) -> None:
        self.live.snapshots.clear()
        self.live.silences.clear()
        self.sweep = self._sweep()
        self.loop.ladder.recover(alone=True)

    def work_through(self, caller: Caller) -> None:
        self.bench.acknowledge(1, caller, self.now)
        self.bench.start(1, caller, self.now)
        with self.store.read() as session:
            steps = work_orders.steps(session, [1])[1]
        for step in steps:
            self.bench.tick(1, step.number, True, None, caller, self.now)
        self.bench.close(1, "card swapped", caller, self.now)

    def incidents(self) -> list[IncidentRow]:
        with self.store.read() as session:
            return list(session.exec(select(IncidentRow)))

    def only_incident(self) -> IncidentRow:
        (row,) = self.incidents()
        return row

    def orders(self) -> list[WorkOrderRow]:
        with self.store.read() as session:
            return list(work_orders.still_open(session))

    def attempts(self) -> list[AttemptRow]:
        with self.store.read() as session:
            return list(session.exec(select(AttemptRow)))

    def phases(self) -> list[PhaseRow]:
        with self.store.read() as session:
            return list(incidents.phases(session, [1]))

    def timeline(self) -> str:
        with self.store.read() as session:
            return "\n".join(row.text for row in session.exec(select(TimelineRow)))

    def hours(self) -> dict[str, NodeHour]:
        with self.store.read() as session:
            rows = between(session, MONDAY_MORNING, MONDAY_MORNING + timedelta(hours=1))
        return {row.node: row for row in rows}

    def everything(self) -> list[str]:
        with self.store.read() as session:
            tables = (SignalRow, IncidentRow, PhaseRow, TimelineRow, AttemptRow, WorkOrderRow)
            return [repr(row) for table in tables for row in _rows(session, table)]

    def forget_cursors(self) -> None:
        with self.store.write() as session:
            session.connection().execute(update(NodeRow).values(cursor=0))

    def _sweep(self) -> Sweep:
        return Sweep(
            store=self.store,
            site=self.site,
            reader=self.agents,
            executor=self.executor,
            keeper=Keeper(self.site, self.catalogue),
            live=self.live,
            clock=self.clock,
            silent_after=self.silent_after,
            started_at=self.now,
            moment_seconds=ALL_IN_SECONDS,
        )

    def _loop(self) -> RepairLoop:
        reserver = Reserver(
            decider=Decider(self.site, self.catalogue, self.live, self.rules, self.limits),
            remedy=self.remedy,
            burst=self.burst,
            allowance=ALLOWANCE,
        )
        shared = (self.store, self.site)
        return RepairLoop(
            clock=self.clock,
            triage=Triage(*shared, self.catalogue, self.patience, self.live),
            correlation=Correlation(*shared, self.catalogue, self.live, self.limits.cooldown),
            lemons=Lemons(self.store, self.catalogue, most_fixes=5),
            ladder=Ladder(
                store=self.store,
                reserver=reserver,
                remedy=self.remedy,
                scheduler=self.scheduler,
                witness=NoWitness(),
                executor=AtOnce(),
                clock=self.clock,
            ),
            homecoming=Homecoming(
                *shared, self.scheduler, self.remedy, AtOnce(), self.live, self.clock, ALLOWANCE
            ),
            dispatch=Dispatch(self.store, self.catalogue, three_shifts()),
            verification=Verification(*shared, self.catalogue, self.live),
        )


def _rows(session: Session, table: type) -> list[object]:
    return list(session.exec(select(table)))


@contextmanager
def started(folder: Path, store: Store | None = None, **parts: Any) -> Iterator[World]:
    """A world with every agent answering and a remedy that fails; `parts` are fields of it."""
    with ExitStack() as closing:
        store = store or Store(f"sqlite:///{folder / 'world.db'}")
        closing.callback(store.close)
        migrate(store)
        agents = {node.name: ScriptedAgent(node) for node in small_site().nodes()}
        world = World(
            store=store,
            clock=HandClock(),
            catalogue=load(),
            agents=ScriptedAgents(agents, MONDAY_MORNING),
            remedy=ScriptedRemedy([RemedyResult("reset", "GPU is lost", 15)]),
            executor=closing.enter_context(ThreadPoolExecutor(2)),
            **parts,
        )
        world.turn(timedelta(0))
        yield world
