"""All BMCs of the site behind our ports: `intake.management.BmcReader`, `remedies.port.Remedy`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from types import MappingProxyType
from urllib.parse import urlsplit

from thirdshift_controller.adapters.bmc.acts import power_cycle, restart_bmc
from thirdshift_controller.adapters.bmc.bmc import Bmc, Deed
from thirdshift_controller.adapters.bmc.ipmi import IpmiBmc
from thirdshift_controller.adapters.bmc.redfish import RedfishBmc
from thirdshift_controller.adapters.bmc.watch import Watch
from thirdshift_controller.address import address_of
from thirdshift_controller.config.bmc import BmcTable
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.management import BmcReading, BmcUnreachable
from thirdshift_controller.remedies.port import RemedyNotStarted, RemedyOrder, RemedyResult, Return
from thirdshift_runbooks.page import RemoteAction

_RUNGS: Mapping[RemoteAction | Return, tuple[Deed, Callable[[Bmc, Watch], str]]] = MappingProxyType(
    {
        RemoteAction.POWER_CYCLE: (Deed.CYCLE, power_cycle),
        RemoteAction.BMC_RESET: (Deed.RESTART_BMC, restart_bmc),
    }
)


class Bmcs:
    """Finds a node's BMC by its URL and keeps what it has open. Safe from several threads."""

    def __init__(self, table: BmcTable, watch: Watch | None = None) -> None:
        self._table, self._watch = table, watch or Watch(table.act_timeout_seconds)
        self._redfish: dict[str, RedfishBmc] = {}
        self._sent: set[str] = set()
        self._lock = Lock()

    def read(self, node: Node) -> BmcReading:
        """Look at the node's BMC. Raises `BmcUnreachable`."""
        return self._of(node).read()

    def log_text(self, node: Node) -> str:
        """Its whole event log as text. Raises `BmcUnreachable`."""
        return self._of(node).log_text()

    def describe(self, order: RemedyOrder) -> str:
        """The command that begins the rung, or why there is none."""
        try:
            deed, _ = _rung(order)
            return self._of(order.node).describe(deed)
        except (RemedyNotStarted, BmcUnreachable) as refusal:
            return f"nothing: {refusal}"

    def apply(self, order: RemedyOrder) -> RemedyResult:
        """Climb the rung to its end. Raises `RemedyNotStarted` or `RemedyOutcomeUnknown`."""
        _, climb = _rung(order)
        try:
            bmc = self._of(order.node)
        except BmcUnreachable as error:
            raise RemedyNotStarted(str(error)) from error
        with self._lock:
            if order.key in self._sent:
                raise RemedyNotStarted(f"{order.key} has been sent before; it is never sent twice")
            self._sent.add(order.key)
        return RemedyResult(self.describe(order), climb(bmc, self._watch), 0)

    def close(self) -> None:
        """End every session, since a BMC has only a few to give."""
        with ThreadPoolExecutor(self._table.workers) as executor:
            list(executor.map(RedfishBmc.close, self._redfish.values()))

    def _of(self, node: Node) -> Bmc:
        if node.bmc is None:
            raise BmcUnreachable(f"{node.name} has no bmc; give it one in the site file")
        if urlsplit(node.bmc).scheme == "ipmi":
            return IpmiBmc(address_of(node.bmc), self._table)
        with self._lock:
            if node.bmc not in self._redfish:
                self._redfish[node.bmc] = RedfishBmc(node.bmc, self._table)
            return self._redfish[node.bmc]


def _rung(order: RemedyOrder) -> tuple[Deed, Callable[[Bmc, Watch], str]]:
    if order.action not in _RUNGS:
        raise RemedyNotStarted(f"{order.action} is nothing that a BMC does")
    return _RUNGS[order.action]
