"""The files that describe a site, read and checked. `docs/site-files.md` shows each of them."""

from thirdshift_controller.config.agents import AgentsTable
from thirdshift_controller.config.budget import BudgetTable
from thirdshift_controller.config.controller import (
    ControllerFile,
    Mode,
    RemediesTable,
    RemedyAdapter,
    load_controller,
)
from thirdshift_controller.config.errors import ConfigError
from thirdshift_controller.config.handoff import EndpointTable, HandoffTable, NvsentinelTable
from thirdshift_controller.config.mail import MailTable
from thirdshift_controller.config.scheduler import SchedulerKind, SchedulerTable
from thirdshift_controller.config.site import load_site
from thirdshift_controller.config.source import Table, read_toml
from thirdshift_controller.config.tokens import Caller, TokenBook, load_tokens

__all__ = [
    "AgentsTable",
    "BudgetTable",
    "Caller",
    "ConfigError",
    "ControllerFile",
    "EndpointTable",
    "HandoffTable",
    "MailTable",
    "Mode",
    "NvsentinelTable",
    "RemediesTable",
    "RemedyAdapter",
    "SchedulerKind",
    "SchedulerTable",
    "Table",
    "TokenBook",
    "load_controller",
    "load_site",
    "load_tokens",
    "read_toml",
]
