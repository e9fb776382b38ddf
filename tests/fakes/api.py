"""The real API over a scripted world, served on a real port."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread

import httpx
import uvicorn

from fakes.roster import three_shifts
from fakes.site_files import write_site
from fakes.world import World
from thirdshift_controller.adapters.scripted import ScriptedInspector
from thirdshift_controller.api.app import create_app
from thirdshift_controller.api.services import Services
from thirdshift_controller.config import Caller, TokenBook
from thirdshift_controller.incidents.holds import Holds
from thirdshift_controller.intake.alerts import AlertIntake
from thirdshift_controller.intake.sights import Sights
from thirdshift_controller.intake.takeover import Takeover
from thirdshift_controller.intake.webhook import SignalIntake
from thirdshift_controller.metrics import registry_of
from thirdshift_controller.remedies.approvals import Approvals
from thirdshift_controller.remedies.evidence import EvidenceRoom
from thirdshift_controller.remedies.inspection import Inspector
from thirdshift_controller.remedies.shelf import Shelf
from thirdshift_controller.reports.closed import ClosedMonths
from thirdshift_controller.reports.gather import FromStore
from thirdshift_controller.reports.opening import open_accounts
from thirdshift_controller.reports.service import MonthReports
from thirdshift_controller.wire import Role

TOKENS = {
    "token-of-ana-0001": Caller("ana", Role.TECHNICIAN, "ana"),
    "token-of-bo-00001": Caller("bo", Role.TECHNICIAN, "bo"),
    "token-of-lead-001": Caller("lead", Role.LEAD, None),
    "token-of-viewer-1": Caller("viewer", Role.VIEWER, None),
    "token-of-alerts-1": Caller("alertmanager", Role.ALERTS, None),
}


@contextmanager
def served(services: Services) -> Iterator[str]:
    """Serve the API until the block ends; gives its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(services), log_config=None))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def client_of(url: str, who: str) -> httpx.Client:
    """A client that carries somebody's token."""
    token = next(token for token, caller in TOKENS.items() if caller.name == who)
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=url, headers=headers, timeout=60.0)


def evidence_of(world: World, folder: Path, inspector: Inspector) -> EvidenceRoom:
    shelf = Shelf(world.store, folder / "evidence")
    return EvidenceRoom(shelf, world.site, world.live, world.clock, inspector, None)


def services_of(world: World, folder: Path, inspector: Inspector | None = None) -> Services:
    write_site(folder)
    accounts = open_accounts(folder / "costs.toml", world.site, three_shifts())
    return Services(
        store=world.store,
        site=world.site,
        roster=three_shifts(),
        catalogue=world.catalogue,
        sights=world.sights,
        clock=world.clock,
        tokens=TokenBook(TOKENS),
        bench=world.bench,
        holds=Holds(world.store, world.site),
        approvals=Approvals(world.store),
        lemons=world.loop.lemons,
        alerts=AlertIntake(world.store, world.site, world.catalogue),
        signals=SignalIntake(world.store, world.site),
        takeover=Takeover(world.store, world.site, world.catalogue),
        evidence=evidence_of(world, folder, inspector or ScriptedInspector()),
        reports=MonthReports(
            accounts,
            FromStore(world.store, world.catalogue),
            ClosedMonths(folder / "closed"),
            folder / "reports",
        ),
        metrics=registry_of(
            world.store, world.site, world.catalogue, Sights(world.live), world.clock
        ),
        stale_after=timedelta(minutes=1),
    )
