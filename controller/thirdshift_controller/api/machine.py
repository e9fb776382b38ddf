"""What other programs come for: Alertmanager's webhook, Prometheus' scrape, health, the month."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from thirdshift_controller.api.auth import exactly
from thirdshift_controller.api.common import Using, Viewer
from thirdshift_controller.config import Caller
from thirdshift_controller.intake.alerts import Message, Receipt
from thirdshift_controller.reports.formats import Format
from thirdshift_controller.wire import DowntimeLine, MonthReport, Role

router = APIRouter()


@router.post("/v1/alerts")
def alerts(
    message: Message,
    use: Using,
    _caller: Annotated[Caller, Depends(exactly(Role.ALERTS, Role.LEAD))],
) -> Receipt:
    """Take what Alertmanager delivers."""
    return use.alerts.receive(message, use.clock.now())


@router.get("/v1/reports/{month}")
def report(month: str, use: Using, _caller: Viewer) -> MonthReport:
    """Write the month as it stands and return it."""
    now = use.clock.now()
    figures = use.reports.figures(use.reports.month(month), now)
    shown = use.reports.write(figures, now, (Format.MARKDOWN, Format.HTML))
    return MonthReport(
        month=month,
        downtime=tuple(
            DowntimeLine(line.name, line.incidents, line.gpu_hours)
            for line in figures.downtime.by_runbook
        ),
        markdown=shown[0].read_text(encoding="utf-8"),
        html_path=str(shown[1]),
    )


@router.get("/healthz")
def healthz(use: Using) -> dict[str, str]:
    """Whether the database answers."""
    with use.store.read() as session:
        session.connection()
    return {"status": "ok"}


@router.get("/metrics")
def metrics(use: Using) -> Response:
    """The controller's own metrics."""
    return Response(generate_latest(use.metrics), media_type=CONTENT_TYPE_LATEST)
