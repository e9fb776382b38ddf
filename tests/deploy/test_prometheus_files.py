"""The shipped Prometheus configurations: accepted by Prometheus, and of metrics that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from fakes.world import World
from servers.certificates import Authority
from servers.process import need
from thirdshift_agent.checks import last
from thirdshift_agent.collectors import own
from thirdshift_agent.collectors.gpu import ALL as GPU_COLLECTORS
from thirdshift_agent.collectors.gpu import presence
from thirdshift_agent.collectors.host import ALL as HOST_COLLECTORS
from thirdshift_agent.page.metrics import GPU_PREFIX, PREFIX, XID_ROWS
from thirdshift_controller.intake.sights import Sights
from thirdshift_controller.metrics.collector import SiteCollector

DEPLOY = Path(__file__).parents[2] / "deploy"
SHIPPED = DEPLOY / "prometheus"
PLAIN, LOCKED = "prometheus.yml", "prometheus-tls.yml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped folder, with the files that a site with locked doors puts there."""
    copy = tmp_path / "prometheus"
    shutil.copytree(SHIPPED, copy)
    Authority(copy, "agents-ca").issue("prometheus")
    (copy / "agents.token").write_text("token", encoding="utf-8")
    return copy


@pytest.mark.parametrize("name", [PLAIN, LOCKED])
def test_prometheus_accepts_the_configuration(folder: Path, name: str) -> None:
    command = [need("promtool"), "check", "config", str(folder / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout


def test_the_two_differ_in_how_agents_are_read_and_in_nothing_else() -> None:
    def jobs(config: dict[str, Any]) -> dict[str, dict[str, Any]]:
        return {job["job_name"]: job for job in config.pop("scrape_configs")}

    plain, locked = (
        yaml.safe_load((SHIPPED / name).read_text(encoding="utf-8")) for name in (PLAIN, LOCKED)
    )
    how = jobs(locked)
    locks = {key: how["thirdshift-agent"].pop(key) for key in ("scheme", "tls_config")}
    assert locks["scheme"] == "https"
    assert how["thirdshift-agent"].pop("authorization") == {"credentials_file": "agents.token"}
    assert (how, locked) == (jobs(plain), plain)


def test_every_metric_that_is_asked_for_is_one_of_ours(world: World) -> None:
    gpu = [*presence.ROWS, *XID_ROWS, *(row for each in GPU_COLLECTORS for row in each.rows)]
    node = [*own.ROWS, *last.ROWS, *(row for each in HOST_COLLECTORS for row in each.rows)]
    known = {PREFIX + row.name for row in node} | {GPU_PREFIX + row.name for row in gpu}
    sights = Sights(world.live)
    site = SiteCollector(world.store, world.site, sights, world.clock)
    known |= {metric.name for metric in site.collect()}
    asked = {
        name
        for path in DEPLOY.rglob("*.*")
        for name in re.findall(r"\bthirdshift_\w+", path.read_text(encoding="utf-8"))
    }
    assert len(asked) > 10
    assert asked - known == set()
