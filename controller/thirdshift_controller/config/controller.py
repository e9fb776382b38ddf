"""`controller.toml`: how the controller runs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from thirdshift_controller.address import Address
from thirdshift_controller.config.agents import AgentsTable
from thirdshift_controller.config.bmc import BmcTable
from thirdshift_controller.config.budget import BudgetTable
from thirdshift_controller.config.catalogue import CatalogueTable
from thirdshift_controller.config.errors import ConfigError
from thirdshift_controller.config.evidence import EvidenceTable
from thirdshift_controller.config.handoff import HandoffTable
from thirdshift_controller.config.mail import MailTable
from thirdshift_controller.config.scheduler import SchedulerTable
from thirdshift_controller.config.source import (
    Beside,
    Count,
    Seconds,
    Table,
    beside,
    existing,
    read_toml,
)

DATABASE_VARIABLE = "THIRDSHIFT_DATABASE"
LISTEN_VARIABLE = "THIRDSHIFT_LISTEN"
_SQLITE_FILE = "sqlite:///"


def _address(value: object) -> Address:
    if isinstance(value, Address):
        return value
    return Address.parse(str(value))


def _database(url: str, info: ValidationInfo) -> str:
    """SQLite's file beside the file that names it; the store says what it cannot open."""
    file = url.removeprefix(_SQLITE_FILE)
    if file in (url, "", ":memory:"):
        return url
    return f"{_SQLITE_FILE}{beside(Path(file), info)}"


Listen = Annotated[Address, BeforeValidator(_address)]
Database = Annotated[str, Field(min_length=1), AfterValidator(_database)]


class Mode(StrEnum):
    """How far the controller may go by itself."""

    ACT = "act"
    APPROVE = "approve"
    """Each attempt waits for a lead's yes."""
    DRY_RUN = "dry_run"
    OFF = "off"


class RemedyAdapter(StrEnum):
    """How a remote remedy reaches a node."""

    SSH = "ssh"
    SIMULATED = "simulated"


class PollingTable(Table):
    """How agents are read."""

    interval_seconds: Seconds = 5.0
    """Of the wall."""
    timeout_seconds: Seconds = 3.0
    """Of the wall."""
    silent_after_seconds: Seconds = 60.0
    """Of the site's clock."""
    workers: Count = 64
    """Agents that are read at one time; each that is dead takes one for a whole time-out."""


class TriageTable(Table):
    """How signals become incidents; spans of the site's clock."""

    burst_seconds: Seconds = 180.0
    quiet_seconds: Seconds = 900.0
    reopen_seconds: Seconds = 86_400.0
    """What comes back so soon after its close is the same incident, opened again."""


class RemediesTable(Table):
    """What may be tried from afar, and how it gets there."""

    mode: Mode = Mode.OFF
    adapter: RemedyAdapter = RemedyAdapter.SSH
    user: Annotated[str, Field(min_length=1)] = "thirdshift"
    key_file: Annotated[Beside, AfterValidator(existing)] | None = None
    """Without it the user's SSH agent is asked."""
    known_hosts_file: Annotated[Beside, AfterValidator(existing)] | None = None
    connect_timeout_seconds: Seconds = 5.0
    """Of the wall."""
    command_timeout_seconds: Seconds = 300.0
    """Of the wall; starting the fabric manager takes minutes."""
    attempts_per_rung: Count = 1

    @model_validator(mode="after")
    def _ssh_knows_its_hosts(self) -> Self:
        needed = self.mode is not Mode.OFF and self.adapter is RemedyAdapter.SSH
        if needed and self.known_hosts_file is None:
            raise ValueError(
                "known_hosts_file is missing; name the file with the nodes' SSH host keys"
            )
        return self


class ControllerFile(Table):
    """The whole file. Its relative paths have become paths beside it."""

    site: Beside = Path("site.toml")
    costs: Beside = Path("costs.toml")
    tokens: Beside = Path("tokens.toml")
    database: Database = "sqlite:///thirdshift.db"
    listen: Listen = Address("127.0.0.1", 8420)
    reports: Beside = Path("reports")
    closed: Beside = Path("closed")
    """Closed months; kept as long as books are."""
    polling: PollingTable = PollingTable()
    catalogue: CatalogueTable = CatalogueTable()
    triage: TriageTable = TriageTable()
    remedies: RemediesTable = RemediesTable()
    budget: BudgetTable = BudgetTable()
    scheduler: SchedulerTable = SchedulerTable()
    bmc: BmcTable = BmcTable()
    evidence: EvidenceTable = Field(default={}, validate_default=True)
    """An empty table, so that its folder, too, is beside the file."""
    agents: AgentsTable = AgentsTable()
    handoff: HandoffTable = HandoffTable()
    mail: MailTable | None = None


def load_controller(
    path: Path,
    environment: Mapping[str, str],
    database: str | None = None,
    listen: str | None = None,
) -> ControllerFile:
    """Read the file; a flag beats the environment, which beats the file. Raises `ConfigError`."""
    file = read_toml(path, ControllerFile)
    listen = listen or environment.get(LISTEN_VARIABLE)
    database = database or environment.get(DATABASE_VARIABLE)
    try:
        address = Address.parse(listen) if listen else file.listen
    except ValueError as error:
        raise ConfigError(f"--listen or {LISTEN_VARIABLE}: {error}") from None
    return file.model_copy(update={"listen": address, "database": database or file.database})
