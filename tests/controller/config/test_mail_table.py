"""`[mail]` as `docs/exports.md` shows it, and how its mistakes are named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from thirdshift_controller.config import ConfigError, MailTable, load_controller
from thirdshift_controller.config.mail import PORTS, Security

PAGE = Path(__file__).parents[3] / "docs" / "exports.md"
EXAMPLE = re.compile(r"^```toml\n(\[mail\]\n.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDED = 'host = "mail.example"\nsender = "a@site.example"\nto = ["b@site.example"]\n'


def load(folder: Path, text: str) -> MailTable:
    file = folder / "controller.toml"
    file.write_text(text, encoding="utf-8")
    table = load_controller(file, {}).mail
    assert table is not None
    return table


def test_the_documented_table_loads_and_shows_every_key(tmp_path: Path) -> None:
    (text,) = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    (tmp_path / "mail.password").touch(0o600)
    (tmp_path / "mail.password").write_text("secret\n", encoding="utf-8")
    table = load(tmp_path, text)
    assert table.login() == ("thirdshift", "secret")
    shown = set(re.findall(r"^#? ?(\w+) =", text, re.MULTILINE))
    assert shown == MailTable.model_fields.keys()


def test_the_documented_values_are_the_defaults(tmp_path: Path) -> None:
    (text,) = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    (tmp_path / "mail.password").touch(0o600)
    shown, bare = load(tmp_path, text), load(tmp_path, f"[mail]\n{NEEDED}")
    assert shown.server_port == bare.server_port
    assert (shown.security, shown.timeout_seconds) == (bare.security, bare.timeout_seconds)


def test_without_the_table_nobody_is_written_to(tmp_path: Path) -> None:
    file = tmp_path / "controller.toml"
    file.write_text('listen = "127.0.0.1:8420"\n', encoding="utf-8")
    assert load_controller(file, {}).mail is None


@pytest.mark.parametrize("security", Security)
def test_each_way_has_its_usual_port(tmp_path: Path, security: Security) -> None:
    table = load(tmp_path, f'[mail]\n{NEEDED}security = "{security}"\n')
    assert table.server_port == PORTS[security]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[mail]\nhost = 'm'", "line 1: mail.sender: is missing"),
        (f"[mail]\n{NEEDED}prot = 25", 'line 5: mail.prot: is not known here; did you mean "port"'),
        (f"[mail]\n{NEEDED}port = 70000", "line 5: mail.port: must be at most 65535"),
        (f"[mail]\n{NEEDED}security = 'ssl'", "mail.security: must be one of starttls, tls, none"),
        (NEEDED.replace("b@", "b"), 'mail.to: "bsite.example" is no address; write it as'),
        (NEEDED.replace('["b@site.example"]', "[]"), "mail.to: "),
        (NEEDED.replace('"b@site.example"', '"b@x.y", "b@x.y"'), "b@x.y stands there twice"),
        (f"[mail]\n{NEEDED}user = 'me'", "line 1: mail: user and password_file go together"),
        (f"[mail]\n{NEEDED}user = 'me'\npassword_file = 'none'", "none: there is no such file"),
        (f"[mail]\n{NEEDED}ca_file = 'key'", "holds no certificate in PEM form"),
        (
            f"[mail]\n{NEEDED}security = 'none'\nuser = 'me'\npassword_file = 'key'",
            'security = "none" shows the password to everybody; use "starttls"',
        ),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_mends_it(
    text: str, expected: str, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.touch(0o600)
    key.write_text("secret", encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, text if text.startswith("[") else f"[mail]\n{text}")
    assert expected in str(refused.value)


def test_what_breaks_a_header_is_no_address(tmp_path: Path) -> None:
    for address in ("a@b\\nBcc: c@d", "a b@c", "a@b@c", "ä@b.c", "@b.c"):
        with pytest.raises(ConfigError, match="is no address"):
            load(tmp_path, f"[mail]\n{NEEDED.replace('b@site.example', address)}")
