"""What the real tools print is understood; what they never would print is never a pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.checks.bench import OUTPUTS, card
from thirdshift_agent.checks import active
from thirdshift_agent.checks.burn_in import read_burn_in
from thirdshift_agent.checks.check import Check, Outcome, Scene
from thirdshift_agent.checks.dcgm import read_diagnostic
from thirdshift_agent.checks.finding import Finding, Status
from thirdshift_agent.checks.floors import Floors, read_floors
from thirdshift_agent.checks.gpu_burn import BURN, commands
from thirdshift_agent.checks.nccl import LONG, SHORT, read_all_reduce
from thirdshift_agent.checks.nvbandwidth import PCIE, PEER
from thirdshift_agent.checks.run import judge
from thirdshift_agent.checks.tools import Ran

SCENE = Scene(tuple(card(slot) for slot in (4, 5, 6, 7)), read_floors())


def ran(output: str, complaint: str = "", exit_code: int | None = 0) -> Ran:
    return Ran(output, complaint, exit_code, 1.0)


def recorded(name: str) -> Ran:
    return ran((OUTPUTS / name).read_text(encoding="utf-8"))


def told(outcome: Outcome, status: Status) -> list[str]:
    return [finding.text for finding in outcome.findings if finding.status is status]


def measured(outcome: Outcome, check: str) -> dict[int | None, float | None]:
    return {each.slot: each.measured for each in outcome.findings if each.check == check}


def test_pcie_is_read_and_the_slow_gpu_named() -> None:
    outcome = PCIE.read([recorded("nvbandwidth_pcie.json")], SCENE)
    assert measured(outcome, "host_to_device")[7] == pytest.approx(55.2949e9)
    assert measured(outcome, "device_to_host")[6] == pytest.approx(26.1022e9)
    assert told(outcome, Status.CRITICAL) == [
        "GPU 6 (00000000:6b:00.0) device_to_host: 26.1 GB/s, floor 48.0 GB/s"
    ]
    assert outcome.version == "v0.8"


def test_an_older_nvbandwidth_is_read_too() -> None:
    outcome = PCIE.read([recorded("nvbandwidth_pcie.txt")], SCENE)
    assert measured(outcome, "device_to_host") == pytest.approx(
        {4: 54.91e9, 5: 54.91e9, 6: 54.90e9, 7: 54.90e9}
    )
    assert {finding.status for finding in outcome.findings} == {Status.OK}
    assert outcome.version == "v0.4"
    assert PCIE.instead is not None
    assert "-j" not in PCIE.instead("nvbandwidth", SCENE)[0]


def test_one_weak_link_between_good_gpus_is_named() -> None:
    outcome = PEER.read([recorded("nvbandwidth_peer.json")], SCENE)
    assert told(outcome, Status.CRITICAL) == ["GPU 6 reads GPU 7 at 201.4 GB/s"]
    assert len(told(outcome, Status.OK)) == 4


def test_a_gpu_that_is_weak_with_all_is_named_once() -> None:
    rows = [["N/A" if one == other else "390.0" for other in range(4)] for one in range(4)]
    rows[2] = ["200.0", "200.0", "N/A", "200.0"]
    for other in (0, 1, 3):
        rows[other][2] = "200.0"
    outcome = PEER.read([ran(peer(rows))], SCENE)
    (found,) = told(outcome, Status.CRITICAL)
    assert found.startswith("GPU 6 (00000000:6b:00.0) peer: 200.0 GB/s")


def peer(rows: list[list[str]]) -> str:
    case = {"name": "device_to_device_memcpy_read_ce", "status": "Passed"}
    return json.dumps({"nvbandwidth": {"testcases": [case | {"bandwidth_matrix": rows}]}})


@pytest.mark.parametrize("cell", ["nan", "inf", "-1", "", None, True, {}])
def test_a_speed_that_is_none_is_not_measured(cell: Any) -> None:
    rows = json.loads((OUTPUTS / "nvbandwidth_peer.json").read_text())
    rows["nvbandwidth"]["testcases"][0]["bandwidth_matrix"] = [[cell] * 4] * 4
    outcome = PEER.read([ran(json.dumps(rows))], SCENE)
    assert told(outcome, Status.UNKNOWN) == ["peer: 0 GPUs were tested, 4 answer"]
    assert told(outcome, Status.OK) == []


def test_what_nvbandwidth_waives_is_skipped() -> None:
    outcome = PEER.read([recorded("nvbandwidth_waived.json")], SCENE)
    assert outcome.findings == ()
    assert outcome.skipped == ("nvbandwidth waives device_to_device_memcpy_read_ce on this node",)


def test_a_model_without_a_floor_is_compared_with_its_neighbours() -> None:
    scene = Scene(SCENE.gpus, Floors())
    outcome = PCIE.read([recorded("nvbandwidth_pcie.json")], scene)
    assert told(outcome, Status.WARNING) == [
        "GPU 6 (00000000:6b:00.0) device_to_host: 26.1 GB/s, no floor of NVIDIA H100 80GB HBM3 is "
        "known, 52% below the median of the node's GPUs"
    ]


def test_gpus_that_a_tool_did_not_see_are_unknown() -> None:
    scene = Scene((*SCENE.gpus, card(8)), SCENE.floors)
    outcome = PCIE.read([recorded("nvbandwidth_pcie.json")], scene)
    assert "host_to_device: 4 GPUs were tested, 5 answer" in told(outcome, Status.UNKNOWN)


def test_dcgm_3_is_read() -> None:
    outcome = read_diagnostic([recorded("dcgm3.json")], SCENE)
    assert told(outcome, Status.CRITICAL) == [
        "GPU 6 (00000000:6b:00.0) dcgm PCIe: fail, Detected 9 PCIe replays per minute for GPU 2."
    ]
    assert told(outcome, Status.WARNING) == [
        "dcgm Persistence Mode: fail, Persistence mode for GPU 0 is disabled. (GPU 0,1,2,3)"
    ]
    assert outcome.skipped == ("DCGM leaves out GPU Memory",)
    assert outcome.version == "3.3.1"


def test_dcgm_4_is_read_and_a_gpu_found_by_its_serial() -> None:
    scene = Scene(tuple(card(slot) for slot in (0, 1, 2, 3)), SCENE.floors)
    outcome = read_diagnostic([recorded("dcgm4.json")], scene)
    assert told(outcome, Status.CRITICAL) == [
        "GPU 2 (00000000:2b:00.0) dcgm pcie: fail, Detected 9 PCIe replays per minute for GPU 3."
    ]
    assert told(outcome, Status.WARNING) == [
        "GPU 1 (00000000:1b:00.0) dcgm software: fail, "
        "Persistence Mode: Persistence mode for GPU 1 is disabled."
    ]
    assert outcome.skipped == ("DCGM leaves out memory",)
    assert outcome.version == "4.4.1"


def test_a_test_that_passes_on_every_gpu_is_one_line() -> None:
    outcome = read_diagnostic([recorded("dcgm4.json")], SCENE)
    assert told(outcome, Status.OK) == ["dcgm software: pass", "dcgm pcie: pass"]


def test_gpus_that_dcgm_does_not_know_are_unknown() -> None:
    scene = Scene((*SCENE.gpus, card(8)), SCENE.floors)
    for name in ("dcgm3.json", "dcgm4.json"):
        outcome = read_diagnostic([recorded(name)], scene)
        assert told(outcome, Status.UNKNOWN) == ["dcgm: 4 GPUs were tested, 5 answer"]


def test_without_its_host_engine_dcgm_is_skipped() -> None:
    complaint = (OUTPUTS / "dcgm_no_engine.txt").read_text(encoding="utf-8")
    outcome = read_diagnostic([ran("", complaint, 255)], SCENE)
    assert outcome == Outcome(skipped=("DCGM's host engine does not run",))


def test_an_error_of_dcgm_itself_is_unknown() -> None:
    output = json.dumps({"DCGM Diagnostic": {"runtime_error": "nvvs died"}})
    assert told(read_diagnostic([ran(output)], SCENE), Status.UNKNOWN) == ["dcgm: nvvs died"]


@pytest.mark.parametrize(("name", "speed"), [("nccl.txt", 478.92e9), ("nccl_older.txt", 234.155e9)])
def test_the_bus_bandwidth_is_that_of_the_largest_size(name: str, speed: float) -> None:
    outcome = read_all_reduce([recorded(name)], SCENE)
    assert [finding.measured for finding in outcome.findings] == [pytest.approx(speed)]


def test_the_floor_of_eight_gpus_is_for_eight() -> None:
    eight = Scene(tuple(card(slot) for slot in range(8)), SCENE.floors)
    slow = recorded("nccl_older.txt")
    assert told(read_all_reduce([slow], eight), Status.CRITICAL) == [
        "all_reduce: 234.2 GB/s bus bandwidth, floor 460.0 GB/s"
    ]
    assert not told(read_all_reduce([slow], SCENE), Status.CRITICAL)
    assert not told(read_all_reduce([recorded("nccl.txt")], eight), Status.CRITICAL)


def test_wrong_values_are_critical_however_fast() -> None:
    outcome = read_all_reduce([recorded("nccl_wrong.txt")], SCENE)
    assert told(outcome, Status.CRITICAL) == ["all_reduce: 2 values came out wrong"]


@pytest.mark.parametrize("lines", [1, 10, 12, 13])
def test_an_all_reduce_that_did_not_end_measures_nothing(lines: int) -> None:
    output = (OUTPUTS / "nccl.txt").read_text(encoding="utf-8")
    cut = "\n".join(output.splitlines()[:lines])
    assert read_all_reduce([ran(cut)], SCENE).findings == ()


def test_nccl_is_asked_for_all_gpus_at_a_size_that_the_floor_is_for() -> None:
    for check in (SHORT, LONG):
        (command,) = check.commands("all_reduce_perf", SCENE)
        assert command[-2:] == ["-g", "4"]
    assert "8G" in SHORT.commands("all_reduce_perf", SCENE)[0]


def test_a_faulty_gpu_of_gpu_burn_is_critical() -> None:
    outcome = BURN.read([recorded("gpu_burn.txt")], SCENE)
    assert told(outcome, Status.CRITICAL) == ["GPU 6 (00000000:6b:00.0) gpu_burn: FAULTY"]
    assert len(told(outcome, Status.OK)) == 3


def test_gpu_burn_is_given_the_kernel_that_lies_beside_it(tmp_path: Path) -> None:
    program = str(tmp_path / "gpu_burn")
    assert commands(program, SCENE) == [[program, "600"]]
    (tmp_path / "compare.ptx").touch()
    assert commands(program, SCENE) == [[program, "-c", str(tmp_path / "compare.ptx"), "600"]]


def burnt(**changes: Any) -> Ran:
    compute = {"rate": 6e14, "rounds": 100, "wrong_rounds": 0, "checksum": "0x1p+3"}
    memory = {"tested_bytes": 70 * 1024**3, "wrong_chunks": 0, "first_wrong": None}
    told: dict[str, Any] = {"versions": "cuBLAS 130000", "compute": compute, "memory": memory}
    for key, value in changes.items():
        part, _, name = key.partition("__")
        told[part] = {**told[part], name: value}
    return ran(json.dumps(told))


def test_a_good_burn_in_measures_each_gpu() -> None:
    outcome = read_burn_in([burnt()] * 4, SCENE)
    assert {finding.status for finding in outcome.findings} == {Status.OK}
    assert "GPU 4 (00000000:4b:00.0) memory: 70.0 GiB gave back every pattern" in (
        told(outcome, Status.OK)
    )
    assert outcome.version == "cuBLAS 130000"


@pytest.mark.parametrize(
    ("changes", "status", "text"),
    [
        (
            {"compute__wrong_rounds": 2},
            Status.CRITICAL,
            "gemm: 2 of 100 products differ from the first of the same matrices",
        ),
        (
            {"compute__checksum": "0x1p+4"},
            Status.CRITICAL,
            "gemm: its product is not that of the node's other GPUs",
        ),
        (
            {"compute__rate": 5e14},
            Status.WARNING,
            "gemm: 500.0 TFLOP/s, no floor of NVIDIA H100 80GB HBM3 is known, "
            "17% below the median of the node's GPUs",
        ),
        (
            {"memory__wrong_chunks": 1, "memory__first_wrong": "byte 7 is 0x01, not 0x00"},
            Status.CRITICAL,
            "memory: byte 7 is 0x01, not 0x00",
        ),
        ({"memory__tested_bytes": 0}, Status.UNKNOWN, "memory: none could be tested"),
    ],
)
def test_a_gpu_that_is_not_like_the_others_is_named(
    changes: dict[str, Any], status: Status, text: str
) -> None:
    outcome = read_burn_in([burnt(), burnt(), burnt(**changes), burnt()], SCENE)
    assert told(outcome, status) == [f"GPU 6 (00000000:6b:00.0) {text}"]
    assert [each.slot for each in outcome.findings if each.status is not Status.OK] == [6]


def test_two_gpus_that_disagree_are_both_named() -> None:
    scene = Scene(SCENE.gpus[:2], SCENE.floors)
    outcome = read_burn_in([burnt(), burnt(compute__checksum="0x1p+4")], scene)
    assert len(told(outcome, Status.CRITICAL)) == 2


def test_a_burn_in_that_fails_on_one_gpu_is_unknown_there() -> None:
    failed = ran('{"error": "cudaMalloc: out of memory (2)"}', exit_code=1)
    outcome = read_burn_in([burnt(), failed, burnt(), burnt()], SCENE)
    assert told(outcome, Status.UNKNOWN) == [
        "GPU 5 (00000000:5b:00.0) gemm: failed: cudaMalloc: out of memory (2)"
    ]


WORDS = st.sampled_from(
    [
        *("DCGM Diagnostic", "DCGM GPU Diagnostic", "test_categories", "tests", "results", "name"),
        *("status", "warnings", "test_summary", "entity_id", "entity_groups", "metadata"),
        *("nvbandwidth", "testcases", "bandwidth_matrix", "device_to_device_memcpy_read_ce"),
        *("host_to_device_memcpy_ce", "Waived", "compute", "memory", "rate", "rounds", "missing"),
    ]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS
TREES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)
LINES = st.sampled_from(
    [
        "# Out of bounds values : 0 OK",
        "# Avg bus bandwidth    : nan",
        "8589934592 2147483648 float sum -1 a b c 0 d e f 0",
        "Tested 0 GPUs:",
        "Tested 4 GPUs:",
        "\tGPU 0: ?",
        "Running host_to_device_memcpy_ce.",
        " 0  N/A",
        '{"nvbandwidth": {',
        "[" * 5000,
    ]
)
GARBAGE = st.text() | TREES.map(json.dumps) | st.lists(LINES).map("\n".join)


@pytest.mark.parametrize("check", active.ALL, ids=lambda check: f"{check.name}-{check.levels[0]}")
@given(output=GARBAGE, complaint=st.text(max_size=20), exit_code=st.sampled_from([0, 1, -9]))
def test_no_garbage_passes_a_node_nor_breaks_the_check(
    check: Check, output: str, complaint: str, exit_code: int
) -> None:
    many = [ran(output, complaint, exit_code)] * len(check.commands("tool", SCENE))
    outcome = check.read(many, SCENE)
    found = judge(check, outcome, many, hurried=False)
    assert all(finding.status is not Status.OK for finding in found)
    assert found or outcome.skipped


@pytest.mark.parametrize("check", active.ALL, ids=lambda check: f"{check.name}-{check.levels[0]}")
def test_a_tool_that_did_not_end_well_passes_nothing(check: Check) -> None:
    good = Outcome((Finding(Status.OK, "well", check.name),))
    for bad in (Ran("", "", 1, 1.0), Ran("", "", None, 1.0, "was stopped")):
        found = judge(check, good, [bad], hurried=False)
        assert found
        assert all(finding.status is Status.UNKNOWN for finding in found)


def test_a_hang_is_critical_unless_the_check_was_hurried() -> None:
    hung = [Ran("", "", None, 120.0, "did not end within 120 s")]
    for hurried, status in ((False, Status.CRITICAL), (True, Status.UNKNOWN)):
        (finding,) = judge(SHORT, Outcome(), hung, hurried)
        assert finding.status is status
