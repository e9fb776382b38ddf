"""A letter goes to a real SMTP server, and whatever it says instead of yes is told in words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from servers.certificates import Authority, Issued
from servers.ports import free_port
from servers.smtp import HOST, PASSWORD, USER, smtp
from thirdshift_controller.adapters.mail import SmtpPost
from thirdshift_controller.config.mail import MailTable
from thirdshift_controller.reports.post import (
    Attachment,
    Letter,
    PostRefusedError,
    PostUnreachableError,
)

NOW = datetime(2026, 12, 10, 9, tzinfo=UTC)
ANA, BO = "ana@site.example", "bo@site.example"
LETTER = Letter(
    "toronto-1.2026-11.final",
    "toronto-1, 2026-11, final",
    "Cost < budget & all is well.\nÜbersicht im Anhang.\n",
    (
        Attachment("2026-11.pdf", "application/pdf", b"%PDF-1.7\n\x00\xff"),
        Attachment("2026-11.csv", "text/csv", b"a,b\n1,2\n"),
    ),
)


def table(port: int, security: str = "none", **more: object) -> MailTable:
    return MailTable.model_validate(
        {
            **{"host": HOST, "port": port, "security": security},
            **{"sender": "thirdshift@site.example", "to": [ANA, BO], "timeout_seconds": 5.0},
            **more,
        },
        context={"folder": Path("/")},
    )


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    path = tmp_path / "mail.password"
    path.touch(0o600)
    path.write_text(f"{PASSWORD}\n", encoding="utf-8")
    return path


def test_a_letter_arrives_with_its_text_and_its_files() -> None:
    with smtp() as room:
        assert SmtpPost(table(room.port)).send(LETTER, [ANA, BO], NOW) == {}
    (message,), (readers,) = room.letters, room.readers
    assert readers == (ANA, BO)
    assert message["Subject"] == LETTER.subject
    assert (message["From"], message["To"]) == ("thirdshift@site.example", f"{ANA}, {BO}")
    assert message["Date"] == "Thu, 10 Dec 2026 09:00:00 +0000"
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert plain.get_content().splitlines() == LETTER.text.splitlines()
    assert "Cost &lt; budget &amp; all is well." in rich.get_content()
    files = [(part.get_filename(), part.get_content_type()) for part in message.iter_attachments()]
    assert files == [("2026-11.pdf", "application/pdf"), ("2026-11.csv", "text/csv")]
    contents = [part.get_payload(decode=True) for part in message.iter_attachments()]
    assert contents == [file.content for file in LETTER.attachments]


def test_a_letter_that_goes_again_has_the_same_id() -> None:
    with smtp() as room:
        post = SmtpPost(table(room.port))
        post.send(LETTER, [ANA], NOW)
        post.send(LETTER, [BO], NOW)
    ids = {message["Message-ID"] for message in room.letters}
    assert ids == {"<toronto-1.2026-11.final@site.example>"}


def test_with_starttls_the_password_goes_over_a_closed_way(
    authority: Authority, issued: Issued, password_file: Path
) -> None:
    keys = {"user": USER, "password_file": password_file, "ca_file": authority.certificate}
    with smtp(issued, login=True) as room:
        assert SmtpPost(table(room.port, "starttls", **keys)).send(LETTER, [ANA], NOW) == {}
    assert len(room.letters) == 1


def test_with_tls_from_the_start_it_goes_too(authority: Authority, issued: Issued) -> None:
    with smtp(issued, from_the_start=True) as room:
        closed = table(room.port, "tls", ca_file=authority.certificate)
        assert SmtpPost(closed).send(LETTER, [ANA], NOW) == {}
    assert len(room.letters) == 1


def test_a_password_is_read_for_each_sending(
    authority: Authority, issued: Issued, password_file: Path
) -> None:
    keys = {"user": USER, "password_file": password_file, "ca_file": authority.certificate}
    with smtp(issued, login=True) as room:
        post = SmtpPost(table(room.port, "starttls", **keys))
        password_file.write_text("another", encoding="utf-8")
        with pytest.raises(PostRefusedError, match=r"535 .*mend \[mail\] of controller.toml"):
            post.send(LETTER, [ANA], NOW)
        password_file.write_text(PASSWORD, encoding="utf-8")
        post.send(LETTER, [ANA], NOW)
        password_file.unlink()
        with pytest.raises(PostRefusedError, match="there is no such file"):
            post.send(LETTER, [ANA], NOW)
    assert len(room.letters) == 1


def test_one_who_is_refused_is_named_and_the_others_have_it() -> None:
    with smtp() as room:
        room.refusals[BO] = "550 no such reader"
        refused = SmtpPost(table(room.port)).send(LETTER, [ANA, BO], NOW)
    assert refused == {BO: "550 no such reader"}
    assert room.readers == [(ANA,)]


def test_where_all_are_refused_all_are_named() -> None:
    with smtp() as room:
        room.refusals |= {ANA: "550 gone", BO: "450 box full"}
        refused = SmtpPost(table(room.port)).send(LETTER, [ANA, BO], NOW)
    assert refused == {ANA: "550 gone", BO: "450 box full"}
    assert room.letters == []


def test_a_server_that_is_away_can_be_tried_again() -> None:
    port = free_port()
    with pytest.raises(PostUnreachableError, match=f"{HOST}:{port} does not answer"):
        SmtpPost(table(port)).send(LETTER, [ANA], NOW)


def test_a_server_that_asks_for_patience_can_be_tried_again() -> None:
    with smtp() as room:
        room.answer = "451 try later"
        with pytest.raises(PostUnreachableError, match="asks for patience: 451 try later"):
            SmtpPost(table(room.port)).send(LETTER, [ANA], NOW)


def test_a_letter_that_is_refused_says_what_the_server_said() -> None:
    with smtp() as room:
        room.answer = "552 too large"
        with pytest.raises(PostRefusedError, match="refuses us: 552 too large"):
            SmtpPost(table(room.port)).send(LETTER, [ANA], NOW)


def test_a_server_without_starttls_gets_nothing(authority: Authority) -> None:
    with smtp() as room:
        closed = table(room.port, "starttls", ca_file=authority.certificate)
        with pytest.raises(PostRefusedError, match=r"STARTTLS.*mend \[mail\].*security"):
            SmtpPost(closed).send(LETTER, [ANA], NOW)
    assert room.letters == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_nobody_vouches_for_gets_nothing(
    security: str, issued: Issued, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "stranger").certificate
    with smtp(issued, from_the_start=security == "tls") as room:
        closed = table(room.port, security, ca_file=stranger)
        with pytest.raises(PostRefusedError, match=r"not believed.*ca_file"):
            SmtpPost(closed).send(LETTER, [ANA], NOW)
    assert room.letters == []
