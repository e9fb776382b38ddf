"""Floors by model: which one counts, and what a wrong file is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from thirdshift_agent.checks.errors import CheckError
from thirdshift_agent.checks.floors import Floor, read_floors


@pytest.mark.parametrize(
    ("name", "all_reduce", "to_device"),
    [
        ("NVIDIA H100 80GB HBM3", 460e9, 48e9),
        ("NVIDIA H100 PCIe", None, 48e9),
        ("NVIDIA H200", 431e9, 48e9),
        ("NVIDIA H200 NVL", None, 48e9),
        ("NVIDIA A100-SXM4-80GB", 228e9, 23e9),
        ("NVIDIA A100 80GB PCIe", None, 23e9),
        ("NVIDIA GB200", 432e9, 48e9),
        ("NVIDIA B200", None, None),
        ("NVIDIA L40S", None, None),
        ("", None, None),
    ],
)
def test_the_longest_name_that_fits_counts(
    name: str, all_reduce: float | None, to_device: float | None
) -> None:
    floor = read_floors().of(name)
    assert floor.all_reduce_bytes_per_second == all_reduce
    assert floor.host_to_device_bytes_per_second == to_device


def test_a_site_changes_single_values_and_adds_models(tmp_path: Path) -> None:
    path = tmp_path / "floors.toml"
    path.write_text('[H200]\npeer_bytes_per_second = 1\n["RTX 6000"]\nall_reduce_gpus = 2\n')
    floors = read_floors(path)
    assert floors.of("NVIDIA H200").peer_bytes_per_second == 1.0
    assert floors.of("NVIDIA H200").all_reduce_bytes_per_second == 431e9
    assert floors.of("NVIDIA RTX 6000 Ada") == Floor(all_reduce_gpus=2.0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[H100", "Expected ']'"),
        ("peer_bytes_per_second = 1", 'write it under a model, such as ["H100"]'),
        ("[H100]\nhost_to_devise_bytes_per_second = 1", "mean host_to_device_bytes_per_second?"),
        ("[H100]\npeer_bytes_per_second = '1'", "peer_bytes_per_second='1': give a number"),
        ("[H100]\npeer_bytes_per_second = true", "peer_bytes_per_second=True: give a number"),
        ("[H100]\npeer_bytes_per_second = 0", "give a number above 0"),
        ("[H100]\npeer_bytes_per_second = nan", "give a number above 0"),
    ],
)
def test_a_wrong_file_is_told_where_and_how(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "floors.toml"
    path.write_text(text)
    with pytest.raises(CheckError) as refused:
        read_floors(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="No such file"):
        read_floors(tmp_path / "absent")
