"""How the intake reads an agent. `adapters/agent_http.py` implements it."""

from __future__ import annotations

from typing import Protocol

from thirdshift_agent.wire import Report
from thirdshift_controller.fleet.inventory import Node


class AgentUnreachable(Exception):  # noqa: N818 - a state of the world, not a fault of the program
    """The agent gave no usable report; the text says why."""

    def __init__(self, reason: str, refused: bool = False) -> None:
        """`refused`: it answers, but the two do not trust or do not understand each other."""
        super().__init__(reason)
        self.refused = refused


class AgentReader(Protocol):
    """Something that reads agents. Called from several threads at once."""

    def read(self, node: Node, after: int) -> Report:
        """The node's report with the signals after a sequence. Raises `AgentUnreachable`."""
        ...
