"""Writes the simulated site's files, the same that a real site's owner writes by hand."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from thirdshift_controller.demo.plan import DemoPlan

PEOPLE = ("ana", "bo", "chen")
VISITOR = "you"
FILES = (
    "controller.toml",
    "site.toml",
    "costs.toml",
    "assets.csv",
    "exchange.csv",
    "power.toml",
    "tokens.toml",
)


@dataclass(frozen=True, slots=True)
class DemoNode:
    """One simulated node: where it stands and who serves its agent."""

    name: str
    row: str
    rack: str
    rack_unit: str
    port: int

    @property
    def agent(self) -> str:
        """Base URL of its agent."""
        return f"http://127.0.0.1:{self.port}/{self.name}"


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Where everything lies."""

    folder: Path
    nodes: tuple[DemoNode, ...]
    url: str

    @property
    def config(self) -> Path:
        """The controller's configuration."""
        return self.folder / "controller.toml"

    def token_file(self, name: str) -> Path:
        """The file that holds somebody's token."""
        return self.folder / f"{name}.token"

    def node_list(self, port: int) -> Path:
        """The names that the agent process on this port serves."""
        return self.folder / f"nodes-{port}.txt"


def write_files(folder: Path, plan: DemoPlan, port: int, agent_ports: Sequence[int]) -> DemoFiles:
    """Write the whole site into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files = DemoFiles(folder, tuple(_nodes(plan, agent_ports)), f"http://127.0.0.1:{port}")
    for name in (*PEOPLE, VISITOR, "alertmanager"):
        path = files.token_file(name)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24), encoding="utf-8")
    for agent_port in agent_ports:
        names = [node.name for node in files.nodes if node.port == agent_port]
        files.node_list(agent_port).write_text("\n".join(names) + "\n", encoding="utf-8")
    _render(files, {"plan": plan, "port": port, "nodes": files.nodes, "people": PEOPLE})
    return files


def _nodes(plan: DemoPlan, agent_ports: Sequence[int]) -> list[DemoNode]:
    places = [
        (row, rack, place)
        for row in range(1, plan.rows + 1)
        for rack in range(1, plan.racks_per_row + 1)
        for place in range(1, plan.nodes_per_rack + 1)
    ]
    return [
        DemoNode(
            name=f"gpu-{row}{rack:02}{place}",
            row=f"R{row:02}",
            rack=f"R{row:02}-{rack:02}",
            rack_unit=f"U{4 + 9 * (place - 1):02}",
            port=agent_ports[number % len(agent_ports)],
        )
        for number, (row, rack, place) in enumerate(places)
    ]


def _render(files: DemoFiles, facts: dict[str, object]) -> None:
    templates = Environment(
        loader=PackageLoader("thirdshift_controller.demo"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in FILES:
        text = templates.get_template(f"{name}.j2").render(facts)
        (files.folder / name).write_text(text, encoding="utf-8")
    (files.folder / "tokens.toml").chmod(0o600)
