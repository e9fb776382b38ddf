"""The agent as a process: killed, hung, refused, stopped. What it was told it does not forget."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from servers.nvml_library import NvmlLibrary
from servers.ports import free_port
from servers.process import answers, running, wait_for

AGENT = (sys.executable, "-m", "thirdshift_agent")
ADDRESS = "PCI:0000:1b:00"


@dataclass
class Running:
    """An agent that answers."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, timeout=5.0)

    def report(self, after: int = 0) -> Any:
        return self.get(f"/v1/report?after={after}").json()

    def codes(self) -> list[str]:
        answer = self.get("/v1/report")
        return [signal["code"] for signal in answer.json().get("signals", [])]

    def is_fresh(self) -> bool:
        """Whether a snapshot was taken in the last second."""
        taken_at = datetime.fromisoformat(self.report()["snapshot"]["taken_at"])
        return datetime.now(UTC) - taken_at < timedelta(seconds=1)

    def problems(self) -> str:
        return " ".join(self.get("/healthz").json()["problems"])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def agent(
    folder: Path, *options: str, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    port, log = free_port(), folder / "agent.log"
    url = f"http://127.0.0.1:{port}"
    command = [*AGENT, "run", f"--listen=127.0.0.1:{port}", f"--state-dir={folder / 'state'}"]
    with running(
        [*command, "--interval=0.1", *options], log, lambda: _listens(url), environment
    ) as process:
        yield Running(process, url, log)


def _listens(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=2.0).status_code in (200, 503)
    except httpx.TransportError:
        return False


def ask(*arguments: str, environment: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """Run a command to its end: status, output, complaints."""
    done = subprocess.run(
        [*AGENT, *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    return done.returncode, done.stdout, done.stderr


class KernelFile:
    """A file with the form of `/dev/kmsg`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sequence = 0
        path.touch()

    def xid(self, *codes: int) -> None:
        with self.path.open("ab") as file:
            for code in codes:
                file.write(self._record(f"NVRM: Xid ({ADDRESS}): {code}, pid=7, name=x, Ch 1"))
                file.write(self._record("eth0: link is up"))

    def _record(self, text: str) -> bytes:
        self._sequence += 1
        return f"4,{self._sequence},{time.monotonic() * 1e6:.0f},-;{text}\n".encode()


def test_kill_9_between_and_during_faults_loses_and_doubles_nothing(tmp_path: Path) -> None:
    kernel, draw = KernelFile(tmp_path / "kmsg"), Random(7)
    told: list[str] = []
    journals = set()
    for life in range(1, 6):
        with agent(tmp_path, "--backend=simulated", f"--kmsg={kernel.path}") as node:
            wait_for(partial(_holds, node, len(told)), "what came while it was dead")
            codes = range(1000 * life, 1000 * life + draw.randrange(50, 100))
            kernel.xid(*codes)
            wait_for(partial(_holds, node, len(told) + 1), "the first of the new ones")
            journals.add(node.report()["journal_id"])
            node.kill()
        kernel.xid(life)
        told += [*map(str, codes), str(life)]
    with agent(tmp_path, "--backend=simulated", f"--kmsg={kernel.path}") as node:
        wait_for(lambda: len(node.codes()) >= len(told), "all of them")
        assert node.codes() == told
        signals = node.report()["signals"]
        assert [signal["sequence"] for signal in signals] == list(range(1, len(told) + 1))
        assert {signal["gpu_slot"] for signal in signals} == {0}
        assert journals == {node.report()["journal_id"]}


def _holds(node: Running, signals: int) -> bool:
    return len(node.codes()) >= signals


def test_kill_9_between_the_event_and_its_log_line_doubles_nothing(tmp_path: Path) -> None:
    kernel = KernelFile(tmp_path / "kmsg")
    library = NvmlLibrary(tmp_path / "nvml")
    with agent(tmp_path, f"--kmsg={kernel.path}", environment=library.environment()) as node:
        wait_for(lambda: node.get("/v1/report").is_success, "the first snapshot")
        address = node.report()["snapshot"]["gpus"][3]["identity"]["pci_address"]
        library.send_xid(gpu=3, xid=48)
        wait_for(lambda: node.codes() == ["48"], "the event")
        node.kill()
    line = f"NVRM: Xid (PCI:{address[4:-2]}): 48, pid=7, name=x, DBE"
    with kernel.path.open("a") as file:
        file.write(f"4,1,{time.monotonic() * 1e6:.0f},-;{line}\n")
    library = NvmlLibrary(tmp_path / "nvml")
    with agent(tmp_path, f"--kmsg={kernel.path}", environment=library.environment()) as node:
        wait_for(lambda: "DBE" in node.get("/v1/report").text, "the line")
        (told,) = node.report()["signals"]
        assert (told["gpu_slot"], told["source"]) == (3, "nvml_event")
        assert told["facts"]["also_seen_by"] == "kernel_log"


def test_a_storm_is_one_signal_more_when_the_agent_ends_and_is_not_told_again(
    tmp_path: Path,
) -> None:
    kernel = KernelFile(tmp_path / "kmsg")
    with agent(tmp_path, "--backend=simulated", f"--kmsg={kernel.path}") as node:
        kernel.xid(*[31] * 3000, 79)
        wait_for(lambda: "79" in node.codes(), "what came after the storm")
        node.process.send_signal(signal.SIGTERM)
        node.process.wait()
    with agent(tmp_path, "--backend=simulated", f"--kmsg={kernel.path}") as node:
        kernel.xid(64)
        wait_for(lambda: "64" in node.codes(), "what came after the restart")
        signals = node.report()["signals"]
        assert [each["code"] for each in signals] == ["31"] * 10 + ["79", "31", "64"]
        assert signals[11]["facts"]["repeated"] == "2990"
        page = node.get("/metrics").text
        counted = [line for line in page.splitlines() if 'xid_total{code="31"' in line]
        assert [line.split()[-1] for line in counted] == ["3000.0"]


@pytest.mark.parametrize("call", ["nvmlDeviceGetUUID", "nvmlDeviceGetFieldValues"])
def test_a_driver_call_that_hangs_holds_up_neither_answers_nor_the_end(
    tmp_path: Path, call: str
) -> None:
    library = NvmlLibrary(tmp_path / "nvml")
    kernel = KernelFile(tmp_path / "kmsg")
    with agent(tmp_path, f"--kmsg={kernel.path}", environment=library.environment()) as node:
        wait_for(lambda: node.get("/v1/report").is_success, "the first snapshot")
        library.set(f"hang.{call}", 1)
        library.set("error.nvmlDeviceGetUtilizationRates", 15, gpu=3)  # the list is doubted
        wait_for(lambda: not node.is_fresh(), "the hang")
        assert b"thirdshift_gpu_info" in node.get("/metrics").content
        kernel.xid(79)
        wait_for(lambda: "79" in node.codes(), "the kernel's word on the hang")
        node.process.send_signal(signal.SIGTERM)
        assert node.process.wait(timeout=5) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_though_a_reader_waits(tmp_path: Path, number: signal.Signals) -> None:
    with agent(tmp_path, "--backend=simulated") as node:
        wait_for(lambda: node.get("/v1/report").is_success, "the first snapshot")
        with socket.create_connection(("127.0.0.1", int(node.url.rpartition(":")[2]))) as reader:
            reader.sendall(b"GET /v1/report?wait=60 HTTP/1.1\r\n\r\n")
            node.process.send_signal(number)
            assert node.process.wait(timeout=5) == 0


def test_without_a_driver_it_serves_and_says_why(tmp_path: Path) -> None:
    kernel = KernelFile(tmp_path / "kmsg")
    with agent(tmp_path, f"--kmsg={kernel.path}") as node:
        wait_for(lambda: "libnvidia-ml.so.1 is not there" in node.problems(), "the reason")
        assert node.get("/healthz").status_code == 503
        assert node.get("/metrics").is_success
        assert "libnvidia-ml" in node.report()["snapshot"]["problems"][0]
        kernel.xid(79)
        wait_for(lambda: "79" in node.codes(), "the kernel's word, heard without NVML")


def test_a_script_breaks_simulated_gpus_in_time(tmp_path: Path) -> None:
    script = tmp_path / "faults.toml"
    script.write_text('[[faults]]\nafter_seconds = 0\nslot = 3\nfault = "xid:63"\n')
    with agent(tmp_path, "--backend=simulated", f"--script={script}") as node:
        wait_for(lambda: len(node.codes()) == 2, "the fault and what it left in the readings")
        signals = node.report()["signals"]
        assert {told["gpu_slot"] for told in signals} == {3}
        names = [f"{told['kind']}:{told['code']}" for told in signals]
        assert names == ["xid:63", "remap:pending"]


def test_what_is_in_use_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with agent(tmp_path, "--backend=simulated") as node:
        address = node.url.removeprefix("http://")
        run = ("run", "--backend=simulated", f"--listen={address}")
        status, _, said = ask(*run, f"--state-dir={tmp_path / 'other'}")
        assert (status, said) == (
            2,
            f"thirdshift-agent: {address} is in use by another program; "
            "choose another with --listen\n",
        )
        status, _, said = ask(*run, f"--state-dir={tmp_path / 'state'}")
        assert (status, said) == (
            2,
            f"thirdshift-agent: state directory {tmp_path / 'state'} is in use by another agent; "
            "stop that one or name another with --state-dir\n",
        )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "--listen=9400"], "'9400': write it as HOST:PORT, such as 0.0.0.0:9400"),
        (["run", "--interval=0"], "'0': give seconds from 0.05 to 3600"),
        (["run", "--gpus=none"], "'none': give a number from 1 to 32"),
        (["run", "--script=x"], "--script breaks simulated GPUs only; add --backend simulated"),
        (
            ["run", "--backend=simulated", "--script=/absent"],
            "/absent: No such file or directory; name",
        ),
        (["run", "--listen=127.0.0.1:99999"], "'127.0.0.1:99999': write it as HOST:PORT"),
        (["run", "--host-root=/absent"], "--host-root /absent is no folder"),
        (["inject", "xid:79", "--kmsg=x"], "--kmsg is for a stand-in library"),
        (["run", "--state-dir=/proc/none"], "state directory /proc/none cannot be used"),
        (["simulate", "--nodes-file=/absent"], "/absent: No such file or directory; name"),
        (["simulate"], "the following arguments are required: --nodes-file"),
        (["walk"], "invalid choice: 'walk'"),
    ],
)
def test_a_wrong_command_line_is_refused_in_one_sentence(
    arguments: list[str], sentence: str
) -> None:
    status, output, said = ask(*arguments)
    assert (status, output) == (2, "")
    assert sentence in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        (("--level=4",), {}),
        (("--host-root=/absent",), {}),
        ((), {"THIRDSHIFT_CLOCK": "noon"}),
    ],
)
def test_a_wrong_check_says_of_no_node_that_it_is_broken(
    options: tuple[str, ...], environment: Mapping[str, str]
) -> None:
    status, output, said = ask("check", *options, environment=environment)
    assert (status, output, said.count("\n")) == (3, "", 1)


def test_a_wrong_clock_is_refused_in_one_sentence() -> None:
    status, _, said = ask("run", environment={"THIRDSHIFT_CLOCK": "noon"})
    assert status == 2
    assert said.startswith("thirdshift-agent: THIRDSHIFT_CLOCK='noon': write it as")


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ("", "name at least one node"),
        ("a\na\n", "none of them twice"),
        ("a\n../b\n", "name 2, '../b': use letters"),
    ],
)
def test_a_wrong_list_of_nodes_is_refused_in_one_sentence(
    tmp_path: Path, names: str, sentence: str
) -> None:
    path = tmp_path / "nodes"
    path.write_text(names)
    status, _, said = ask("simulate", f"--nodes-file={path}", f"--state-dir={tmp_path / 'state'}")
    assert status == 2
    assert sentence in said


def test_check_finds_simulated_gpus_well() -> None:
    status, told, _ = ask("check", "--backend=simulated", "--gpus=8", "--gpus-expected=8")
    assert (status, told.split(":")[0]) == (0, "OK")
    status, told, _ = ask("check", "--backend=simulated", "--gpus=7", "--gpus-expected=8", "--json")
    assert (status, json.loads(told)["status"]) == (2, "CRITICAL")


@pytest.mark.parametrize("key", ["error.nvmlDeviceGetUUID", "error.*"])
def test_check_misses_a_gpu_that_gives_no_handle(tmp_path: Path, key: str) -> None:
    library = NvmlLibrary(tmp_path / "nvml")
    library.set(key, 999, gpu=2)
    status, told, _ = ask("check", environment=library.environment())
    assert (status, told.splitlines()[0]) == (1, "WARNING: 7 GPUs answer")
    assert "NVML index 2 gives no GPU" in told


def test_check_misses_a_gpu_that_the_agent_knew(tmp_path: Path) -> None:
    library, state = NvmlLibrary(tmp_path / "nvml"), tmp_path / "state"
    environment = library.environment()
    with agent(tmp_path, environment=environment) as node:
        wait_for(lambda: "snapshot" in node.report(), "a snapshot")
    library.set("lost", 1, gpu=2)
    kept = (state / "identities.json").read_bytes()
    status, told, _ = ask("check", f"--state-dir={state}", environment=environment)
    assert (status, told.splitlines()[0]) == (2, "CRITICAL: 7 GPUs answer")
    assert "GPU 2 (00000000:3b:00.0) is lost" in told
    assert (state / "identities.json").read_bytes() == kept


def test_check_without_a_driver_is_unknown_and_says_why() -> None:
    status, told, said = ask("check")
    assert (status, said) == (3, "")
    assert told.startswith("UNKNOWN")
    assert "libnvidia-ml.so.1 is not there" in told


def test_the_version_is_told() -> None:
    assert ask("--version")[:2] == (0, "0.1.0\n")


def test_a_room_serves_every_node_and_ends_when_told(tmp_path: Path) -> None:
    nodes = tmp_path / "nodes"
    nodes.write_text("gpu-0101\ngpu-0102\n")
    url = f"http://127.0.0.1:{free_port()}"
    command = [*AGENT, "simulate", f"--nodes-file={nodes}", "--gpus=8", "--interval=0.1"]
    options = [f"--listen={url.removeprefix('http://')}", f"--state-dir={tmp_path / 'state'}"]
    with running(
        [*command, *options], tmp_path / "room.log", lambda: answers(f"{url}/gpu-0101/healthz")
    ) as process:
        broken = httpx.post(
            f"{url}/gpu-0102/sim/inject", json={"slot": 3, "fault": "gpu:hung"}, timeout=5.0
        )
        assert broken.json() == {"ok": True}
        report = f"{url}/gpu-0102/v1/report"
        wait_for(lambda: httpx.get(report).json().get("signals"), "the sampler's word")
        assert httpx.get(f"{url}/gpu-0101/v1/report").json()["signals"] == []
        httpx.post(f"{url}/gpu-0101/sim/silence", json={"silent": True}, timeout=5.0)
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{url}/gpu-0101/metrics")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
    log = (tmp_path / "room.log").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["message"] for line in log] == ["listening"]
