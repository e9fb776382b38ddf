"""NVIDIA's stock dashboard on a real Prometheus that reads a real agent: every panel has data."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from fakes.dcgm_files import stock
from servers.nvml_library import NvmlLibrary
from servers.ports import free_port
from servers.process import running, wait_for
from servers.prometheus import Prometheus, prometheus

BACKENDS = ("nvml", "simulated")
GPUS = 8
_VALUES = re.compile(r"label_values\((?P<metric>\w+), (?P<label>\w+)\)")
_SPECIAL = re.compile(r"[\\^$*+?.()|\[\]{}]")


@pytest.fixture(scope="module", params=BACKENDS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    folder, address = tmp_path_factory.mktemp("dcgm"), f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "thirdshift_agent", "run", f"--backend={request.param}"]
    command += [f"--listen={address}", f"--state-dir={folder / 'state'}", "--interval=0.2"]
    command += ["--node=gpu-0101", "--dcgm-names", "--activity", f"--kmsg={folder / 'kmsg'}"]
    (folder / "kmsg").touch()
    environment = NvmlLibrary(folder / "nvml").environment()
    with (
        running(command, folder / "agent.log", lambda: tells(address), environment),
        prometheus(folder, {"gpu-0101": address}) as server,
    ):
        wait_for(lambda: server.query("DCGM_FI_PROF_PIPE_TENSOR_ACTIVE"), "a scrape of it all")
        yield server


def tells(address: str) -> bool:
    """Whether the page is there, with what takes two reads to tell."""
    try:
        page = httpx.get(f"http://{address}/metrics", timeout=2.0).text
    except httpx.TransportError:
        return False
    return "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE{" in page


@pytest.fixture(scope="module")
def dashboard() -> Any:
    return json.loads(stock("dashboard.json"))


def expressions(dashboard: Any) -> dict[str, str]:
    """What each panel asks for, by its title."""
    return {
        panel["title"]: target["expr"]
        for panel in dashboard["panels"]
        for target in panel.get("targets", ())
    }


def choices(server: Prometheus, dashboard: Any) -> dict[str, list[str]]:
    """What each variable can be, as Grafana asks Prometheus for it."""
    found = {}
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            asked = _VALUES.fullmatch(variable["query"])
            assert asked is not None, variable["query"]
            samples = server.query(asked["metric"])
            found[variable["name"]] = sorted({each["metric"][asked["label"]] for each in samples})
    return found


def filled(expression: str, variables: dict[str, list[str]]) -> str:
    """The query that Grafana sends when all of each variable is chosen."""
    for name, values in variables.items():
        escaped = [_SPECIAL.sub(lambda found: f"\\\\{found[0]}", value) for value in values]
        everything = escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"
        expression = expression.replace(f"${name}", everything)
    assert "$" not in expression, expression
    return expression


def test_the_dashboards_variables_have_values(server: Prometheus, dashboard: Any) -> None:
    found = choices(server, dashboard)
    assert found.keys() == {"instance", "gpu"}
    assert found["gpu"] == [str(slot) for slot in range(GPUS)]
    assert len(found["instance"]) == 1


def test_every_panel_of_the_dashboard_shows_data(server: Prometheus, dashboard: Any) -> None:
    panels, variables = expressions(dashboard), choices(server, dashboard)
    told = {title: server.query(filled(query, variables)) for title, query in panels.items()}
    assert len(panels) == 8
    for title, query in panels.items():
        assert len(told[title]) == (1 if query.startswith(("avg(", "sum(")) else GPUS), title
        assert all(float(sample["value"][1]) >= 0 for sample in told[title]), title


def test_every_legend_of_the_dashboard_is_filled(server: Prometheus, dashboard: Any) -> None:
    variables = choices(server, dashboard)
    for panel in dashboard["panels"]:
        for target in panel.get("targets", ()):
            for label in re.findall(r"{{(\w+)}}", target["legendFormat"]):
                samples = server.query(filled(target["expr"], variables))
                assert all(sample["metric"].get(label) for sample in samples), panel["title"]


def test_one_gpu_can_be_chosen_alone(server: Prometheus, dashboard: Any) -> None:
    query = expressions(dashboard)["GPU Utilization"]
    (sample,) = server.query(filled(query, {**choices(server, dashboard), "gpu": ["3"]}))
    assert sample["metric"]["Hostname"] == "gpu-0101"
    assert sample["metric"]["device"] == "nvidia3"
    assert re.fullmatch(r"[0-9A-F]{8}:[0-9A-F]{2}:[0-9A-F]{2}\.0", sample["metric"]["pci_bus_id"])
