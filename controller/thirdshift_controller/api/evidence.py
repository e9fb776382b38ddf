"""Evidence of an incident: the newest pack to download, or a new one."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse

from thirdshift_controller.api.common import Technician, Using, Viewer, number_of
from thirdshift_controller.wire import EvidencePack

router = APIRouter(prefix="/v1/incidents/{identifier}/evidence")


@router.get("")
def download(identifier: str, use: Using, _caller: Viewer) -> FileResponse:
    """The newest pack."""
    path = use.evidence.shelf.newest(number_of(identifier, "INC"))
    return FileResponse(path, media_type="application/gzip", filename=path.name)


@router.post("")
def collect(identifier: str, use: Using, _caller: Technician) -> EvidencePack:
    """Look at the node now; answers when the pack is written, which takes minutes."""
    row = use.evidence.collect(number_of(identifier, "INC"))
    return EvidencePack(
        incident=f"INC-{row.incident_id}",
        file=row.file,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        made_at=row.made_at,
        complete=row.complete,
    )
