"""`[bmc]` of `controller.toml`: what cannot be used is named with line, key and remedy."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from servers.certificates import Authority
from thirdshift_agent.credential_files import CredentialError
from thirdshift_controller.config import ConfigError, load_controller
from thirdshift_controller.config.bmc import BmcTable


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., BmcTable]:
    Authority(tmp_path)
    password = tmp_path / "bmc.password"
    password.touch(mode=0o600)
    password.write_text("hush\n", encoding="utf-8")
    (tmp_path / "two.password").write_text("one two\n", encoding="utf-8")

    def load(*keys: str) -> BmcTable:
        file = tmp_path / "controller.toml"
        file.write_text("\n".join(["[bmc]", *keys]), encoding="utf-8")
        return load_controller(file, {}).bmc

    return load


def test_files_are_read_beside_the_file(load: Callable[..., BmcTable], tmp_path: Path) -> None:
    table = load('user = "root"', 'password_file = "bmc.password"', 'ca_file = "authority.pem"')
    assert (table.user, table.password()) == ("root", "hush")
    assert table.ca_file == tmp_path / "authority.pem"


def test_a_password_that_others_can_read_is_warned_of(
    load: Callable[..., BmcTable], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "bmc.password").chmod(0o644)
    with caplog.at_level(logging.WARNING):
        load('password_file = "bmc.password"')
    assert "a secret can be read by others" in caplog.messages


def test_a_password_that_went_away_is_an_error_when_it_is_used(
    load: Callable[..., BmcTable], tmp_path: Path
) -> None:
    table = load('password_file = "bmc.password"')
    (tmp_path / "bmc.password").unlink()
    with pytest.raises(CredentialError, match="there is no such file"):
        table.password()


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (['password_file = "absent"'], "line 2: bmc.password_file: {}/absent: there is no such"),
        (
            ['password_file = "two.password"'],
            "line 2: bmc.password_file: {}/two.password must hold",
        ),
        (['ca_file = "bmc.password"'], "line 2: bmc.ca_file: {}/bmc.password holds no certificate"),
        (['ca_file = "authority.pem"', "verify = false"], "line 1: bmc: ca_file says whom to"),
        (
            ['user = "no spaces here"'],
            'line 2: bmc.user: "no spaces here" must be 1 to 16 visible ASCII characters',
        ),
        (['ca_file = "absent"'], "line 2: bmc.ca_file: {}/absent: there is no such file; create"),
        (['verify = "no"'], "line 2: bmc.verify: must be true or false"),
        (["inlet_hot_celsius = 30.0"], "line 1: bmc: inlet_hot_celsius must be more than inlet"),
        (["inlet_warm_celsius = 120.0"], "line 2: bmc.inlet_warm_celsius: must be less than 100"),
        (['pasword_file = "x"'], 'line 2: bmc.pasword_file: is not known here; did you mean "pass'),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(
    load: Callable[..., BmcTable], tmp_path: Path, keys: list[str], expected: str
) -> None:
    with pytest.raises(ConfigError) as refusal:
        load(*keys)
    assert expected.format(tmp_path) in str(refusal.value)
