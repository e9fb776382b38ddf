"""Programs run together: what they say, how they end, and that none is left."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from agent.checks.bench import runs
from house.sources import modules
from house.test_fresh_interpreter import loaded_by
from servers.process import wait_for
from thirdshift_agent.checks import tools
from thirdshift_agent.checks.tools import Ran, run_together


def shell(*scripts: str, limit_seconds: float = 60.0) -> tuple[Ran, ...]:
    return run_together(
        [["/bin/sh", "-c", script] for script in scripts], limit_seconds, os.environ
    )


def test_each_says_its_own_and_ends_as_it_likes() -> None:
    one, other = shell("echo a; echo b >&2", "echo c; exit 7")
    assert (one.output, one.complaint, one.exit_code) == ("a\n", "b\n", 0)
    assert (other.output, other.complaint, other.exit_code) == ("c\n", "", 7)


def test_output_is_bounded_and_said_to_be() -> None:
    (ran,) = shell(f"head -c {tools.OUTPUT_BYTES + 1} /dev/zero")
    assert len(ran.output) == tools.OUTPUT_BYTES
    assert ran.reason == "prints too much"
    (ran,) = shell(f"head -c {tools.OUTPUT_BYTES} /dev/zero; head -c 999999 /dev/zero >&2")
    assert (len(ran.output), len(ran.complaint)) == (tools.OUTPUT_BYTES, tools.COMPLAINT_BYTES)
    assert ran.reason is None


def test_one_that_asks_for_the_end_gently_gets_it() -> None:
    (ran,) = shell("trap 'echo bye; exit' TERM; sleep 1000 & wait", limit_seconds=0.3)
    assert ran.output == "bye\n"
    assert (ran.exit_code, ran.reason) == (None, "did not end within 0 s")


def test_one_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "GRACE_SECONDS", 0.2)
    well, deaf = shell("echo well", "trap '' TERM; while :; do sleep 1; done", limit_seconds=0.3)
    assert (well.exit_code, well.output) == (0, "well\n")
    assert deaf.reason == "did not end within 0 s"


def test_what_a_program_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    (ran,) = shell(f"sleep 1000 & echo $! > {path}")
    assert ran.exit_code == 0
    wait_for(lambda: not runs(int(path.read_text())), "the end of what was left behind")


def test_one_that_cannot_be_started_does_not_keep_the_others() -> None:
    commands = [["/proc/none"], ["/bin/echo", "here"]]
    none, here = run_together(commands, 60.0, os.environ)
    assert (none.exit_code, none.reason) == (
        None,
        "cannot be started: No such file or directory",
    )
    assert here.output == "here\n"


def test_an_interruption_ends_them(tmp_path: Path) -> None:
    path = tmp_path / "pid"

    def interrupt() -> None:
        if path.exists() and path.read_text():
            raise InterruptedError

    with pytest.raises(InterruptedError):
        run_together(
            [["/bin/sh", "-c", f"echo $$ > {path}; exec sleep 1000"]], 60.0, os.environ, interrupt
        )
    with pytest.raises(ProcessLookupError):
        os.kill(int(path.read_text()), 0)


def test_last_words_are_the_last_line_that_says_something() -> None:
    assert Ran("a\nb\n\n", "", 0, 1.0).last_words == "b"
    assert Ran("a", " c \n", 0, 1.0).last_words == "c"
    assert Ran("", "", 0, 1.0).last_words == "nothing"


def test_of_the_agent_one_module_executes_programs() -> None:
    wanted = re.compile(r"\b(?:import subprocess|os\.(?:system|exec|spawn|popen)|pty\.)")
    executing = {
        module.path
        for module in modules()
        if module.path.startswith("agent/") and wanted.search(module.text)
    }
    assert executing == {"agent/thirdshift_agent/checks/tools.py"}


def test_the_daemon_loads_nothing_that_executes() -> None:
    loaded = loaded_by("import thirdshift_agent.cli, thirdshift_agent.daemon")
    assert "thirdshift_agent.checks.tools" not in loaded
