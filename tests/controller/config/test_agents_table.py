"""`[agents]` of `controller.toml`: what cannot be used is named with line, key and remedy."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from servers.certificates import Authority
from thirdshift_controller.config import AgentsTable, ConfigError, load_controller


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An authority, a certificate with its key and a token, beside the file that names them."""
    authority = Authority(tmp_path)
    authority.issue("controller")
    authority.issue("locked", passphrase=b"secret")
    authority.issue("other")
    token = tmp_path / "agents.token"
    token.touch(mode=0o600)
    token.write_text("the-token\n", encoding="utf-8")
    (tmp_path / "many.token").write_text("one\ntwo\n", encoding="utf-8")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    return tmp_path


@pytest.fixture
def load(folder: Path) -> Callable[..., AgentsTable]:
    def load(*keys: str) -> AgentsTable:
        file = folder / "controller.toml"
        file.write_text("\n".join(["[agents]", *keys]), encoding="utf-8")
        return load_controller(file, {}).agents

    return load


CERTIFICATE, KEY = 'certificate_file = "controller.pem"', 'key_file = "controller.key"'


def test_all_of_it_is_read_beside_the_file(folder: Path, load: Callable[..., AgentsTable]) -> None:
    agents = load('ca_file = "authority.pem"', CERTIFICATE, KEY, 'token_file = "agents.token"')
    assert agents.files == tuple(
        folder / name
        for name in ("authority.pem", "controller.pem", "controller.key", "agents.token")
    )
    assert agents.token() == "the-token"
    context = agents.context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert len(context.get_ca_certs()) == 1


def test_without_it_nothing_is_shown_and_the_system_is_believed() -> None:
    agents = AgentsTable()
    assert (agents.files, agents.token()) == ((), None)
    assert agents.context().verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (['ca_file = "absent"'], "line 2: agents.ca_file: {}/absent: there is no such file"),
        (['ca_file = "binary"'], "line 2: agents.ca_file: {}/binary: byte 0 is not UTF-8"),
        (['ca_file = "agents.token"'], "line 2: agents.ca_file: {}/agents.token holds no certifi"),
        (['ca_file = "controller.key"'], "line 2: agents.ca_file: {}/controller.key holds no cert"),
        (["", 'token_file = "absent"'], "line 3: agents.token_file: {}/absent: there is no such"),
        (['token_file = "many.token"'], "line 2: agents.token_file: {}/many.token must hold one"),
        ([CERTIFICATE], "line 1: agents: certificate_file and key_file go together; name both"),
        ([KEY], "line 1: agents: certificate_file and key_file go together; name both or none"),
        ([CERTIFICATE, 'key_file = "other.key"'], "line 1: agents: {}/controller.pem and {}/other"),
        (
            ['certificate_file = "locked.pem"', 'key_file = "locked.key"'],
            "line 1: agents: {0}/locked.pem and {0}/locked.key do not go together; name a cer",
        ),
        ([CERTIFICATE, 'key_file = "x"'], "line 1: agents: {}/x: there is no such file; create it"),
        (
            ['cafile = "authority.pem"'],
            "line 2: agents.cafile: is not known here; did you",
        ),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(
    folder: Path, load: Callable[..., AgentsTable], keys: list[str], expected: str
) -> None:
    with pytest.raises(ConfigError) as refusal:
        load(*keys)
    said = expected.replace("{0}", "{}").replace("{}", str(folder))
    assert str(refusal.value).startswith(f"{folder / 'controller.toml'}, {said}")


def test_a_secret_that_others_can_read_is_warned_of(
    folder: Path, load: Callable[..., AgentsTable], caplog: pytest.LogCaptureFixture
) -> None:
    agents = load(CERTIFICATE, KEY, 'token_file = "agents.token"')
    with caplog.at_level(logging.WARNING):
        agents.context()
        agents.token()
        assert caplog.records == []
        for name in ("controller.key", "agents.token"):
            (folder / name).chmod(0o644)
        agents.context()
        agents.token()
    assert caplog.messages == ["a secret can be read by others"] * 2
