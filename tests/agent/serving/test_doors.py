"""The agent as a process behind locked doors: Prometheus gets in with a key, hands with theirs."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from servers.certificates import Authority, Issued
from servers.node_exporter import node_exporter
from servers.nvml_library import NvmlLibrary
from servers.ports import free_port
from servers.process import need, running, wait_for
from servers.prometheus import prometheus

AGENT = (sys.executable, "-m", "thirdshift_agent")


@dataclass
class Node:
    """An agent that listens."""

    state: Path
    port: int
    printed: Path
    process: subprocess.Popen[bytes]

    def log(self) -> list[dict[str, Any]]:
        text = self.printed.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def presences(self) -> list[str]:
        """None before the first look."""
        answer = httpx.get(f"http://127.0.0.1:{self.port}/v1/report", timeout=5.0)
        seen = answer.json()["snapshot"]["gpus"] if answer.is_success else []
        return [gpu["presence"] for gpu in seen]

    def health(self) -> Any:
        return httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5.0).json()


@contextmanager
def agent(
    folder: Path,
    *options: str,
    host: str = "127.0.0.1",
    backend: Sequence[str] = ("--backend=simulated",),
    environment: Mapping[str, str] | None = None,
) -> Iterator[Node]:
    port, state = free_port(), folder / "state"
    log = folder / f"agent-{port}.log"
    command = [*AGENT, "run", f"--listen={host}:{port}", f"--state-dir={state}", "--interval=0.1"]

    def ready() -> bool:
        return log.exists() and "control.sock" in log.read_text(encoding="utf-8")

    with running([*command, *backend, *options], log, ready, environment) as process:
        yield Node(state, port, log, process)


def run(*arguments: str) -> tuple[int, str, str]:
    """Run a command to its end: status, output, complaints."""
    done = subprocess.run(
        [*AGENT, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout, done.stderr


def token_file(folder: Path, *tokens: str) -> Path:
    path = folder / "tokens"
    path.touch(mode=0o600)
    path.write_text("".join(f"{token}\n" for token in tokens))
    return path


def tls_options(issued: Issued) -> tuple[str, str]:
    return f"--tls-cert={issued.certificate}", f"--tls-key={issued.key}"


def test_prometheus_reads_over_tls_with_its_token(
    tmp_path: Path, authority: Authority, issued: Issued
) -> None:
    tokens = token_file(tmp_path, "old", "the-token-of-prometheus")
    how: dict[str, Any] = {
        "scheme": "https",
        "tls_config": {"ca_file": str(authority.certificate)},
        "authorization": {"credentials": "the-token-of-prometheus"},
    }
    with (
        agent(tmp_path, *tls_options(issued), f"--token-file={tokens}") as node,
        prometheus(tmp_path, {"gpu-0101": f"127.0.0.1:{node.port}"}, how=how) as reader,
    ):
        wait_for(lambda: len(reader.query("thirdshift_gpu_info")) == 8, "the page's series")
        assert reader.query("up")[0]["value"][1] == "1"


def test_prometheus_reads_over_mutual_tls(
    tmp_path: Path, authority: Authority, issued: Issued
) -> None:
    own = authority.issue("prometheus")
    how: dict[str, Any] = {
        "scheme": "https",
        "tls_config": {
            "ca_file": str(authority.certificate),
            "cert_file": str(own.certificate),
            "key_file": str(own.key),
        },
    }
    ca = f"--client-ca={authority.certificate}"
    with (
        agent(tmp_path, *tls_options(issued), ca, host="0.0.0.0") as node,
        prometheus(tmp_path, {"gpu-0101": f"127.0.0.1:{node.port}"}, how=how) as reader,
    ):
        wait_for(lambda: len(reader.query("thirdshift_gpu_info")) == 8, "the page's series")
        assert [line for line in node.log() if line["level"] == "warning"] == []


def test_prometheus_without_a_token_is_turned_away(tmp_path: Path) -> None:
    tokens = token_file(tmp_path, "secret")
    with (
        agent(tmp_path, f"--token-file={tokens}") as node,
        prometheus(tmp_path, {"gpu-0101": f"127.0.0.1:{node.port}"}) as reader,
    ):
        wait_for(lambda: reader.query("up"), "a scrape")
        assert reader.query("up")[0]["value"][1] == "0"
        url = f"http://127.0.0.1:{node.port}"
        assert httpx.get(f"{url}/metrics").status_code == 401
        assert httpx.get(f"{url}/v1/report").status_code == 401
        assert httpx.get(f"{url}/healthz").status_code == 200
        allowed = httpx.get(f"{url}/metrics", headers={"Authorization": "Bearer secret"})
        assert allowed.status_code == 200


def test_tokens_that_cannot_be_taken_up_are_a_problem_and_the_old_ones_stay(
    tmp_path: Path,
) -> None:
    tokens = token_file(tmp_path, "old")
    with agent(tmp_path, f"--token-file={tokens}") as node:
        tokens.write_text("not one token\n")
        url, old = f"http://127.0.0.1:{node.port}/metrics", {"Authorization": "Bearer old"}
        wait_for(
            lambda: httpx.get(url, headers=old).is_success and node.health()["problems"],
            "the problem",
        )
        assert "line 1 is no token" in node.health()["problems"][0]


def test_openmetrics_is_served_to_who_asks_for_it(tmp_path: Path) -> None:
    accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"
    with agent(tmp_path) as node:
        page = httpx.get(f"http://127.0.0.1:{node.port}/metrics", headers={"Accept": accept})
        assert page.headers["Content-Type"].startswith("application/openmetrics-text")
        assert page.text.endswith("# EOF\n")


@pytest.mark.parametrize(("host", "warnings"), [("0.0.0.0", 1), ("127.0.0.1", 0)])
def test_a_port_that_everybody_reaches_is_warned_of(
    tmp_path: Path, host: str, warnings: int
) -> None:
    with agent(tmp_path, host=host) as node:
        told = [line for line in node.log() if line["level"] == "warning"]
        assert [line["message"] for line in told] == [
            "whoever reaches the port may read it"
        ] * warnings


def test_locks_that_cannot_be_used_are_refused_in_one_sentence(
    tmp_path: Path, issued: Issued
) -> None:
    certificate, key = tls_options(issued)
    absent, state = tmp_path / "absent", f"--state-dir={tmp_path / 'state'}"
    for options, sentence in {
        (certificate,): "--tls-cert and --tls-key go together: give both, or none for plain HTTP",
        (key,): "--tls-cert and --tls-key go together",
        ("--client-ca=x",): "--client-ca needs TLS: give --tls-cert and --tls-key too",
        (certificate, f"--tls-key={absent}"): f"{absent}: No such file or directory; name a file",
        (f"--token-file={absent}",): f"{absent}: No such file or directory; name a file",
        ("--textfile=page.txt",): "'page.txt': node_exporter reads files that end in .prom",
    }.items():
        status, output, said = run("run", "--backend=simulated", state, *options)
        assert (status, output, said.count("\n")) == (2, "", 1)
        assert sentence in said


def test_hands_release_the_driver_and_resume_across_a_kill(tmp_path: Path) -> None:
    where = f"--state-dir={tmp_path / 'state'}"
    with agent(tmp_path) as node:
        wait_for(lambda: node.health()["ok"], "the first snapshot")
        status, told, said = run("release", "--reason=swap GPU 3", "--for=2h", where)
        assert (status, said) == (0, "")
        assert told.startswith("the driver is released until 2")
        assert told.endswith(": swap GPU 3\n")
        assert "swap GPU 3" in node.health()["problems"][0]
        node.process.send_signal(signal.SIGKILL)
        node.process.wait()
    assert run("resume", where)[0] == 2
    with agent(tmp_path) as node:
        assert node.health()["ok"]
        assert "swap GPU 3" in node.health()["problems"][0]
        assert run("resume", where) == (0, "the agent asks the driver again\n", "")
        wait_for(lambda: node.health() == {"ok": True, "failing": [], "problems": []}, "its end")
        node.process.send_signal(signal.SIGTERM)
        assert node.process.wait(timeout=5) == 0
    assert not (tmp_path / "state" / "control.sock").exists()


def test_a_call_that_hangs_keeps_the_driver_and_is_named(tmp_path: Path) -> None:
    library = NvmlLibrary(tmp_path / "nvml")
    kernel = tmp_path / "kmsg"
    kernel.touch()
    nvml = ("--backend=nvml", f"--kmsg={kernel}")
    with agent(tmp_path, backend=nvml, environment=library.environment()) as node:
        wait_for(lambda: node.health()["ok"], "the first snapshot")
        library.set("hang.nvmlDeviceGetFieldValues", 1, gpu=3)
        wait_for(lambda: "hung" in node.presences(), "the hang")
        status, told, said = run("release", "--reason=reset", f"--state-dir={node.state}")
        assert (status, told) == (1, "")
        assert said.startswith(
            "thirdshift-agent: the driver is not released: "
            "GPU 3: nvmlDeviceGetFieldValues has not returned for "
        )
        assert said.count("\n") == 1


@pytest.mark.parametrize("command", [("release", "--reason=x"), ("resume",)])
def test_without_an_agent_the_hands_are_told_so(tmp_path: Path, command: Sequence[str]) -> None:
    status, told, said = run(*command, f"--state-dir={tmp_path}")
    assert (status, told) == (2, "")
    assert said == (
        f"thirdshift-agent: {tmp_path / 'control.sock'}: no agent runs there; start it, "
        "or name the directory of one with --state-dir\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["release"], "the following arguments are required: --reason"),
        (["release", "--reason=x", "--for=soon"], "'soon': write it as 90s, 30m, 1h or 2d"),
        (["release", "--reason=x", "--for=31d"], "--for: '31d': give a time from 1s to 30d"),
        (["release", "--reason=x", "--for=0s"], "--for: '0s': give a time from 1s to 30d"),
    ],
)
def test_a_wrong_release_is_refused_in_one_sentence(arguments: list[str], sentence: str) -> None:
    status, _, said = run(*arguments)
    assert (status, said.count("\n")) == (2, 1)
    assert sentence in said


def test_hands_that_wait_for_the_agent_may_lose_patience(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "control.sock"))
        deaf.listen()
        heedful = ["env", "--default-signal=INT"]
        """Whoever runs the tests in a shell's background hands down that it is ignored."""
        command = [*heedful, *AGENT, "release", "--reason=x", f"--state-dir={tmp_path}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as hands:
            asked, _ = deaf.accept()
            with asked:
                assert asked.recv(1) == b"P"
                hands.send_signal(signal.SIGINT)
                assert hands.communicate(timeout=5) == (b"", b"")
            assert hands.returncode == 130


def test_the_log_says_when_and_where_the_doors_opened(tmp_path: Path) -> None:
    with agent(tmp_path) as node:
        wait_for(lambda: len(node.log()) >= 2, "both doors")
        doors = [line for line in node.log() if line["message"] == "listening"]
    assert [door["where"] for door in doors] == [
        f"127.0.0.1:{node.port}",
        str(node.state / "control.sock"),
    ]
    assert all(door["at"].endswith("+00:00") for door in doors)


def test_node_exporter_serves_the_page_of_a_text_file(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    path = texts / "thirdshift.prom"
    with agent(tmp_path, f"--textfile={path}") as node:
        wait_for(lambda: "texts" in str(node.health()["problems"]), "the missing folder's problem")
        assert node.health()["ok"]
        texts.mkdir()
        wait_for(lambda: node.health()["problems"] == [], "the folder")
        checked = subprocess.run(
            [need("promtool"), "check", "metrics"],
            input=path.read_bytes(),
            capture_output=True,
            check=False,
        )
        assert (checked.returncode, checked.stdout + checked.stderr) == (0, b"")
        with node_exporter(tmp_path, texts) as url:
            page = httpx.get(url, timeout=5.0).text
        assert page.count("\nthirdshift_gpu_info{") == 8
        assert "\nnode_textfile_scrape_error 0\n" in page
        written = path.stat().st_mtime_ns
        wait_for(lambda: path.stat().st_mtime_ns > written, "the next page")
    assert os.listdir(texts) == []
