"""The queries of docs/workloads.md, asked of a real Prometheus that reads a page of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry, Gauge, start_http_server

from servers.process import wait_for
from servers.prometheus import Prometheus, prometheus
from thirdshift_agent.workloads import ROWS, Workload, WorkloadKind, readings
from thirdshift_agent.workloads.watch import GpuUse, Use

PAGE = Path(__file__).parents[3] / "docs" / "workloads.md"
IDENTITY = ("uuid", "slot")
WATTS = {"GPU-0": 600.0, "GPU-1": 500.0, "GPU-2": 400.0, "GPU-3": 70.0}
UTILISATION = {"GPU-0": 0.9, "GPU-1": 0.8, "GPU-2": 0.0, "GPU-3": 0.0}


def job(number: int, step: int, user: str) -> Workload:
    return Workload(WorkloadKind.SLURM, job_id=str(number), step_id=str(step), user=user)


POD = Workload(WorkloadKind.KUBERNETES, namespace="a", pod="train-0", container="main")
USES = {
    "GPU-0": GpuUse(2, (Use(job(7, 0, "ana"), 1, None), Use(job(7, 1, "ana"), 1, None))),
    "GPU-1": GpuUse(4, (Use(job(7, 0, "ana"), 1, None), Use(job(8, 0, "ben"), 3, None))),
    "GPU-2": GpuUse(1, (Use(POD, 1, None),)),
    "GPU-3": GpuUse(0, ()),
}


def queries() -> list[str]:
    """The page's, in order: its indented blocks."""
    blocks = PAGE.read_text(encoding="utf-8").split("\n\n")
    return [block for block in blocks if block.startswith("    ")]


def page() -> CollectorRegistry:
    registry = CollectorRegistry()
    for name, values in {"power_watts": WATTS, "utilisation_ratio": UTILISATION}.items():
        gauge = Gauge(f"thirdshift_gpu_{name}", name, IDENTITY, registry=registry)
        for uuid, value in values.items():
            gauge.labels(uuid, uuid[-1]).set(value)
    rows = {
        row.name: Gauge(
            f"thirdshift_gpu_{row.name}", row.help, (*IDENTITY, *row.labels), registry=registry
        )
        for row in ROWS
    }
    for uuid, use in USES.items():
        for (name, labels), value in readings(use).items():
            rows[name].labels(uuid, uuid[-1], *labels).set(value)
    return registry


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    http, thread = start_http_server(0, "127.0.0.1", page())
    try:
        agents = {"gpu01": f"127.0.0.1:{http.server_port}"}
        with prometheus(tmp_path_factory.mktemp("prometheus"), agents) as server:
            wait_for(lambda: server.query("thirdshift_gpu_power_watts"), "a first scrape")
            yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def watts(server: Prometheus, query: str, *labels: str) -> Mapping[tuple[str, ...], float]:
    return {
        tuple(sample["metric"][label] for label in labels): float(sample["value"][1])
        for sample in server.query(query)
    }


def test_watts_by_job_add_up_though_steps_and_jobs_share_gpus(server: Prometheus) -> None:
    by_job = watts(server, queries()[0], "job_id", "user")
    assert by_job == pytest.approx({("7", "ana"): 600 + 500 / 4, ("8", "ben"): 500 * 3 / 4})


def test_the_same_query_tells_watts_by_pod(server: Prometheus) -> None:
    query = queries()[0].replace('kind="slurm"', 'namespace!=""')
    by_pod = watts(server, query.replace("(job_id, user)", "(namespace, pod)"), "namespace", "pod")
    assert by_pod == pytest.approx({("a", "train-0"): 400.0})


def test_the_short_form_fails_where_a_gpu_is_shared_and_serves_where_none_is(
    server: Prometheus,
) -> None:
    short = queries()[1]
    with pytest.raises(httpx.HTTPStatusError):
        server.query(short)
    alone = short.replace('kind="slurm"', 'kind="slurm", job_id="8"')
    assert watts(server, alone, "job_id", "user") == {("8", "ben"): 500.0}


def test_gpus_that_are_held_and_idle_are_found(server: Prometheus) -> None:
    assert watts(server, queries()[2], "uuid", "pod") == {("GPU-2", "train-0"): 1.0}
