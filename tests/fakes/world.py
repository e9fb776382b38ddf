"""A controller over a scripted site: real stages, real SQLite, shipped fakes, a clock by hand."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update
from sqlmodel import Session, select

from fakes.roster import three_shifts
from fakes.site import small_site
from thirdshift_controller.adapters.scripted import ScriptedAgent, ScriptedAgents, ScriptedRemedy
from thirdshift_controller.config import Caller, Mode
from thirdshift_controller.costs.usage import NodeHour
from thirdshift_controller.incidents.service import Triage
from thirdshift_controller.intake.keep import Keeper
from thirdshift_controller.intake.live import Live
from thirdshift_controller.intake.sweep import Sweep
from thirdshift_controller.loop import RepairLoop
from thirdshift_controller.remedies.port import RemedyOrder, RemedyResult
from thirdshift_controller.remedies.service import Ladder
from thirdshift_controller.store import incidents, nodes, usage, work_orders
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

MONDAY_MORNING = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)


@dataclass
class HandClock:
    """A clock that a test moves."""

    instant: datetime = MONDAY_MORNING
    speed: float = 1.0

    def now(self) -> datetime:
        return self.instant

    def move(self, span: timedelta) -> None:
        self.instant += span


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
    burst: timedelta = timedelta(minutes=3)
    silence: timedelta = timedelta(minutes=15)
    silent_after: timedelta = timedelta(minutes=1)
    live: Live = field(default_factory=Live)

    def __post_init__(self) -> None:
        self.site = small_site()
        self.bench = Bench(self.store)
        with self.store.write() as session:
            nodes.enlist(session, self.site.by_name, self.now)
        self.loop, self.sweep = self._loop(), self._sweep()

    @property
    def now(self) -> datetime:
        return self.clock.now()

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
        self.loop.ladder.recover()

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
            rows = usage.between(session, MONDAY_MORNING, MONDAY_MORNING + timedelta(hours=1))
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
        )

    def _loop(self) -> RepairLoop:
        ladder = Ladder(
            store=self.store,
            site=self.site,
            catalogue=self.catalogue,
            remedy=self.remedy,
            clock=self.clock,
            burst=self.burst,
            mode=Mode.ACT,
            attempts_per_rung=1,
        )
        return RepairLoop(
            clock=self.clock,
            triage=Triage(
                self.store, self.site, self.catalogue, self.burst, self.silence, self.live
            ),
            ladder=ladder,
            dispatch=Dispatch(self.store, self.catalogue, three_shifts()),
            verification=Verification(self.store, self.catalogue, self.live),
        )


def _rows(session: Session, table: type) -> list[object]:
    return list(session.exec(select(table)))


@contextmanager
def started(folder: Path) -> Iterator[World]:
    """A world with every agent answering and a remedy that fails."""
    with ExitStack() as closing:
        store = Store(f"sqlite:///{folder / 'world.db'}")
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
        )
        world.turn(timedelta(0))
        yield world
