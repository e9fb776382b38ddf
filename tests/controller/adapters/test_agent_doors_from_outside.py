"""Reading a real agent behind locked doors: who is let in, and what is told of who is not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.node_clock import Uptime
from fakes.site import node
from servers.certificates import Authority, Issued
from servers.ports import free_port
from servers.process import running, wait_for
from thirdshift_agent.credential_files import LOOK_SECONDS
from thirdshift_agent.wire import Report
from thirdshift_controller.adapters.agent_http import HttpAgentReader
from thirdshift_controller.adapters.agent_refusal import why_refused
from thirdshift_controller.config import AgentsTable
from thirdshift_controller.intake.port import AgentUnreachable

AGENT = (sys.executable, "-m", "thirdshift_agent", "run", "--backend=simulated", "--node=gpu-1")


@contextmanager
def agent(folder: Path, *options: str) -> Iterator[str]:
    """An agent that has looked once; its `host:port`."""
    port, log = free_port(), folder / "agent.log"
    own = (f"--listen=127.0.0.1:{port}", f"--state-dir={folder / 'state'}", "--interval=0.1")
    with running([*AGENT, *own, *options], log, lambda: "listening" in log.read_text()):
        yield f"127.0.0.1:{port}"


@contextmanager
def reader(agents: AgentsTable, monotonic: Uptime | None = None) -> Iterator[HttpAgentReader]:
    opened = HttpAgentReader(5.0, readers=2, agents=agents, monotonic=monotonic or Uptime())
    try:
        yield opened
    finally:
        opened.close()


def read(opened: HttpAgentReader, url: str) -> Report:
    """A report, once there is one."""

    def look() -> Report | None:
        try:
            return opened.read(replace(node(), agent=url), after=0)
        except AgentUnreachable as error:
            if "nothing has been read" not in str(error):
                raise
            return None

    return wait_for(look, "the first snapshot")


def refusal(agents: AgentsTable, url: str) -> str:
    with reader(agents) as opened, pytest.raises(AgentUnreachable) as told:
        opened.read(replace(node(), agent=url), after=0)
    assert told.value.refused
    return str(told.value).removeprefix(f"{url}: ")


def tls(issued: Issued) -> tuple[str, str]:
    return f"--tls-cert={issued.certificate}", f"--tls-key={issued.key}"


def token_file(folder: Path, name: str, token: str) -> Path:
    path = folder / name
    path.touch(mode=0o600)
    path.write_text(f"{token}\n", encoding="utf-8")
    return path


def test_an_agent_is_read_over_tls_with_a_token_that_is_exchanged_meanwhile(
    tmp_path: Path, authority: Authority, issued: Issued
) -> None:
    known = token_file(tmp_path, "known", "first\nsecond")
    own, passed = token_file(tmp_path, "own", "first"), Uptime()
    shown = AgentsTable(ca_file=authority.certificate, token_file=own)
    with (
        agent(tmp_path, *tls(issued), f"--token-file={known}") as address,
        reader(shown, passed) as opened,
    ):
        url = f"https://{address}"
        assert len(read(opened, url).snapshot.gpus) == 8
        for text in ("stranger", "second", "not one token"):
            own.write_text(text, encoding="utf-8")
            passed.seconds += LOOK_SECONDS
            if text == "stranger":
                with pytest.raises(AgentUnreachable, match="it refuses our token; name the file"):
                    opened.read(replace(node(), agent=url), after=0)
            else:
                assert read(opened, url).node == "gpu-1"
        assert refusal(AgentsTable(ca_file=authority.certificate), url).startswith(
            "it wants a token; name the file with one of its own as token_file in [agents]"
        )


def test_an_agent_that_serves_only_whom_it_knows_is_read_with_a_certificate(
    tmp_path: Path, authority: Authority, issued: Issued
) -> None:
    stranger = Authority(tmp_path / "elsewhere").issue("stranger")
    own = authority.issue("controller")

    def showing(one: Issued) -> AgentsTable:
        return AgentsTable(
            ca_file=authority.certificate, certificate_file=one.certificate, key_file=one.key
        )

    nothing = AgentsTable(ca_file=authority.certificate)
    with agent(tmp_path, *tls(issued), f"--client-ca={authority.certificate}") as address:
        url = f"https://{address}"
        with reader(showing(own)) as opened:
            assert read(opened, url).node == "gpu-1"
        for _ in range(20):
            assert refusal(nothing, url).startswith("it wants a certificate (")
            assert refusal(showing(stranger), url).startswith("it refuses our certificate (")


def test_an_agent_whose_certificate_is_not_trusted_is_told_so(
    tmp_path: Path, issued: Issued
) -> None:
    other = Authority(tmp_path / "elsewhere")
    with agent(tmp_path, *tls(issued)) as address:
        for agents in (AgentsTable(), AgentsTable(ca_file=other.certificate)):
            told = refusal(agents, f"https://{address}")
            assert told.startswith("certificate not trusted: ")
            assert "name its authority as ca_file in [agents]" in told


def test_a_certificate_for_another_host_is_not_trusted(
    tmp_path: Path, authority: Authority, issued: Issued
) -> None:
    with agent(tmp_path, *tls(issued)) as address:
        url = f"https://{address.replace('127.0.0.1', 'localhost')}"
        told = refusal(AgentsTable(ca_file=authority.certificate), url)
    assert "certificate not trusted: Hostname mismatch" in told


def test_a_wrong_scheme_is_told_with_its_remedy(
    tmp_path: Path, authority: Authority, issued: Issued
) -> None:
    with agent(tmp_path, *tls(issued)) as address:
        told = refusal(AgentsTable(ca_file=authority.certificate), f"http://{address}")
    assert told == "it answers 400: this port speaks TLS: ask with https"
    (tmp_path / "plain").mkdir()
    with agent(tmp_path / "plain") as address:
        told = refusal(AgentsTable(ca_file=authority.certificate), f"https://{address}")
    assert told == "it does not speak TLS; write its URL in site.toml with http://"


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"error": 3', b"[1]", b'"text"'])
def test_a_refusal_that_is_no_agents_is_told_by_its_status_alone(body: bytes) -> None:
    assert why_refused(500, body, shows_token=False) == "it answers 500"
