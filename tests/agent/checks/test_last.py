"""The kept verdict as the daemon reads it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_agent.checks.errors import CheckError
from thirdshift_agent.checks.finding import Finding, Status, Unit
from thirdshift_agent.checks.last import ROWS, keep, last_check, read_last
from thirdshift_agent.checks.verdict import Verdict
from thirdshift_agent.collectors.host.collector import Roots

ENDED_AT = datetime(2026, 11, 2, 12, 5, tzinfo=UTC)
SPEED = Unit.BYTES_PER_SECOND
VERDICT = Verdict(
    answering=8,
    found=(
        Finding(Status.OK, "well", "host_to_device", 3, "GPU-3", 55e9, 48e9, SPEED),
        Finding(Status.CRITICAL, "slow", "host_to_device", 4, "GPU-4", 12e9, 48e9, SPEED),
        Finding(Status.OK, "fast", "gemm", 3, "GPU-3", 6e14, None, Unit.FLOPS),
        Finding(Status.OK, "node", "all_reduce", measured=470e9, unit=SPEED),
    ),
    level=2,
    started_at=ENDED_AT,
    ended_at=ENDED_AT,
)


def test_the_daemon_reads_what_the_check_kept(tmp_path: Path) -> None:
    path = tmp_path / "last.json"
    keep(VERDICT, path)
    assert last_check(path).read(Roots()) == {
        ("check_last_run_timestamp_seconds", ()): ENDED_AT.timestamp(),
        ("check_level", ()): 2.0,
        ("check_status", ("all",)): 2.0,
        ("check_status", ("host_to_device",)): 2.0,
        ("check_status", ("gemm",)): 0.0,
        ("check_status", ("all_reduce",)): 0.0,
        ("check_bandwidth_bytes_per_second", ("host_to_device", "3")): 55e9,
        ("check_bandwidth_bytes_per_second", ("host_to_device", "4")): 12e9,
        ("check_bandwidth_bytes_per_second", ("all_reduce", "")): 470e9,
    }
    assert {name for name, _ in read_last(path)} == {row.name for row in ROWS}
    assert [left.name for left in tmp_path.iterdir()] == ["last.json"]


def test_without_a_check_there_is_no_reading(tmp_path: Path) -> None:
    assert read_last(tmp_path / "absent") == {}


@pytest.mark.parametrize("text", ["", "[", "[]", "{}", '{"ended_at": 1}', "[" * 100_000, "\xff"])
def test_a_file_that_is_none_of_ours_gives_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "last.json"
    path.write_text(text, encoding="latin-1")
    assert read_last(path) == {}


@given(
    key=st.sampled_from(["ended_at", "level", "status", "findings"]),
    value=st.none()
    | st.integers()
    | st.text()
    | st.lists(st.none() | st.dictionaries(st.text(), st.none())),
)
def test_a_spoilt_file_never_raises(tmp_path_factory: Any, key: str, value: object) -> None:
    path = tmp_path_factory.mktemp("kept") / "last.json"
    path.write_text(json.dumps(json.loads(VERDICT.encode()) | {key: value}))
    assert isinstance(read_last(path), dict)


def test_a_file_whose_folder_is_none_is_refused_in_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.touch()
    with pytest.raises(CheckError, match=r"--out .*last\.json: Not a directory; name a file"):
        keep(VERDICT, folder / "last.json")
