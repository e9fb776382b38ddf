"""Bearer tokens: who has one is served, a new one comes in while the old one still works."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.node_clock import Uptime
from thirdshift_agent.credential_files import LOOK_SECONDS, CredentialError
from thirdshift_agent.serving.exchange import Answer, Request
from thirdshift_agent.serving.tokens import Tokens, guarded

WELL = Answer(200, b"{}")


def file_of(folder: Path, text: str) -> Path:
    path = folder / "tokens"
    path.touch(mode=0o600)
    path.write_text(text)
    return path


def ask(tokens: Tokens, path: str, authorization: str | None) -> Answer | None:
    request = Request("GET", path, (), b"", authorization=authorization)
    return guarded(lambda request: WELL, tokens)(request)


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(file_of(tmp_path, "first-token\n\nsecond.token==\n"))


@pytest.mark.parametrize(
    "header", ["Bearer first-token", "bearer second.token==", "BEARER  first-token "]
)
def test_who_has_a_token_is_served(tokens: Tokens, header: str) -> None:
    assert ask(tokens, "/metrics", header) is WELL


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer first", "Bearer first-token2", "Basic first-token",
     "first-token", "Bearer first-token second.token==", "Bearer fïrst-token"],
)  # fmt: skip
def test_who_has_none_is_told_what_to_send(tokens: Tokens, header: str | None) -> None:
    told = ask(tokens, "/metrics", header)
    assert told is not None
    assert told.status == 401
    assert dict(told.headers)["WWW-Authenticate"].startswith("Bearer")
    assert json.loads(told.body) == {
        "error": "this agent wants a token: send it as 'Authorization: Bearer TOKEN'"
    }


@given(st.text(st.characters(max_codepoint=255)))
def test_no_other_header_lets_anybody_in(tokens_folder: Path, header: str) -> None:
    tokens = Tokens(file_of(tokens_folder, "a-token-that-nobody-guesses\n"))
    assert not tokens.admit(header)


@pytest.fixture(scope="module")
def tokens_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tokens")


@pytest.mark.parametrize("path", ["/healthz", "/gpu-0101/healthz"])
def test_the_health_is_for_everybody(tokens: Tokens, path: str) -> None:
    assert ask(tokens, path, None) is WELL


def test_tokens_are_exchanged_while_the_agent_runs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path, uptime = file_of(tmp_path, "old\n"), Uptime()
    tokens = Tokens(path, uptime)
    path.write_text("old\nnew\n")
    assert not tokens.admit("Bearer new"), "the file is not looked at for each request"
    uptime.seconds += LOOK_SECONDS
    assert tokens.admit("Bearer new")
    assert tokens.admit("Bearer old")
    path.write_text("new\n")
    uptime.seconds += LOOK_SECONDS
    assert not tokens.admit("Bearer old")
    for text in ("", "not one token\n"):
        path.write_text(text)
        uptime.seconds += LOOK_SECONDS
        assert tokens.admit("Bearer new"), "what cannot be used is not taken up"
    path.unlink()
    uptime.seconds += LOOK_SECONDS
    assert tokens.admit("Bearer new")
    assert "No such file" in tokens.problems()[0]
    told = ["exchanged files taken up"] * 2 + ["exchanged files not taken up"] * 3
    assert caplog.messages == told


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no token; write one a line (--token-file)"),
        ("\n \n", "holds no token"),
        ("good\n# a remark\n", "line 2 is no token; use letters, digits and any of ._~+/-"),
        ("Bearer x\n", "line 1 is no token"),
        ("tökén\n", "line 1 is no token"),
    ],
)
def test_a_file_without_tokens_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(CredentialError) as refused:
        Tokens(file_of(tmp_path, text))
    assert sentence in str(refused.value)
    assert "good" not in str(refused.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CredentialError, match="No such file or directory; name a file that the"):
        Tokens(tmp_path / "absent")


@pytest.mark.parametrize(("mode", "warnings"), [(0o600, 0), (0o400, 0), (0o640, 1), (0o604, 1)])
def test_tokens_that_others_can_read_are_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: int, warnings: int
) -> None:
    path = file_of(tmp_path, "token\n")
    path.chmod(mode)
    Tokens(path)
    assert caplog.messages == ["a secret can be read by others"] * warnings
