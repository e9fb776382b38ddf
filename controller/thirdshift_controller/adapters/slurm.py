"""Slurm: where its nodes stand, who holds their GPUs, and the rungs drain and resume.

Not its jobs: none is ended.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from thirdshift_controller.adapters.draining import DrainingScheduler
from thirdshift_controller.adapters.slurm_commands import SlurmCommands
from thirdshift_controller.adapters.slurm_words import (
    JOBS_FORMAT,
    JOBS_STATES,
    read_holdings,
    read_jobs,
    read_nodes,
)
from thirdshift_controller.costs.usage.records import Holdings
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.schedule import ABSENT, NodeStanding, SchedulerUnreachable
from thirdshift_controller.remedies.port import RemedyOrder
from thirdshift_controller.remedies.scheduling import reason_of
from thirdshift_runbooks.page import RemoteAction

_DETAILS = ("--all", "--details", "show", "job")
_JOBS = ("--all", "--noheader", f"--states={JOBS_STATES}", f"--format={JOBS_FORMAT}")


class SlurmScheduler(DrainingScheduler):
    """Speaks through scontrol and squeue. Slurm keeps one reason a node: who drains first has it.

    It has no way to look and drain at once: whoever drains a node in that instant loses theirs.
    """

    def __init__(self, commands: SlurmCommands) -> None:
        self._commands = commands

    def standings(self, nodes: Sequence[Node]) -> Mapping[str, NodeStanding]:
        """Every node's standing by its name. Raises `SchedulerUnreachable`."""
        shown = self._commands.run("scontrol", "show", "node")
        try:
            jobs = read_jobs(self._commands.run("squeue", *_JOBS))
        except ValueError as error:
            raise SchedulerUnreachable(f"squeue names nodes in an unknown form: {error}") from error
        known = dict(read_nodes(shown, jobs))
        return {node.name: known.get(node.name, ABSENT) for node in nodes}

    def holdings(self, nodes: Sequence[Node]) -> Mapping[str, Holdings]:
        """GPUs of each node by Slurm's account. Raises `SchedulerUnreachable`."""
        try:
            held = read_holdings(self._commands.run("scontrol", *_DETAILS))
        except ValueError as error:
            raise SchedulerUnreachable(
                f"scontrol names nodes in an unknown form: {error}"
            ) from error
        return {node.name: held.get(node.name, {}) for node in nodes}

    def describe(self, order: RemedyOrder) -> str:
        """The command of scontrol."""
        return shlex.join(self._commands.line("scontrol", *_arguments(order)))

    def drain(self, order: RemedyOrder, found: NodeStanding) -> str:
        """Drain with our reason; a drain that is ours keeps the reason that it has."""
        if found.is_ours:
            return f"{order.node.name} is drained by us already: {found.reason}"
        self._commands.run("scontrol", *_arguments(order))
        running = f"; still running: {', '.join(found.jobs)}" if found.jobs else ""
        return f"{order.node.name} gets no new jobs{running}"

    def resume(self, order: RemedyOrder) -> str:
        """Return the node to service, also one that went down meanwhile."""
        self._commands.run("scontrol", *_arguments(order))
        return f"{order.node.name} may get jobs again"


def _arguments(order: RemedyOrder) -> tuple[str, ...]:
    update = ("update", f"nodename={order.node.name}")
    if order.action is RemoteAction.DRAIN:
        return (*update, "state=drain", f"reason={reason_of(order)}")
    return (*update, "state=resume")
