"""A script of faults: read whole or refused with file, key and remedy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from thirdshift_agent.script import ScriptError, Stage, read_script
from thirdshift_agent.simulated import ScheduledFault

START = datetime(2026, 11, 2, tzinfo=UTC)
STAGE = Stage(("gpu-0101", "gpu-0102"), gpus=8, starts_at=START)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "faults.toml"
    path.write_text(text)
    return path


def test_faults_are_told_by_node_and_instant(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        [[faults]]
        after_seconds = 60
        node = "gpu-0102"
        slot = 3
        fault = "xid:64"

        [[faults]]
        after_seconds = 0.5
        node = "gpu-0101"
        slot = 0
        fault = "gpu:hung"
        """,
    )
    assert read_script(path, STAGE) == {
        "gpu-0102": [ScheduledFault(START + timedelta(seconds=60), 3, "xid:64")],
        "gpu-0101": [ScheduledFault(START + timedelta(seconds=0.5), 0, "gpu:hung")],
    }


def test_a_single_node_needs_no_name(tmp_path: Path) -> None:
    path = write(tmp_path, '[[faults]]\nafter_seconds=1\nslot=0\nfault="xid:64"')
    assert list(read_script(path, Stage(("here",), 1, START))) == ["here"]


FAULT = '[[faults]]\nnode="gpu-0101"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("faults = 1", "faults is not a list"),
        ("faults = [1]", "fault 1 is not a table"),
        ("[[fault]]", "unknown key 'fault'; there is only"),
        ("[[faults", "write it as"),
        ("[[faults]]\nafter=1", "fault 1: unknown key 'after'; there are after_seconds, node"),
        ("[[faults]]\nafter_seconds=1", "node=None; give one that is simulated here"),
        ('[[faults]]\nnode="y"', "node='y'; give one that is simulated here"),
        (FAULT, "after_seconds=None; give seconds"),
        (FAULT + "after_seconds=-1", "after_seconds=-1; give seconds"),
        (FAULT + "after_seconds=nan", "after_seconds=nan; give seconds"),
        (FAULT + "after_seconds=1\nslot=8", "slot=8; give a slot from 0 to 7"),
        (FAULT + "after_seconds=1\nslot=true", "slot=True; give a slot"),
        (FAULT + "after_seconds=1\nslot=1\nfault=64", "fault=64; give one of xid:13,"),
        (FAULT + "after_seconds=1\nslot=1\nfault=[]", "fault=[]; give one of xid:13,"),
    ],
)
def test_a_bad_key_is_named_with_file_and_remedy(tmp_path: Path, text: str, sentence: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ScriptError) as refused:
        read_script(path, STAGE)
    assert str(path) in str(refused.value)
    assert sentence in str(refused.value)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"absent\.toml.*No such file"):
        read_script(tmp_path / "absent.toml", STAGE)
