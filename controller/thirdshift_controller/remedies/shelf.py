"""Where evidence packs lie: one file an incident in one folder, its sum in the database."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from thirdshift_controller.config import ConfigError
from thirdshift_controller.disk import FOR_US, put
from thirdshift_controller.errors import ConflictError, NotFoundError
from thirdshift_controller.store import evidence, incidents
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import EvidenceRow, IncidentRow


@dataclass(frozen=True, slots=True)
class Shelf:
    """Keeps packs and gives them out again."""

    store: Store
    folder: Path

    def incident(self, incident_id: int) -> IncidentRow:
        """The incident that evidence is asked of. Raises `NotFoundError`."""
        with self.store.read() as session:
            row = incidents.by_id(session, incident_id)
        if row is None:
            raise NotFoundError(f"there is no incident INC-{incident_id}")
        return row

    def newest(self, incident_id: int) -> Path:
        """The pack of an incident. Raises `NotFoundError`."""
        self.incident(incident_id)
        path = self.path(incident_id)
        with self.store.read() as session:
            row = evidence.newest(session, incident_id)
        if row is None:
            raise NotFoundError(
                f"there is no evidence of INC-{incident_id} yet; "
                f"POST /v1/incidents/INC-{incident_id}/evidence collects it"
            )
        if not path.is_file():
            raise NotFoundError(f"{path} is gone, though it was kept on {row.made_at:%F %T} UTC")
        return path

    def path(self, incident_id: int) -> Path:
        """Where the pack lies, or would."""
        return self.folder / f"INC-{incident_id}.tar.gz"

    def prepare(self) -> None:
        """Make the folder and see that it can be written to. Raises `ConfigError`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            raise ConfigError(
                f"no evidence can be kept in {self.folder}: {error.strerror}; "
                "name a folder that can be written to as folder of [evidence] in controller.toml"
            ) from error

    def set_aside(self, incident_id: int, at: datetime) -> Path:
        """Keep the pack under another name. Raises `ConflictError` where the disk refuses."""
        path = self.path(incident_id)
        aside = path.with_name(f"INC-{incident_id}.until-{at:%Y%m%dT%H%M%SZ}.tar.gz")
        try:
            return path.rename(aside)
        except OSError as error:
            raise ConflictError(f"{path} cannot be set aside: {error.strerror}") from error

    def put(self, incident_id: int, pack: bytes, made_at: datetime, complete: bool) -> EvidenceRow:
        """Replace the pack, whole or not at all. Raises `ConflictError` where the disk refuses."""
        path = self.path(incident_id)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            put(path, pack, FOR_US)
        except OSError as error:
            raise ConflictError(f"{path} cannot be written: {error.strerror}") from error
        row = EvidenceRow(
            incident_id=incident_id,
            file=path.name,
            sha256=hashlib.sha256(pack).hexdigest(),
            size_bytes=len(pack),
            made_at=made_at,
            complete=complete,
        )
        with self.store.write() as session:
            session.add(row)
        return row
