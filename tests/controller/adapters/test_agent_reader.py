"""Reading an agent that answers well, badly, slowly or absurdly, over a real connection."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread

import pytest

from fakes.site import node
from thirdshift_agent.wire import Released, Report, SignalKind, StandingState, encode
from thirdshift_controller.adapters.agent_http import HttpAgentReader
from thirdshift_controller.adapters.scripted import ScriptedAgent
from thirdshift_controller.intake.port import AgentUnreachable

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"


def good() -> Report:
    agent = ScriptedAgent(node())
    agent.says(NOON, "xid:64", 3)
    return agent.report(0, NOON)


def released(until_at: datetime) -> bytes:
    snapshot = replace(good().snapshot, released=Released("reset", until_at))
    return encode(replace(good(), snapshot=snapshot))


def whole(body: bytes) -> list[bytes]:
    return [HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body]


@contextmanager
def answering(pieces: list[bytes], pause_seconds: float = 0.0) -> Iterator[str]:
    """One connection, answered piece by piece."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                for piece in pieces:
                    try:
                        connection.sendall(piece)
                    except OSError:
                        return
                    time.sleep(pause_seconds)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def read(url: str, timeout_seconds: float = 5.0) -> Report:
    reader = HttpAgentReader(timeout_seconds, readers=1)
    try:
        return reader.read(replace(node(), agent=url), after=0)
    finally:
        reader.close()


def test_a_report_comes_back_as_it_was_sent() -> None:
    with answering(whole(encode(good()))) as url:
        assert read(url) == good()


def standing(slot: int | None) -> Report:
    states = (StandingState(SignalKind.NVLINK, "down", slot, "4, 7", is_read=False),)
    return replace(good(), snapshot=replace(good().snapshot, standing=states))


def test_what_still_stands_comes_back_as_it_was_sent() -> None:
    with answering(whole(encode(standing(3)))) as url:
        assert read(url) == standing(3)


@pytest.mark.parametrize("absent", [b',"released":null', b',"standing":[]'])
def test_an_agent_from_before_a_field_is_understood(absent: bytes) -> None:
    older = encode(good()).replace(absent, b"")
    assert older != encode(good())
    with answering(whole(older)) as url:
        snapshot = read(url).snapshot
    assert snapshot.released is None
    assert (snapshot.standing is None) == (b"standing" in absent)


def test_an_agent_that_says_more_than_we_know_is_understood() -> None:
    newer = encode(standing(3)).replace(b'"where":', b'"since_at":"2026","where":')
    assert newer != encode(standing(3))
    with answering(whole(newer)) as url:
        assert read(url) == standing(3)


def test_an_answer_that_drips_is_as_good_as_none() -> None:
    drops = [HEAD + b"Content-Length: 1000\r\n\r\n", *([b" "] * 1000)]
    began = time.monotonic()
    with (
        answering(drops, pause_seconds=0.1) as url,
        pytest.raises(AgentUnreachable, match="did not end in time"),
    ):
        read(url, timeout_seconds=0.5)
    assert time.monotonic() - began < 50  # a thousand drops take a hundred seconds


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{}", "node: Field required"),
        (b"not json", "Invalid JSON"),
        (encode(replace(good(), node="gpu-9")), "is 'gpu-9', not 'gpu-1'"),
        (released(NOON.replace(tzinfo=None)), "has no offset"),
        (encode(replace(good(), sent_at=NOON.replace(tzinfo=None))), "has no offset"),
        (encode(good()).replace(b'"slot":3,', b'"slot":99999999999999999999,'), "slot"),
        (encode(good()).replace(b'"sequence":1,', b'"sequence":-1,'), "sequence"),
        (encode(standing(-1)), "slot"),
    ],
)
def test_an_absurd_report_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with answering(whole(body)) as url, pytest.raises(AgentUnreachable, match=reason) as told:
        read(url)
    assert told.value.refused, "a node that answers is not dead"


def test_an_error_of_the_agent_is_told() -> None:
    failed = [b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"]
    with answering(failed) as url, pytest.raises(AgentUnreachable, match="500") as told:
        read(url)
    assert not told.value.refused


def test_an_agent_that_is_not_there_is_told() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        with pytest.raises(AgentUnreachable, match="refused") as told:
            read(url)
    assert not told.value.refused


def test_a_connection_that_ends_amid_tls_is_no_refusal() -> None:
    with answering([]) as url, pytest.raises(AgentUnreachable) as told:
        read(url.replace("http:", "https:"))
    assert not told.value.refused
