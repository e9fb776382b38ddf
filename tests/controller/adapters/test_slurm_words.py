"""What Slurm prints, read: a record of 24.11, and states that no test can bring about."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from thirdshift_controller.adapters.slurm_words import (
    NO_ACCOUNT,
    read_holdings,
    read_jobs,
    read_nodes,
)
from thirdshift_controller.intake.schedule import ABSENT, NodeStanding, Standing

RECORDED = Path(__file__).parent / "recorded" / "slurm-24.11-nodes.txt"
"""Four nodes of a Slurm 24.11.5: drained by us, well, drained by somebody, dead."""
AT = datetime(2026, 11, 25, 14, 31, 42, tzinfo=UTC)


def shown(state: str, *lines: str) -> str:
    record = ["NodeName=gpu1 Arch=x86_64 ", f"   State={state} ThreadsPerCore=1", *lines]
    return "\n".join([*record, "\n"])


def standing(state: str, *lines: str, jobs: tuple[str, ...] = ()) -> NodeStanding:
    return dict(read_nodes(shown(state, *lines), {"gpu1": jobs}))["gpu1"]


def test_a_newer_slurm_is_read_like_an_older_one() -> None:
    found = dict(read_nodes(RECORDED.read_text(encoding="utf-8"), {"g1": ("7",)}))
    ours = "thirdshift INC-12 gpu-fell-off-bus: GPU 3"
    assert found == {
        "g1": NodeStanding(Standing.DRAINING, ours, ("7",), "root", AT),
        "g2": NodeStanding(Standing.IN_SERVICE, None, ()),
        "g3": NodeStanding(Standing.DRAINED, "two", (), "root", AT),
        "g4": NodeStanding(
            Standing.DOWN, "Not responding", (), "root", AT.replace(minute=32, second=6)
        ),
    }


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("IDLE", Standing.IN_SERVICE),
        ("IDLE*", Standing.IN_SERVICE),
        ("MIXED+NOT_RESPONDING", Standing.IN_SERVICE),
        ("ALLOCATED+MAINTENANCE+RESERVED", Standing.IN_SERVICE),
        ("IDLE+POWERED_DOWN", Standing.IN_SERVICE),
        ("IDLE+PLANNED", Standing.IN_SERVICE),
        ("UNKNOWN", Standing.IN_SERVICE),
        ("DOWN", Standing.DOWN),
        ("DOWN*", Standing.DOWN),
        ("DOWN+NOT_RESPONDING", Standing.DOWN),
        ("IDLE+INVALID_REG", Standing.DOWN),
        ("ERROR", Standing.DOWN),
        ("IDLE+DRAIN", Standing.DRAINED),
        ("DOWN*+DRAIN", Standing.DRAINED),
        ("DOWN+DRAIN+NOT_RESPONDING", Standing.DRAINED),
        ("IDLE+FAIL", Standing.DRAINED),
        ("ALLOCATED+DRAIN", Standing.DRAINING),
        ("MIXED+DRAIN+NOT_RESPONDING", Standing.DRAINING),
        ("IDLE+COMPLETING+DRAIN", Standing.DRAINING),
        ("FUTURE", Standing.ABSENT),
    ],
)
def test_every_state_has_its_standing(state: str, expected: Standing) -> None:
    assert standing(state).standing is expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("Not responding [slurm@1]", Standing.DOWN),
        ("Node unexpectedly rebooted [slurm@1]", Standing.DOWN),
        ("smoke [ana@1]", Standing.DRAINED),
    ],
)
def test_down_by_a_persons_hand_is_out_and_not_given_up(reason: str, expected: Standing) -> None:
    assert standing("DOWN", f"   Reason={reason}").standing is expected


def test_a_drained_node_with_a_job_that_squeue_still_names_is_draining() -> None:
    assert standing("IDLE+DRAIN", jobs=("7",)).standing is Standing.DRAINING


def test_a_comment_that_looks_like_a_state_is_a_comment() -> None:
    assert standing("IDLE", "   Comment=State=DOWN").standing is Standing.IN_SERVICE


def test_a_reason_without_a_stamp_is_a_reason() -> None:
    assert standing("IDLE+DRAIN", "   Reason=nic swap") == NodeStanding(
        Standing.DRAINED, "nic swap", ()
    )


def test_a_node_of_the_future_is_no_node() -> None:
    assert standing("FUTURE", "   Reason=bought") == ABSENT


def test_jobs_are_told_on_each_of_their_nodes_however_slurm_folds_the_names() -> None:
    jobs = read_jobs("7|g[001-002,010],r1n[8-9]\n8_1|g001\n9|\n")
    assert jobs == {
        "g001": ("7", "8_1"),
        "g002": ("7",),
        "g010": ("7",),
        "r1n8": ("7",),
        "r1n9": ("7",),
    }


def test_names_in_no_known_form_are_refused() -> None:
    with pytest.raises(ValueError, match="missing bracket"):
        read_jobs("7|g[001-")


def job(account: str, *parts: tuple[str, str]) -> str:
    return "\n".join(
        [
            "JobId=7 JobName=wrap",
            "   UserId=root(0) GroupId=root(0) MCS_label=N/A",
            f"   Priority=4294901759 Nice=0 Account={account} QOS=(null)",
            "   JobState=RUNNING Reason=None Dependency=(null)",
            "   NodeList=g[1-3]",
            "   JOB_GRES=gpu:h100:13",
            *(f"     Nodes={nodes} CPU_IDs=0-1 Mem=0 GRES={gres}" for nodes, gres in parts),
            "   Power=",
            "   \n",
        ]
    )


def test_a_job_that_is_spread_unevenly_holds_on_each_node_what_it_has_there() -> None:
    text = job("vision", ("g[1,3]", "gpu:h100:4(IDX:0-1,6-7)"), ("g2", "gpu:h100:5(IDX:0-4)"))
    assert read_holdings(text) == {
        "g1": {"vision": 4.0},
        "g2": {"vision": 5.0},
        "g3": {"vision": 4.0},
    }


def test_jobs_of_one_account_add_up_and_others_stand_beside_them() -> None:
    jobs = [job(account, ("g1", "gpu:2(IDX:0-1)")) for account in ("vision", "lang", "vision")]
    assert read_holdings("\n".join(jobs)) == {"g1": {"vision": 4.0, "lang": 2.0}}


@pytest.mark.parametrize(
    ("gres", "gpus"),
    [
        ("gpu:a100:2(IDX:0-1),gpu:h100:3(IDX:2-4)", 5.0),
        ("nic:1(IDX:0),gpu:8(IDX:0-7)", 8.0),
        ("gpu:nvidia_h100_1g.10gb:14", 2.0),
        ("shard:h100:40(0:10/10)", None),
        ("", None),
    ],
)
def test_gpus_are_counted_of_any_type_and_instances_as_parts(gres: str, gpus: float | None) -> None:
    expected = {} if gpus is None else {"g1": {"vision": pytest.approx(gpus)}}
    assert read_holdings(job("vision", ("g1", gres))) == expected


def test_a_job_without_an_account_is_somebodys_all_the_same() -> None:
    text = job("(null)", ("g1", "gpu:1(IDX:0)"))
    assert read_holdings(text) == {"g1": {NO_ACCOUNT: 1.0}}
