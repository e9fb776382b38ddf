"""The whole way of an alert through the real servers, with the shipped rules and routes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, start_http_server

from servers.alertmanager import alertmanager
from servers.process import wait_for
from servers.prometheus import prometheus
from servers.webhook import Webhook, webhook

NODE, UUID, SLOT = "gpu-0101", "GPU-b850f46d", "3"


@contextmanager
def agent_page() -> Iterator[tuple[str, Gauge]]:
    """An agent's metrics page before anything has happened, and the gauge of last Xids."""
    registry = CollectorRegistry()
    labels = ["uuid", "slot"]
    Gauge("thirdshift_gpu_present", "", labels, registry=registry).labels(UUID, SLOT).set(1)
    last = Gauge(
        "thirdshift_gpu_xid_last_timestamp_seconds", "", [*labels, "code"], registry=registry
    )
    server, thread = start_http_server(0, "127.0.0.1", registry)
    try:
        yield f"127.0.0.1:{server.server_port}", last
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def told(hook: Webhook, status: str) -> dict[str, str] | None:
    """The labels of the alert that was told with this status."""
    for posted in hook.posted:
        if posted.body["status"] == status:
            labels: dict[str, str] = posted.body["alerts"][0]["labels"]
            return labels
    return None


def test_an_xid_reaches_the_webhook_on_its_first_appearance_and_resolves(tmp_path: Path) -> None:
    with (
        webhook("/v1/alerts") as hook,
        alertmanager(tmp_path, hook.url, "secret") as told_by,
        agent_page() as (address, last),
        prometheus(tmp_path, {NODE: address}, told_by) as server,
    ):
        wait_for(lambda: server.query(f'up{{node="{NODE}"}} == 1'), "the first scrape")
        assert server.alerts() == []

        last.labels(UUID, SLOT, "79").set(time.time())
        labels = wait_for(lambda: told(hook, "firing"), "the firing message")
        assert (
            labels.items()
            >= {
                "alertname": "GpuFellOffBus",
                "severity": "critical",
                "signal": "xid:79",
                "node": NODE,
                "uuid": UUID,
                "slot": SLOT,
            }.items()
        )

        last.clear()
        wait_for(lambda: told(hook, "resolved"), "the resolved message")

    first = hook.posted[0]
    assert (first.path, first.authorization) == ("/v1/alerts", "Bearer secret")
    assert first.body["version"] == "4"
    assert first.body["groupLabels"] == {"node": NODE}
