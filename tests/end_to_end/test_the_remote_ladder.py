"""One fault up the remote ladder, through a real Slurm, sshd and BMC, with SIGKILL between."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from end_to_end.hall import FAULT, NODE, SLOT, Hall, open_hall
from servers.process import wait_for
from thirdshift_controller.remedies.port import Return
from thirdshift_controller.wire import AttemptOutcome, IncidentState
from thirdshift_runbooks.page import RemoteAction

OURS = f"thirdshift INC-1 gsp-timeout: GPU {SLOT}"
RESET = "-n nvidia-smi --gpu-reset -i 00000000:61:00.0"
BUG_REPORT = "node/nvidia-bug-report.log.gz"
"""The stand-in writes none."""
LADDER = [
    ("drain", AttemptOutcome.SUCCEEDED, True),
    ("gpu_reset", AttemptOutcome.FAILED, False),
    ("reboot", AttemptOutcome.SUCCEEDED, False),
    ("power_cycle", AttemptOutcome.SUCCEEDED, True),
    ("resume", AttemptOutcome.SUCCEEDED, None),
]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with ExitStack() as closing:
        yield open_hall(tmp_path, closing)


def test_only_a_power_cycle_helps_and_every_rung_is_made_once(hall: Hall, tmp_path: Path) -> None:
    end_of_work = tmp_path / "end-of-work"
    job = hall.submit(end_of_work)
    hall.start_controller()
    hall.break_a_card()
    drained_while(hall, job)

    hold = placed_hold(hall)
    end_of_work.touch()
    wait_for(lambda: hall.slurm.job_state(job) == "COMPLETED", "the job at its own end")
    hall.restart_controller()
    waits_for(hall, "lead holds node gpu01: somebody is at the rack")
    turns(hall)
    assert made(hall) == ["drain"]
    hall.call("POST", f"/v1/holds/{hold}/lift", reason="gone again")

    wait_for(lambda: ended(hall, RemoteAction.REBOOT), "the reboot made")
    hall.restart_controller()
    hall.incident(IncidentState.CLOSED)
    wait_for(lambda: ended(hall, Return.RESUME), "the return made")
    hall.restart_controller()
    turns(hall)
    assert_every_rung_was_made_once(hall)
    assert_it_closed_as_proved(hall)
    assert_the_pack_holds_what_the_node_said(hall, tmp_path)


def drained_while(hall: Hall, job: int) -> None:
    waits_for(hall, f"jobs to end: {job}")
    assert hall.slurm.node_state(NODE) == "MIXED+DRAIN"
    assert hall.slurm.reason(NODE) == OURS
    assert OURS in hall.slurm.run("sinfo", "-R", "--noheader", "--format=%100E")
    assert hall.slurm.job_state(job) == "RUNNING"


def placed_hold(hall: Hall) -> str:
    body = {"scope": "node", "scope_name": NODE, "reason": "somebody is at the rack"}
    return str(hall.call("POST", "/v1/holds", **body).json()["id"])


def waits_for(hall: Hall, words: str) -> None:
    def look() -> bool:
        try:
            return hall.detail().summary.waits_for == words
        except httpx.HTTPError:
            return False

    wait_for(look, f"INC-1 waiting for {words}")


def turns(hall: Hall) -> None:
    """The repair loop has gone around twice since."""
    before = count(hall)
    wait_for(lambda: count(hall) >= before + 2, "the repair loop")


def count(hall: Hall) -> float:
    page = hall.call("GET", "/metrics").text.splitlines()
    name = 'thirdshift_job_duration_seconds_count{job="repair"} '
    return next(float(line.removeprefix(name)) for line in page if line.startswith(name))


def made(hall: Hall) -> list[str]:
    return [one.action for one in hall.detail().attempts]


def ended(hall: Hall, action: RemoteAction | Return) -> bool:
    return any(one.action == action and one.finished_at for one in hall.detail().attempts)


def assert_every_rung_was_made_once(hall: Hall) -> None:
    attempts = hall.detail().attempts
    assert [(one.action, one.outcome, one.held) for one in attempts] == LADDER
    assert "Unable to reset GPU" in attempts[1].output
    reset, reboot = hall.sshd.acts
    assert reset == RESET
    assert reboot.endswith("systemctl reboot")
    assert hall.bmc.deeds == ["set power 0", "set power 1"]
    assert (hall.slurm.node_state(NODE), hall.slurm.reason(NODE)) == ("IDLE", None)


def assert_it_closed_as_proved(hall: Hall) -> None:
    detail = hall.detail()
    assert (detail.resolution or "").startswith("verified")
    assert {"detect", "drain", "remote", "verify"} <= {one.phase for one in detail.phases}
    told = {
        one["action"]: (one["held"], one["tried"])
        for one in hall.call("GET", "/v1/remedies").json()
    }
    assert (told["gpu_reset"], told["reboot"], told["power_cycle"]) == ((0, 1), (0, 1), (1, 1))
    assert hall.lead.orders() == []


def assert_the_pack_holds_what_the_node_said(hall: Hall, folder: Path) -> None:
    (folder / "pack.tar.gz").write_bytes(hall.call("GET", "/v1/incidents/INC-1/evidence").content)
    subprocess.run(["tar", "-xzmf", "pack.tar.gz"], cwd=folder, check=True)
    pack = folder / "INC-1"
    sums = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    subprocess.run(sums, cwd=pack, check=True)
    exhibits = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))["exhibits"]
    missing = [one["name"] for one in exhibits if one["problem"]]
    assert [name.partition("Z/")[2] for name in missing] == [BUG_REPORT]
    (look,) = (pack / "looks").iterdir()
    assert FAULT in (pack / "timeline.txt").read_text(encoding="utf-8")
    assert (look / "node" / "dmesg.txt").read_text(encoding="utf-8").startswith("as root: -n dmesg")
    assert (look / "bmc" / "log.txt").is_file()
