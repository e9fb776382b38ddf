"""What the controller's API publishes. The console and scripts import this and nothing else.

Standard library only, so that a console needs none of the controller's dependencies. Every
`*_at` is an aware UTC instant; `None` is unknown, never zero.

    GET  /v1/me                              Me
    GET  /v1/floor                           Floor
    GET  /v1/nodes/{name}                    NodeDetail
    GET  /v1/incidents?open=true             list[IncidentSummary], worst and oldest first
    GET  /v1/incidents/{id}                  IncidentDetail
    POST /v1/incidents/{id}/acknowledge      IncidentDetail
    POST /v1/incidents/{id}/let-jobs-die     IncidentDetail; body {"reason": "..."}
    POST /v1/incidents/{id}/attempts/{n}/approve   IncidentDetail
    POST /v1/incidents/{id}/attempts/{n}/decline   IncidentDetail; body {"reason": "..."}
    GET  /v1/holds                           list[Hold], those in force and those to come
    POST /v1/holds                           Hold; body {"scope", "scope_name", "reason",
                                             "from_at", "until_at"}; the last two may be left out
    POST /v1/holds/{id}/lift                 Hold; body {"reason": "..."}
    GET  /v1/pauses                          list[Pause]
    GET  /v1/remedies                        list[RungRecord]
    GET  /v1/incidents/{id}/evidence         the newest evidence pack, a .tar.gz
    POST /v1/incidents/{id}/evidence         EvidencePack, once it is written: that takes minutes
    GET  /v1/work-orders?open=true&assignee= list[WorkOrderSummary]
    GET  /v1/work-orders/{id}                WorkOrderDetail
    POST /v1/work-orders/{id}/acknowledge    WorkOrderDetail
    POST /v1/work-orders/{id}/start          WorkOrderDetail
    POST /v1/work-orders/{id}/steps/{n}      WorkOrderDetail; body {"done": true, "note": "..."}
    POST /v1/work-orders/{id}/close          WorkOrderDetail; body {"note": "..."}
    GET  /v1/runbooks/{id}                   Runbook
    GET  /v1/reports/{YYYY-MM}               MonthReport
    POST /v1/alerts                          Alertmanager's webhook, version 4

What other systems post and ask for is in `handoff.py`.

Each needs `Authorization: Bearer TOKEN`. A refusal is `{"detail": "<one sentence>"}` with 401
(no or wrong token), 403 (the role may not), 404, 409 (the state does not allow it) or 422.
Every POST may be repeated: a step that is done stays done, by whom and when it was done first.
"""

from __future__ import annotations

from thirdshift_controller.wire.floor import (
    Floor,
    GpuCell,
    GpuDetail,
    Me,
    NodeCell,
    NodeDetail,
    OnShift,
    RackCell,
    Release,
    RowCell,
    Schedule,
    Shell,
)
from thirdshift_controller.wire.hands_off import Hold, Pause
from thirdshift_controller.wire.incidents import (
    Attempt,
    EvidencePack,
    IncidentDetail,
    IncidentSummary,
    PhaseSpan,
    Runbook,
    RungRecord,
    SignalLine,
    TimelineEntry,
)
from thirdshift_controller.wire.reports import DowntimeLine, MonthReport
from thirdshift_controller.wire.words import (
    AttemptOutcome,
    CellState,
    IncidentState,
    Role,
    Scope,
    WorkOrderState,
)
from thirdshift_controller.wire.work import WorkOrderDetail, WorkOrderStep, WorkOrderSummary

__all__ = [
    "Attempt",
    "AttemptOutcome",
    "CellState",
    "DowntimeLine",
    "EvidencePack",
    "Floor",
    "GpuCell",
    "GpuDetail",
    "Hold",
    "IncidentDetail",
    "IncidentState",
    "IncidentSummary",
    "Me",
    "MonthReport",
    "NodeCell",
    "NodeDetail",
    "OnShift",
    "Pause",
    "PhaseSpan",
    "RackCell",
    "Release",
    "Role",
    "RowCell",
    "Runbook",
    "RungRecord",
    "Schedule",
    "Scope",
    "Shell",
    "SignalLine",
    "TimelineEntry",
    "WorkOrderDetail",
    "WorkOrderState",
    "WorkOrderStep",
    "WorkOrderSummary",
]
