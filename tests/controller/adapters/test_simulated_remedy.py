"""The remedies of a simulated site and of a dry run."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from fakes.site import node
from servers.ports import free_port
from servers.process import answers, running
from thirdshift_controller.adapters.dry_run import DryRun
from thirdshift_controller.adapters.scripted import ScriptedRemedy
from thirdshift_controller.adapters.simulated import SimulatedRemedy
from thirdshift_controller.remedies.port import (
    RemedyNotStarted,
    RemedyOrder,
    RemedyOutcomeUnknown,
    RemedyResult,
)
from thirdshift_runbooks.page import RemoteAction


class Agent(BaseHTTPRequestHandler):
    """Answers as the test wants it, and keeps what it was asked."""

    status = 200
    body = b"{}"
    asked: tuple[str, Any] | None = None

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).asked = (self.path, json.loads(sent))
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Keep quiet."""


@contextmanager
def agent(status: int, body: bytes) -> Iterator[tuple[str, type[Agent]]]:
    handler = type("Told", (Agent,), {"status": status, "body": body})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/gpu-1", handler
        finally:
            server.shutdown()
            thread.join()


def order(agent: str) -> RemedyOrder:
    return RemedyOrder(
        node=replace(node("gpu-1"), agent=agent),
        action=RemoteAction.GPU_RESET,
        pci_address="00000000:3b:00.0",
        gpu_slot=3,
        key="INC-1/1",
    )


def remedy() -> SimulatedRemedy:
    return SimulatedRemedy(connect_timeout_seconds=20.0, command_timeout_seconds=20.0)


def test_the_simulated_node_is_asked_by_slot_and_action() -> None:
    with agent(200, b'{"ok": true, "output": "GPU reset"}') as (url, told):
        result = remedy().apply(order(url))
    assert told.asked == ("/gpu-1/sim/remedy", {"slot": 3, "action": "gpu_reset"})
    assert result == RemedyResult("simulated gpu_reset of GPU 3 on gpu-1", "GPU reset", 0)


def test_a_rung_that_concerns_the_node_names_no_gpu() -> None:
    with agent(200, b'{"ok": true, "output": "rebooting"}') as (url, told):
        asked = replace(order(url), action=RemoteAction.REBOOT, gpu_slot=None)
        result = remedy().apply(asked)
    assert told.asked == ("/gpu-1/sim/remedy", {"slot": None, "action": "reboot"})
    assert result.command == "simulated reboot of gpu-1"


def test_a_simulated_reset_that_does_not_help_is_a_failed_command() -> None:
    with agent(200, b'{"ok": false, "output": "still broken"}') as (url, _):
        result = remedy().apply(order(url))
    assert (result.exit_status, result.output) == (1, "still broken")


def test_the_shipped_simulation_understands_what_it_is_asked(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "nodes").write_text("gpu-1\n", encoding="utf-8")
    command = [
        *(sys.executable, "-m", "thirdshift_agent", "simulate", "--gpus=4"),
        f"--nodes-file={tmp_path / 'nodes'}",
        f"--listen=127.0.0.1:{port}",
        f"--state-dir={tmp_path / 'state'}",
    ]
    url = f"http://127.0.0.1:{port}/gpu-1"
    with running(command, tmp_path / "log", lambda: answers(f"{url}/v1/report")):
        result = remedy().apply(order(url))
        with pytest.raises(RemedyNotStarted, match="slot"):
            remedy().apply(replace(order(url), gpu_slot=99))
        outcomes = {rung: _outcome(url, rung) for rung in RemoteAction}
    assert outcomes.pop(RemoteAction.DRAIN) == "refused"
    assert set(outcomes.values()) == {"done"}
    assert result.exit_status == 0


def _outcome(url: str, rung: RemoteAction) -> str:
    try:
        result = remedy().apply(replace(order(url), action=rung))
    except RemedyNotStarted:
        return "refused"
    return "done" if result.exit_status == 0 else "failed"


def test_a_request_that_the_simulation_refuses_has_not_started() -> None:
    refusal = pytest.raises(RemedyNotStarted, match="no slot 3")
    with agent(404, b'{"error": "no slot 3"}') as (url, _), refusal:
        remedy().apply(order(url))


def test_a_simulation_that_is_not_there_has_not_started() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        nowhere = order(f"http://127.0.0.1:{deaf.getsockname()[1]}/gpu-1")
        with pytest.raises(RemedyNotStarted, match="is the simulation up"):
            remedy().apply(nowhere)


@pytest.mark.parametrize(("status", "body"), [(500, b"{}"), (200, b"{}"), (200, b"no JSON")])
def test_an_answer_that_makes_no_sense_leaves_the_outcome_unknown(status: int, body: bytes) -> None:
    with agent(status, body) as (url, _), pytest.raises(RemedyOutcomeUnknown):
        remedy().apply(order(url))


def test_a_dry_run_describes_and_never_acts() -> None:
    scripted = ScriptedRemedy([RemedyResult("", "", 0)])
    dry = DryRun(scripted)
    asked = order("http://gpu-1.example:9400")
    assert dry.describe(asked) == "gpu_reset 00000000:3b:00.0"
    with pytest.raises(RemedyNotStarted, match="dry run, nothing was sent: gpu_reset"):
        dry.apply(asked)
    assert scripted.orders == []
