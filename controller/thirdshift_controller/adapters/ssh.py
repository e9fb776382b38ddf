"""Acts on nodes over SSH. Implements `remedies.port.Remedy`.

Until the command is handed over, every failure is `RemedyNotStarted`; from then on only an exit
status ends the doubt.
"""

from __future__ import annotations

import shlex

from thirdshift_controller.adapters.commands import command_for
from thirdshift_controller.adapters.ssh_connection import (
    CutOff,
    NotReached,
    SshSettings,
    address_of_login,
    connected,
)
from thirdshift_controller.adapters.tail import Tail
from thirdshift_controller.remedies.port import (
    RemedyNotStarted,
    RemedyOrder,
    RemedyOutcomeUnknown,
    RemedyResult,
)

OUTPUT_KEPT_BYTES = 8192


class SshRemedy:
    """Runs allowed commands on nodes, each over a connection of its own."""

    def __init__(self, settings: SshSettings) -> None:
        self._settings = settings
        self._sent: set[str] = set()

    def describe(self, order: RemedyOrder) -> str:
        """The command and its node, or why there is none."""
        try:
            command = command_for(order)
            port, login = address_of_login(self._settings, order.node)
        except (RemedyNotStarted, NotReached) as refusal:
            return f"nothing: {refusal}"
        return shlex.join(["ssh", "-p", port, login, command])

    def apply(self, order: RemedyOrder) -> RemedyResult:
        """Run it to its end. Raises `RemedyNotStarted` or `RemedyOutcomeUnknown`."""
        command = command_for(order)
        if order.key in self._sent:
            raise RemedyNotStarted(f"{order.key} has been sent before; it is never sent twice")
        self._sent.add(order.key)
        output = Tail(OUTPUT_KEPT_BYTES)
        try:
            exit_status = self._run(order, command, output)
        except NotReached as refusal:
            self._sent.discard(order.key)
            raise RemedyNotStarted(str(refusal)) from refusal
        except CutOff as doubt:
            raise RemedyOutcomeUnknown(f"{doubt}\n{output}".rstrip()) from doubt
        return RemedyResult(self.describe(order), str(output), exit_status)

    def _run(self, order: RemedyOrder, command: str, output: Tail) -> int:
        with connected(self._settings, order.node) as connection:
            seconds = self._settings.command_timeout_seconds
            return connection.run(command, seconds, output.add)
