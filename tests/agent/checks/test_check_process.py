"""The check as a process, with tools that are real programs: good ones, and all kinds of bad."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import subprocess
from pathlib import Path

import pytest

from agent.checks.bench import OUTPUTS, Bench, runs
from servers.nvml_library import NvmlLibrary
from servers.process import wait_for
from thirdshift_agent.checks.last import read_last
from thirdshift_agent.checks.lock import NAME

WELL = json.dumps(
    {
        "nvbandwidth": {
            "version": "v0.8",
            "testcases": [
                {"name": f"{way}_memcpy_ce", "status": "Passed", "bandwidth_matrix": [["55.1"] * 4]}
                for way in ("host_to_device", "device_to_host")
            ],
        }
    }
)


def read_pid(path: Path) -> int | None:
    text = path.read_text() if path.exists() else ""
    return int(text) if text.endswith("\n") else None


def test_a_node_without_tools_is_unknown_and_says_what_is_missing(bench: Bench) -> None:
    status, told, said = bench.check("--level=2")
    assert (status, said) == (3, "")
    assert told.splitlines() == [
        "UNKNOWN: 4 GPUs answer",
        "no active test could run; install one of the tools named below",
        "skipped: pcie: nvbandwidth is not installed",
        "skipped: peer: nvbandwidth is not installed",
        "skipped: all_reduce: all_reduce_perf is not installed",
        "skipped: burn_in: the CUDA runtime (libcudart.so.13 or older) is not on this node",
        "skipped: dcgm: dcgmi is not installed",
    ]


def test_what_was_measured_is_told_as_performance_data(bench: Bench) -> None:
    bench.install("nvbandwidth", f"[ \"$3\" = host_to_device_memcpy_ce ] && echo '{WELL}'")
    bench.prints("all_reduce_perf", "nccl.txt")
    status, told, _ = bench.check("--level=2")
    first, *rest = told.splitlines()
    assert status == 3, "the peer test printed nothing"
    assert first.startswith("UNKNOWN: 4 GPUs answer | host_to_device_gpu0=55100000000B;;48")
    assert " all_reduce=478920000000B;;;0;" in first
    assert "peer: exit status 1, nothing" in rest
    assert "all_reduce: 478.9 GB/s bus bandwidth, no floor of 4 NVIDIA H100 80GB HBM3 is known" in (
        rest
    )


def test_one_good_test_makes_a_node_well(bench: Bench) -> None:
    bench.prints("all_reduce_perf", "nccl.txt")
    status, told, _ = bench.check("--level=2", "--json")
    verdict = json.loads(told)
    assert (status, verdict["status"], verdict["level"]) == (0, "OK", 2)
    assert verdict["tools"] == {"all_reduce_perf": "2.17.6"}
    assert len(verdict["skipped"]) == 4
    (finding,) = verdict["findings"]
    assert finding["seconds"] > 0
    assert finding["measured"] == pytest.approx(478.92e9)
    assert verdict["started_at"] <= verdict["ended_at"]


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("exit 0", "all_reduce: its output holds no result, nothing"),
        ("echo core dumped >&2; exit 134", "all_reduce: exit status 134, core dumped"),
        (f"cat {OUTPUTS}/nccl.txt; exit 1", "all_reduce: exit status 1"),
        (f"cat {OUTPUTS}/nccl.txt; yes | head -c 9000000", "all_reduce: prints too much"),
        (f"cat {OUTPUTS}/nccl.txt; kill -9 $$", "all_reduce: exit status -9"),
        ("head -c 100000 /dev/urandom", "all_reduce: its output holds no result"),
    ],
)
def test_a_tool_that_fails_passes_nothing(bench: Bench, script: str, sentence: str) -> None:
    bench.install("all_reduce_perf", script)
    status, told, said = bench.check("--level=2")
    assert (status, said) == (3, "")
    assert sentence in told


def test_a_program_that_is_none_is_told(bench: Bench) -> None:
    path = bench.folder / "bin" / "all_reduce_perf"
    path.write_bytes(b"\x7fELF")
    path.chmod(0o755)
    status, told, _ = bench.check("--level=2")
    assert status == 3
    assert "all_reduce: cannot be started: Exec format error" in told


def test_a_fault_that_a_tool_names_is_critical_though_it_then_fails(bench: Bench) -> None:
    bench.prints("dcgmi", "dcgm3.json", exit_code=226)
    status, told, _ = bench.check("--level=2")
    assert status == 2
    assert "dcgm PCIe: fail, Detected 9 PCIe replays per minute for GPU 2." in told
    assert "skipped: dcgm: DCGM leaves out GPU Memory" in told


def test_a_tool_that_hangs_is_ended_with_all_that_it_started(bench: Bench) -> None:
    pids = [bench.folder / name for name in ("one", "other")]
    background = f"(trap '' TERM; sh -c 'echo $PPID' > {pids[0]}; while :; do sleep 1; done) &"
    bench.install("all_reduce_perf", f"{background}\necho $$ > {pids[1]}\nsleep 1000")
    status, told, _ = bench.check("--level=2", "--timeout=2")
    assert status == 3
    assert "all_reduce: did not end within 2 s" in told
    assert "burn_in: not begun, --timeout was over" in told
    found = [read_pid(path) for path in pids]
    assert None not in found
    wait_for(lambda: not any(runs(pid) for pid in found if pid), "the end of both")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_check_that_is_stopped_takes_its_tool_with_it(
    bench: Bench, number: signal.Signals
) -> None:
    path = bench.folder / "pid"
    bench.install("all_reduce_perf", f"echo $$ > {path}\nexec sleep 1000")
    command = bench.command("--level=2")
    with subprocess.Popen(command, env=bench.environment, stdout=subprocess.PIPE) as process:
        pid = wait_for(lambda: read_pid(path), "the tool")
        process.send_signal(number)
        told, _ = process.communicate(timeout=30)
    assert process.returncode == 3
    assert told.decode().splitlines() == [
        "UNKNOWN: not tested",
        f"stopped by {number.name}; the tests were not ended",
    ]
    wait_for(lambda: not runs(pid), "the tool's end")


def test_two_checks_at_a_time_are_refused(bench: Bench) -> None:
    with (bench.folder / NAME).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        status, told, _ = bench.check("--level=2")
    assert (status, "another check runs on this node" in told) == (3, True)
    assert bench.check("--level=1")[0] == 0


@pytest.mark.parametrize(
    ("key", "number", "sentence"),
    [
        ("process.0", 4242, b"1 processes use the GPUs (pid 4242); wait for them, or add --force"),
        (
            "error.nvmlDeviceGetComputeRunningProcesses_v3",
            4,
            b"who uses the GPUs cannot be told; drain the node and add --force",
        ),
    ],
)
def test_a_node_that_may_be_in_use_is_left_alone(
    bench: Bench, tmp_path: Path, key: str, number: int, sentence: bytes
) -> None:
    bench.prints("all_reduce_perf", "nccl.txt")
    library = NvmlLibrary(tmp_path / "nvml")
    library.set(key, number, gpu=3)
    environment = {**bench.environment, **library.environment()}

    def check(*options: str) -> subprocess.CompletedProcess[bytes]:
        command = [*bench.command("--level=2"), "--backend=nvml", *options]
        return subprocess.run(command, env=environment, capture_output=True, check=False)

    refused = check()
    assert (refused.returncode, sentence in refused.stdout) == (3, True)
    assert b"all_reduce: 478.9 GB/s bus bandwidth" in check("--force").stdout
    library.clear(key, gpu=3)
    assert b"all_reduce: 478.9 GB/s bus bandwidth" in check().stdout


def test_a_broken_node_is_not_tested_further(bench: Bench) -> None:
    bench.prints("all_reduce_perf", "nccl.txt")
    status, told, _ = bench.check("--level=2", "--gpus-expected=8")
    assert status == 2
    assert "skipped: all tests: the node is not well before them; --force runs them" in told
    assert "478.9 GB/s" in bench.check("--level=2", "--gpus-expected=8", "--force")[1]


def test_the_verdict_is_kept_for_the_daemon(bench: Bench) -> None:
    bench.prints("all_reduce_perf", "nccl.txt")
    path = bench.folder / "last.json"
    bench.check("--level=2", f"--out={path}")
    readings = read_last(path)
    assert readings["check_status", ("all",)] == 0
    assert readings["check_level", ()] == 2
    assert readings["check_bandwidth_bytes_per_second", ("all_reduce", "")] == pytest.approx(
        478.92e9
    )
    with (bench.folder / NAME).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        bench.check("--level=2", f"--out={path}")
    assert read_last(path) == readings, "a check that was not made has no verdict"


def test_a_verdict_that_cannot_be_kept_is_told(bench: Bench) -> None:
    status, told, _ = bench.check("--out=/proc/none/last.json")
    assert status == 3
    assert "--out /proc/none/last.json: No such file or directory; name a file" in told


def test_a_site_may_have_floors_of_its_own(bench: Bench) -> None:
    bench.prints("all_reduce_perf", "nccl.txt")
    path = bench.folder / "floors.toml"
    path.write_text("[H100]\nall_reduce_gpus = 4\nall_reduce_bytes_per_second = 900e9\n")
    assert bench.check("--level=2", f"--floors={path}")[0] == 0, "the longer name counts"
    path.write_text(
        '["H100 80GB HBM3"]\nall_reduce_gpus = 4\nall_reduce_bytes_per_second = 900e9\n'
    )
    status, told, _ = bench.check("--level=2", f"--floors={path}")
    assert (status, "478.9 GB/s bus bandwidth, floor 900.0 GB/s" in told) == (2, True)
    path.write_text("[H100]\npear_bytes_per_second = 1\n")
    status, told, _ = bench.check("--level=2", f"--floors={path}")
    assert status == 3
    assert "H100: pear_bytes_per_second is not known; did you mean peer_bytes_per_second?" in told


def test_a_person_sees_how_far_it_is(bench: Bench) -> None:
    bench.prints("all_reduce_perf", "nccl.txt")
    ours, theirs = pty.openpty()
    command = bench.command("--level=2")
    subprocess.run(command, env=bench.environment, stdout=subprocess.DEVNULL, stderr=theirs)
    seen = os.read(ours, 65536).decode()
    os.close(ours)
    os.close(theirs)
    assert re.findall(r"\[\d/5\] (\w+) \d s (\w+)\r\n", seen) == [
        ("all_reduce", "OK"),
        ("burn_in", "skipped"),
    ]


def test_floors_that_cannot_be_read_say_nothing_of_the_gpus(bench: Bench) -> None:
    absent = bench.folder / "absent.toml"
    status, told, said = bench.check(f"--floors={absent}")
    assert (status, said) == (3, "")
    assert told.splitlines() == [
        "UNKNOWN: not tested",
        f"{absent}: No such file or directory; name a file that can be read with --floors",
    ]
