"""The units that begin a check by schedule are such as systemd takes."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from house.sources import ROOT
from servers.process import need
from thirdshift_agent.cli import _parser

UNITS = ROOT / "deploy" / "systemd"
PROGRAM = "/opt/thirdshift/bin/thirdshift-agent"


def verified(folder: Path) -> str:
    """What systemd has to say against the units, with a program that is there."""
    for unit in UNITS.glob("thirdshift-agent-check.*"):
        text = unit.read_text(encoding="utf-8").replace(PROGRAM, need("true"))
        (folder / unit.name).write_text(text, encoding="utf-8")
    names = [str(path) for path in folder.glob("thirdshift-agent-check.*")]
    done = subprocess.run(
        [need("systemd-analyze"), "verify", *names], capture_output=True, text=True, check=False
    )
    return f"{done.stdout}{done.stderr}" + f"exit status {done.returncode}" * bool(done.returncode)


def test_systemd_has_nothing_against_the_units(tmp_path: Path) -> None:
    assert verified(tmp_path) == ""


def test_the_service_calls_what_the_command_line_knows() -> None:
    lines = (UNITS / "thirdshift-agent-check.service").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith("ExecStart=")]
    program, *arguments = shlex.split(line.removeprefix("ExecStart="))
    asked = _parser().parse_args(arguments)
    assert (program, asked.level, asked.out.parent) == (PROGRAM, 2, asked.state_dir)
