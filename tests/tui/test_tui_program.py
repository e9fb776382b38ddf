"""The program as a user starts it: what it says when it cannot start, and a run inside tmux."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from thirdshift_tui.client.errors import UnreachableError
from thirdshift_tui.client.token import Token
from thirdshift_tui.config import ConfigError, load
from thirdshift_tui.crash import last_words
from tui.site_server import TOKEN

PROGRAM = Path(sys.executable).parent / "thirdshift-tui"
SERVER = Path(__file__).parent / "site_server.py"
_STEP_SECONDS, _STEPS = 0.1, 200


def until(holds: Callable[[], bool], told: Callable[[], str]) -> None:
    for _ in range(_STEPS):
        if holds():
            return
        time.sleep(_STEP_SECONDS)
    raise AssertionError(told())


@contextmanager
def served(folder: Path, *options: str) -> Iterator[str]:
    port = folder / "port"
    command = [sys.executable, str(SERVER), str(port), *options]
    process = subprocess.Popen(command)
    try:
        until(lambda: port.exists() and bool(port.read_text()), lambda: "no server came up")
        yield f"http://127.0.0.1:{port.read_text()}"
    finally:
        process.terminate()
        process.wait(10)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROGRAM), *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "say where the controller is, with --url or THIRDSHIFT_URL."),
        ({"THIRDSHIFT_URL": "controller"}, "'controller' is no address"),
        ({"THIRDSHIFT_URL": "http://c"}, "say who you are, with --token-file"),
        ({"THIRDSHIFT_URL": "http://c", "THIRDSHIFT_TOKEN_FILE": "/no/file"}, "cannot read"),
    ],
)
def test_a_missing_setting_is_one_sentence_and_exit_2(
    environment: dict[str, str], sentence: str
) -> None:
    result = run(**environment)
    assert result.returncode == 2
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_flag_goes_before_the_environment(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-file\n", encoding="utf-8")
    environment = {"THIRDSHIFT_URL": "http://env", "THIRDSHIFT_TOKEN": "from-env"}
    flags = load("http://flag", str(tmp_path / "token"), environment)
    assert (flags.url, flags.token.reveal()) == ("http://flag", "from-file")
    env = load(None, None, environment)
    assert (env.url, env.token.reveal()) == ("http://env", "from-env")


def test_a_token_that_cannot_be_a_header_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("two\nlines", encoding="utf-8")
    with pytest.raises(ConfigError, match="holds no token"):
        load("http://c", str(tmp_path / "token"), {})


def test_a_token_does_not_show_itself() -> None:
    token = Token("secret")
    assert "secret" not in f"{token} {token!r} {[token]}"


def test_last_words_name_the_place_and_not_the_errors_own_words() -> None:
    try:
        raise ValueError("Bearer secret")
    except ValueError as error:
        words = last_words(error)
    assert words.startswith("thirdshift-tui stopped: ValueError at test_tui_program.py:")
    assert "secret" not in words
    assert "\n" not in words


def test_a_crash_prints_one_line_without_locals_and_exits_1(tmp_path: Path) -> None:
    program = tmp_path / "broken.py"
    program.write_text(BROKEN, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 1
    told = (result.stdout + result.stderr).strip()
    assert told == "thirdshift-tui stopped: RuntimeError at broken.py:9. Please report this line."


BROKEN = """
import logging, sys
from thirdshift_tui.app import Console
from thirdshift_tui.client.fake import FakeSite

class Broken(Console):
    def on_mount(self):
        token = "hunter2"
        raise RuntimeError(f"Bearer {token}")

logging.basicConfig(handlers=[logging.NullHandler()])
app = Broken(FakeSite())
app.run(headless=True)
sys.exit(app.return_code or 0)
"""


def test_without_its_extra_the_program_names_the_install() -> None:
    code = (
        "import sys; sys.modules['textual'] = None; sys.argv = ['thirdshift-tui'];"
        "from thirdshift_tui.cli import main; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={"THIRDSHIFT_URL": "http://c", "THIRDSHIFT_TOKEN": "t"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr == "thirdshift-tui needs textual: pip install 'thirdshift[tui]'\n"


def test_plain_prints_the_floor_and_what_is_open_once(tmp_path: Path) -> None:
    with served(tmp_path) as url:
        result = run("--plain", THIRDSHIFT_URL=url, THIRDSHIFT_TOKEN=TOKEN)
        refused = run("--plain", THIRDSHIFT_URL=url, THIRDSHIFT_TOKEN="wrong")
    assert (result.returncode, result.stderr) == (0, "")
    assert "R02 .... .... .... .... .... .... .... .... .... .... ...X ...." in result.stdout
    assert "gpu-2114 U31: failed, nobody owns it, INC-2, GPUs 2, seen 4s ago" in result.stdout
    assert "R05 .... hhhh .... .... ...v" in result.stdout
    assert "HOLD-1: raj holds rack R05-02 until 16:30: new leaf cables" in result.stdout
    assert "waits: a lead's yes to gpu_reset" in result.stdout
    assert "\x1b" not in result.stdout
    assert refused.returncode == 1
    assert refused.stderr == "thirdshift-tui: the controller refused the token: no such token\n"


def test_plain_tells_that_nobody_answers() -> None:
    result = run("--plain", THIRDSHIFT_URL="http://127.0.0.1:1", THIRDSHIFT_TOKEN="t")
    assert result.returncode == 1
    assert result.stderr.startswith(f"thirdshift-tui: {UnreachableError('cannot reach')}")


@dataclass
class Terminal:
    """A tmux server of its own with one program in it."""

    socket: Path

    def tmux(self, *arguments: str) -> str:
        command = ["tmux", "-S", str(self.socket), "-f", "/dev/null", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def text(self) -> str:
        return self.tmux("capture-pane", "-p")

    def until(self, words: str) -> str:
        until(lambda: words in self.text(), lambda: f"no {words!r} in:\n{self.text()}")
        return self.text()

    def keys(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)


@contextmanager
def terminal(
    folder: Path, width: int, height: int, url: str, *, token: str = TOKEN, setting: str = ""
) -> Iterator[Terminal]:
    assert shutil.which("tmux"), "this test needs tmux: run `make servers`"
    token_file = folder / "token"
    token_file.write_text(token, encoding="utf-8")
    command = f"{setting} {PROGRAM} --url {url} --token-file {token_file} --poll-seconds 0.3"
    screen = Terminal(folder / "tmux")
    size = ("-x", str(width), "-y", str(height))
    # The shell waits first, so that pipe-pane sees the program's every byte.
    script = f"read go; {command}; echo exit=$?; read end"
    screen.tmux("new-session", "-d", *size, "sh", "-c", script)
    try:
        screen.tmux("pipe-pane", f"cat > {folder / 'bytes'}")
        screen.keys("Enter")
        yield screen
    finally:
        screen.tmux("kill-server")


@pytest.mark.parametrize(("width", "height"), [(80, 24), (200, 50)])
def test_the_program_works_an_order_in_a_real_terminal(
    width: int, height: int, tmp_path: Path
) -> None:
    with served(tmp_path) as url, terminal(tmp_path, width, height, url) as screen:
        page = screen.until("LIVE")
        assert len(page.splitlines()) == height
        screen.keys("n")
        screen.until(">U31")
        screen.keys("Enter")
        screen.until("PCI address")
        screen.keys("Escape")
        screen.until("top of the rack first")
        screen.keys("3")
        screen.until("WO-1 assigned")
        screen.keys("a")
        screen.until("WO-1 is acknowledged.")
        screen.keys("s")
        screen.until("WO-1 is started.")
        screen.keys("Space")
        screen.until("ana 14:32")
        screen.keys("q")
        screen.until("exit=0")


def test_a_controller_that_goes_away_leaves_the_program_running_and_stale(tmp_path: Path) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(served(tmp_path))
        with terminal(tmp_path, 80, 24, url) as screen:
            screen.until("LIVE")
            stack.close()
            screen.until("STALE since 14:32:00: cannot reach")
            screen.keys("3")
            screen.until("STALE")
            screen.keys("q")
            screen.until("exit=0")


def test_a_wrong_token_is_told_in_a_real_terminal(tmp_path: Path) -> None:
    with served(tmp_path) as url, terminal(tmp_path, 80, 24, url, token="wrong") as screen:
        screen.until("the controller refused the token: no such token")
        screen.keys("q")
        screen.until("exit=0")


def test_no_colour_and_hostile_text_reach_a_real_terminal_harmlessly(tmp_path: Path) -> None:
    with (
        served(tmp_path, "--hostile") as url,
        terminal(tmp_path, 80, 24, url, setting="NO_COLOR=1") as screen,
    ):
        screen.until("LIVE")
        for key in ("n", "Enter", "Enter", "2", "3"):
            screen.keys(key)
        screen.until("My queue")
        screen.keys("q")
        screen.until("exit=0")
    sent = (tmp_path / "bytes").read_bytes()
    assert b"\x1b]52" not in sent
    assert b"\x1b]0;pwned" not in sent
    assert b"38;2;" not in sent
    assert b"pwned" in sent
