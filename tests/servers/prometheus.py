"""A real Prometheus with the shipped rules, told to look every second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from servers.ports import free_port
from servers.process import answers, running

SHIPPED = Path(__file__).parents[2] / "deploy" / "prometheus"


@dataclass(frozen=True, slots=True)
class Prometheus:
    """One that runs."""

    url: str

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The samples of an instant query."""
        return list(self._get("query", query=expression)["result"])

    def alerts(self) -> list[dict[str, Any]]:
        """Alerts that are pending or firing."""
        return list(self._get("alerts")["alerts"])

    def _get(self, path: str, **parameters: str) -> Any:
        answer = httpx.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=5.0)
        answer.raise_for_status()
        return answer.json()["data"]


@contextmanager
def prometheus(
    folder: Path,
    agents: Mapping[str, str],
    alertmanager: str | None = None,
    how: Mapping[str, Any] | None = None,
) -> Iterator[Prometheus]:
    """Run one that reads `agents` (node name to `host:port`) and tells `alertmanager`'s URL.

    `how` is what its job for agents says beside the shipped settings, such as `tls_config`.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        "prometheus",
        f"--config.file={_configure(folder, agents, alertmanager, how or {})}",
        f"--storage.tsdb.path={folder / 'prometheus-data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--web.external-url=http://prometheus.test/",
        "--web.route-prefix=/",
    ]
    with running(command, folder / "prometheus.log", lambda: answers(f"{url}/-/ready")):
        yield Prometheus(url)


def _configure(
    folder: Path, agents: Mapping[str, str], alertmanager: str | None, how: Mapping[str, Any]
) -> Path:
    """The shipped configuration, with this test's targets and an interval of a second."""
    config = yaml.safe_load((SHIPPED / "prometheus.yml").read_text(encoding="utf-8"))
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(SHIPPED / rules) for rules in config["rule_files"]]
    told = [] if alertmanager is None else [alertmanager.removeprefix("http://")]
    config["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": told}]}]
    config["scrape_configs"] = [{**_agents_job(config, folder, agents), **how}]
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def _agents_job(config: Any, folder: Path, agents: Mapping[str, str]) -> dict[str, Any]:
    targets = folder / "agents.yml"
    entries = [{"targets": [at], "labels": {"node": node}} for node, at in agents.items()]
    targets.write_text(yaml.safe_dump(entries), encoding="utf-8")
    jobs: list[dict[str, Any]] = config["scrape_configs"]
    job = next(job for job in jobs if job["job_name"] == "thirdshift-agent")
    return {**job, "file_sd_configs": [{"files": [str(targets)]}]}
