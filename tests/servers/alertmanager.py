"""A real Alertmanager with the shipped configuration, told to hurry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from servers.ports import free_port
from servers.process import answers, running

SHIPPED = Path(__file__).parents[2] / "deploy" / "alertmanager" / "alertmanager.yml"


@contextmanager
def alertmanager(folder: Path, webhook: str, token: str) -> Iterator[str]:
    """Run one that posts to `webhook` with a bearer token; gives its own URL."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        "prometheus-alertmanager",
        f"--config.file={_configure(folder, webhook, token)}",
        f"--storage.path={folder / 'alertmanager-data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--web.external-url=http://alertmanager.test/",
        "--web.route-prefix=/",
        "--cluster.listen-address=",
    ]
    with running(command, folder / "alertmanager.log", lambda: answers(f"{url}/-/ready")):
        yield url


def _configure(folder: Path, webhook: str, token: str) -> Path:
    """The shipped configuration, with this test's receiver and waits of a second."""
    config = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    config["route"] |= {"group_wait": "1s", "group_interval": "1s"}
    receiver = config["receivers"][0]["webhook_configs"][0]
    receiver["url"] = webhook
    secret = receiver["http_config"]["authorization"]["credentials_file"]
    (folder / secret).write_text(token, encoding="utf-8")
    path = folder / "alertmanager.yml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path
