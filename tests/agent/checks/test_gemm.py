"""The burn-in: its logic on a device that is no GPU, its calls on a C library of ours."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest

from agent.checks.bench import Bench
from servers.process import need
from thirdshift_agent.checks.burn_in import CHILD, LONG, SHORT
from thirdshift_agent.checks.gemm import burn
from thirdshift_agent.checks.gemm.device import DeviceError
from thirdshift_agent.checks.gemm.scripted import ScriptedDevice

SOURCE = Path(__file__).parent / "cuda" / "library.c"


def ticking(step_seconds: float) -> Iterator[float]:
    return count(0.0, step_seconds)


def test_products_that_stay_the_same_are_well() -> None:
    device, time = ScriptedDevice(), ticking(1.0)
    found = burn.burn_compute(device, 4, 5.0, lambda: next(time))
    assert (found.rounds, found.wrong_rounds) == (2, 0)
    assert found.rate == 2 * 4**3 * burn.BATCH * 2 / 2.0, "only the time at work counts"
    assert device.waits == 2
    assert device.free_bytes() == 4096, "all memory was given back"


def test_it_multiplies_once_however_little_time_there_is() -> None:
    time = ticking(100.0)
    assert burn.burn_compute(ScriptedDevice(), 4, 0.0, lambda: next(time)).rounds == 1


def test_the_same_inputs_have_the_same_checksum_on_every_device() -> None:
    time = ticking(1.0)
    sums = {
        burn.burn_compute(ScriptedDevice(), 4, 1.0, lambda: next(time)).checksum for _ in range(2)
    }
    assert len(sums) == 1


def test_a_product_that_differs_in_one_number_is_found() -> None:
    last_of_the_second_round = 1 + 2 * burn.BATCH
    device, time = ScriptedDevice(wrong_products=(last_of_the_second_round,)), ticking(1.0)
    found = burn.burn_compute(device, 4, 8.0, lambda: next(time))
    assert (found.rounds, found.wrong_rounds) == (3, 1)


def test_matrices_hold_numbers_between_a_half_and_one() -> None:
    numbers = struct.unpack("<64e", burn._numbers(64, seed=1))
    assert all(0.5 <= abs(number) < 1 for number in numbers)
    assert len(set(numbers)) > 32
    assert {number > 0 for number in numbers} == {True, False}


def test_memory_gives_back_what_was_written() -> None:
    device = ScriptedDevice(size_bytes=1000)
    found = burn.burn_memory(device, chunk_bytes=64, left=100)
    assert found == burn.Memory(tested_bytes=14 * 64, wrong_chunks=0, first_wrong=None)
    assert device.free_bytes() == 1000


def test_a_bit_that_is_stuck_is_found_and_placed() -> None:
    found = burn.burn_memory(ScriptedDevice(size_bytes=300, stuck=9), chunk_bytes=64, left=100)
    assert found.wrong_chunks == 3, "one of each chunk's two patterns has that bit clear"
    assert found.first_wrong == "byte 73 is 0x7b, not 0x7a"


def test_a_device_that_is_full_raises() -> None:
    with pytest.raises(DeviceError, match="out of memory"):
        burn.burn_compute(ScriptedDevice(size_bytes=16), 4, 1.0, lambda: 0.0)
    assert burn.burn_memory(ScriptedDevice(size_bytes=16), 64, 0).tested_bytes == 0


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a CUDA runtime and a cuBLAS of ours."""
    folder = tmp_path_factory.mktemp("cuda")
    options = ["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-Wno-unused-parameter"]
    for name in ("libcudart.so.13", "libcublas.so.13"):
        target = folder / name
        subprocess.run([need("gcc"), *options, "-o", target, SOURCE], check=True)
    return folder


def burnt(libraries: Path, broken: str, *options: str) -> tuple[int, Mapping[str, object]]:
    child = [sys.executable, "-P", "-m", CHILD, "--gpu=GPU-0", "--seconds=0.01", "--size=24"]
    environment = {"LD_LIBRARY_PATH": str(libraries), "THIRDSHIFT_CUDA": broken}
    done = subprocess.run(
        [*child, *options], env={**os.environ, **environment}, capture_output=True, check=False
    )
    told: Mapping[str, object] = json.loads(done.stdout)
    return done.returncode, told


def test_a_good_gpu_is_burnt_through_the_real_calls(libraries: Path) -> None:
    status, told = burnt(libraries, "", "--memory")
    assert (status, told["versions"]) == (0, "cuBLAS 130000")
    assert told["memory"] == {
        "tested_bytes": 2 * burn.CHUNK_BYTES,
        "wrong_chunks": 0,
        "first_wrong": None,
    }
    compute = told["compute"]
    assert isinstance(compute, dict)
    assert (compute["wrong_rounds"], compute["rounds"] > 0, compute["rate"] > 0) == (0, True, True)


def test_a_wrong_product_is_found_through_the_real_calls(libraries: Path) -> None:
    _, told = burnt(libraries, f"wrong={1 + burn.BATCH}")
    assert isinstance(told["compute"], dict)
    assert told["compute"]["wrong_rounds"] == 1


def test_a_stuck_bit_is_found_through_the_real_calls(libraries: Path) -> None:
    _, told = burnt(libraries, "bits=1", "--memory")
    assert isinstance(told["memory"], dict)
    assert told["memory"]["wrong_chunks"] == 2


def test_a_call_that_fails_is_told_with_its_reason(libraries: Path) -> None:
    assert burnt(libraries, "error=1") == (1, {"error": "cudaSetDevice: no device (100)"})


def test_without_the_libraries_it_says_so_in_one_sentence(bench: Bench, libraries: Path) -> None:
    sentence = "the CUDA runtime (libcudart.so.13 or older) is not on this node"
    assert burnt(bench.folder / "no_cuda", "") == (3, {"missing": sentence})
    (bench.folder / "no_cuda" / "libcudart.so.13").write_bytes(
        (libraries / "libcudart.so.13").read_bytes()
    )
    sentence = "cuBLAS (libcublas.so.13 or older) is not on this node"
    assert burnt(bench.folder / "no_cuda", "") == (3, {"missing": sentence})


def test_every_gpu_gets_a_child_of_its_own_and_only_the_long_burn_in_tests_memory() -> None:
    from agent.checks.test_reading_tools import SCENE

    for check, memory in ((SHORT, False), (LONG, True)):
        commands = check.commands(check.tool, SCENE)
        assert [command[-1] for command in commands] == [f"--gpu={gpu.uuid}" for gpu in SCENE.gpus]
        assert all(("--memory" in command) is memory for command in commands)
