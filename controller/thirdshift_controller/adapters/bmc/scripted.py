"""BMCs without a world behind them: they show what a script says. For tests and trials."""

from __future__ import annotations

from dataclasses import dataclass, field

from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.management import BmcReading, BmcUnreachable


@dataclass
class ScriptedBmcs:
    """Implements `intake.management.BmcReader`; a node without a reading is silent."""

    readings: dict[str, BmcReading] = field(default_factory=dict)

    def read(self, node: Node) -> BmcReading:
        """The scripted reading, or silence."""
        if node.name not in self.readings:
            raise BmcUnreachable(f"{node.bmc}: silent by script")
        return self.readings[node.name]

    def log_text(self, node: Node) -> str:
        """The scripted log, a line an entry."""
        return "".join(f"{entry.number} {entry.message}\n" for entry in self.read(node).log)
