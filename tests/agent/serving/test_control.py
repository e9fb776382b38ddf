"""The control socket: for those whom the node trusts, and for nobody on the port."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from fakes.node_clock import NodeClock
from thirdshift_agent.sampling.maintenance import Release, ReleaseError
from thirdshift_agent.serving import routes
from thirdshift_agent.serving.control import NAME, ControlRoutes, ControlServer
from thirdshift_agent.serving.control_client import NoAgentError, ask
from thirdshift_agent.serving.exchange import Answer, Request
from thirdshift_agent.serving.maintenance_routes import PATH, add_maintenance
from thirdshift_agent.serving.server import ListenError

CLOCK = NodeClock()
HOUR = {"release": True, "reason": "swap  GPU 3", "seconds": 3600}


@dataclass
class Scripted:
    """Lets go of the driver, or does not, as a test says."""

    refusal: str | None = None
    force: Release | None = None
    resumed: int = 0

    def release(self, reason: str, seconds: float) -> Release:
        if self.refusal:
            raise ReleaseError(self.refusal)
        now = CLOCK.now()
        self.force = Release(reason, now, now + timedelta(seconds=seconds))
        return self.force

    def resume(self) -> None:
        self.force, self.resumed = None, self.resumed + 1

    def released(self) -> Release | None:
        return self.force


@dataclass
class Control:
    """A socket that is answered on."""

    folder: Path
    node: Scripted = field(default_factory=Scripted)
    routes: ControlRoutes = field(default_factory=ControlRoutes)

    def __post_init__(self) -> None:
        add_maintenance(self.routes, self.node)

    @contextmanager
    def served(self) -> Iterator[ControlServer]:
        server = ControlServer(self.folder, self.routes)
        server.start()
        try:
            yield server
        finally:
            server.stop()

    def post(self, body: object) -> tuple[int, Any]:
        told = self.routes.answer(Request("POST", PATH, (), json.dumps(body).encode()))
        return told.status, json.loads(told.body)


@pytest.fixture
def control(tmp_path: Path) -> Control:
    return Control(tmp_path)


def test_a_release_is_had_looked_at_and_ended_over_the_socket(control: Control) -> None:
    told = {
        "released": True,
        "reason": "swap GPU 3",
        "since_at": "2026-11-02T12:00:00+00:00",
        "until_at": "2026-11-02T13:00:00+00:00",
    }
    with control.served():
        assert ask(control.folder, "GET", PATH) == (200, {"released": False})
        assert ask(control.folder, "POST", PATH, HOUR) == (200, told)
        assert ask(control.folder, "GET", PATH) == (200, told)
        assert ask(control.folder, "POST", PATH, {"release": False}) == (200, {"released": False})
    assert control.node.resumed == 1


def test_a_release_that_cannot_be_had_says_why(control: Control) -> None:
    control.node.refusal = "GPU 3: nvmlDeviceGetTemperatureV has not returned for 12 s"
    assert control.post(HOUR) == (409, {"error": control.node.refusal})


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "release=None: give true or false"),
        ({"release": 1}, "release=1: give true or false"),
        (HOUR | {"seconds": 0}, "seconds=0: give a number from 1 to 2592000"),
        (HOUR | {"seconds": True}, "seconds=True: give a number"),
        (HOUR | {"seconds": 10**400}, "give a number from 1 to 2592000"),
        (HOUR | {"seconds": float("nan")}, "seconds=nan: give a number"),
        (HOUR | {"reason": " "}, "reason: say why, in at most 200 characters"),
        (HOUR | {"reason": "x" * 201}, "reason: say why"),
        ({"release": True, "seconds": 1}, "reason=None: give a text"),
        ([], "the body is no JSON object"),
    ],
)
def test_a_wrong_request_is_told_in_a_sentence(
    control: Control, body: object, sentence: str
) -> None:
    status, told = control.post(body)
    assert status == 400
    assert sentence in told["error"]
    assert control.node.force is None


def test_other_paths_and_methods_are_told_what_there_is(control: Control) -> None:
    control.routes.add("POST", "/v1/more", lambda request: Answer(200, b"{}"))
    told = control.routes.answer(Request("GET", "/metrics", (), b""))
    assert (told.status, json.loads(told.body)["error"]) == (
        404,
        "there is /v1/maintenance, /v1/more",
    )
    told = control.routes.answer(Request("GET", "/v1/more", (), b""))
    assert (told.status, json.loads(told.body)["error"]) == (405, "/v1/more takes POST")
    assert control.routes.answer(Request("POST", "/v1/more", (), b"")).status == 200


def test_the_port_knows_nothing_of_it() -> None:
    node: Any = None
    assert routes.answer(node, Request("POST", PATH, (), json.dumps(HOUR).encode())).status == 404


def test_only_its_owner_can_open_the_socket_and_its_end_leaves_none(control: Control) -> None:
    with control.served():
        assert stat.S_IMODE((control.folder / NAME).stat().st_mode) == 0o600
    assert not (control.folder / NAME).exists()


def test_what_a_killed_agent_left_is_replaced(control: Control) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(control.folder / NAME))
    left.close()
    with pytest.raises(NoAgentError, match="no agent runs there"):
        ask(control.folder, "GET", PATH)
    with control.served():
        assert ask(control.folder, "GET", PATH)[0] == 200


def test_a_file_that_is_no_socket_is_left_alone(control: Control) -> None:
    (control.folder / NAME).write_text("somebody's")
    with pytest.raises(ListenError, match="Address already in use; let the agent's user write"):
        ControlServer(control.folder, control.routes)
    assert (control.folder / NAME).read_text() == "somebody's"


@pytest.mark.parametrize("length", [80, 107, 108, 250])
def test_no_state_directory_is_too_long_for_its_socket(tmp_path: Path, length: int) -> None:
    missing = length - len(str(tmp_path / NAME)) - 1
    deep = Control(tmp_path / ("d" * missing) if missing > 0 else tmp_path)
    deep.folder.mkdir(exist_ok=True)
    with deep.served():
        assert ask(deep.folder, "GET", PATH)[0] == 200
    assert list(deep.folder.iterdir()) == []


def _silent(listener: socket.socket) -> None:
    listener.accept()[0].close()


def _garbled(listener: socket.socket) -> None:
    with listener.accept()[0] as client:
        client.recv(4096)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")


@pytest.mark.parametrize("act", [_silent, _garbled])
def test_what_does_not_answer_like_an_agent_is_said(
    tmp_path: Path, act: Callable[[socket.socket], None]
) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / NAME))
        listener.listen()
        thread = Thread(target=act, args=(listener,))
        thread.start()
        with pytest.raises(NoAgentError, match="the agent did not answer"):
            ask(tmp_path, "GET", PATH)
        thread.join()
