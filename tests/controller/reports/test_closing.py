"""The job of the close calendar: every report is written once and goes to every reader once,
whatever fails on the way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes.priced_month import TORONTO, figures
from servers.smtp import HOST, smtp
from thirdshift_controller.adapters.mail import SmtpPost
from thirdshift_controller.config import ConfigError, MailTable
from thirdshift_controller.costs.month.doubts import Doubt, Weight
from thirdshift_controller.reports.calendar import Due, Stage
from thirdshift_controller.reports.closing import Mailing, close_months
from thirdshift_controller.reports.letter import letter_of
from thirdshift_controller.reports.post import (
    Letter,
    PostRefusedError,
    PostUnreachableError,
)
from thirdshift_controller.reports.record import Record

SINCE = datetime(2026, 11, 2, tzinfo=UTC)
THIRD = datetime(2026, 12, 3, 15, tzinfo=UTC)
TENTH = datetime(2026, 12, 10, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANA, BO = "ana@site.example", "bo@site.example"
DRAFT, FINAL = ("2026-11", Stage.DRAFT), ("2026-11", Stage.FINAL)


@dataclass
class Desk:
    """Writes down what it is asked for."""

    written: list[tuple[str, Stage]] = field(default_factory=list)
    broken: bool = False

    def write(self, report: Due, now: datetime) -> None:
        if self.broken:
            raise OSError("no space left on device")
        self.written.append((str(report.month), report.stage))

    def letter(self, report: Due, written_at: datetime) -> Letter:
        return Letter(f"toronto-1.{report.month}.{report.stage}", "a month", "text")


@dataclass
class Post:
    """Takes what it is given, but for those whom it refuses."""

    arrived: list[tuple[str, str]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    error: Exception | None = None

    def send(self, letter: Letter, to: Sequence[str], now: datetime) -> Mapping[str, str]:
        if self.error is not None:
            raise self.error
        self.arrived += [(letter.key, one) for one in to if one not in self.refused]
        return {one: why for one, why in self.refused.items() if one in to}


@dataclass
class Ground:
    """A site that is run again and again on one record; every run reads it from the disk."""

    path: Path
    desk: Desk = field(default_factory=Desk)
    post: Post = field(default_factory=Post)
    to: tuple[str, ...] = (ANA, BO)

    def run(self, now: datetime, mail: bool = True) -> None:
        mailing = Mailing(self.post, self.to) if mail else None
        close_months(now, TORONTO, SINCE, self.desk, Record(self.path), mailing)


@pytest.fixture
def site(tmp_path: Path) -> Ground:
    return Ground(tmp_path / "sent.json")


def letters(stage: Stage, *to: str) -> list[tuple[str, str]]:
    return [(f"toronto-1.2026-11.{stage}", one) for one in to]


def test_each_report_is_written_once_and_reaches_every_reader_once(site: Ground) -> None:
    for now in (THIRD - 24 * HOUR, THIRD, THIRD + HOUR, TENTH, TENTH + HOUR, TENTH + 24 * HOUR):
        site.run(now)
    assert site.desk.written == [DRAFT, FINAL]
    assert site.post.arrived == [*letters(Stage.DRAFT, ANA, BO), *letters(Stage.FINAL, ANA, BO)]


@pytest.mark.parametrize(
    "error", [PostUnreachableError("mail:587 does not answer"), PostRefusedError("535 who?")]
)
def test_while_the_server_says_no_the_letter_waits_and_then_goes_once(
    site: Ground, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    site.post.error = error
    for hour in range(3):
        site.run(TENTH + hour * HOUR)
    assert site.post.arrived == []
    assert str(error) in {vars(record).get("why") for record in caplog.records}
    site.post.error = None
    for hour in range(3, 6):
        site.run(TENTH + hour * HOUR)
    assert site.post.arrived == letters(Stage.FINAL, ANA, BO)
    assert site.desk.written == [FINAL]


def test_who_was_refused_is_tried_again_and_nobody_else_is(site: Ground) -> None:
    site.post.refused = {BO: "550 no such reader"}
    site.run(TENTH)
    site.run(TENTH + HOUR)
    (entry,) = Record(site.path).newest().values()
    assert (entry.waiting, dict(entry.refused)) == ((BO,), {BO: "550 no such reader"})
    assert dict(entry.sent) == {ANA: TENTH}
    site.post.refused = {}
    site.run(TENTH + 2 * HOUR)
    assert site.post.arrived == letters(Stage.FINAL, ANA, BO)


def test_a_draft_that_waited_until_its_final_is_not_sent_any_more(site: Ground) -> None:
    site.post.error = PostUnreachableError("away")
    site.run(THIRD)
    site.post.error = None
    site.run(TENTH)
    assert site.post.arrived == letters(Stage.FINAL, ANA, BO)


def test_who_left_the_list_is_not_written_to(site: Ground) -> None:
    site.post.error = PostUnreachableError("away")
    site.run(TENTH)
    site.post.error, site.to = None, (BO,)
    site.run(TENTH + HOUR)
    assert site.post.arrived == letters(Stage.FINAL, BO)


def test_mail_that_is_set_up_later_brings_no_old_months(site: Ground) -> None:
    site.run(TENTH, mail=False)
    site.run(TENTH + HOUR)
    assert site.desk.written == [FINAL]
    assert site.post.arrived == []


def test_a_report_that_cannot_be_written_is_due_again_and_sent_to_nobody(site: Ground) -> None:
    site.desk.broken = True
    with pytest.raises(OSError, match="no space left"):
        site.run(TENTH)
    assert site.post.arrived == []
    site.desk.broken = False
    site.run(TENTH + HOUR)
    assert site.desk.written == [FINAL]
    assert site.post.arrived == letters(Stage.FINAL, ANA, BO)


def test_the_record_is_a_small_file_that_a_person_can_read(site: Ground) -> None:
    site.run(TENTH)
    assert json.loads(site.path.read_text(encoding="utf-8")) == {
        "2026-11": {
            "final": {
                "refused": {},
                "sent": {ANA: "2026-12-10T15:00:00Z", BO: "2026-12-10T15:00:00Z"},
                "waiting": [],
                "written_at": "2026-12-10T15:00:00Z",
            }
        }
    }
    assert [path.name for path in site.path.parent.iterdir()] == ["sent.json"]


@pytest.mark.parametrize("text", ["", "[]", '{"2026-11": {"last": {}}}'])
def test_a_damaged_record_sends_nothing_and_says_what_to_do(site: Ground, text: str) -> None:
    site.path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"sent\.json: is no record of reports; put back a copy"):
        site.run(TENTH)
    assert site.desk.written == []
    assert site.post.arrived == []


def test_it_reaches_a_real_mailbox_once(site: Ground) -> None:
    with smtp() as room:
        values = {"host": HOST, "port": room.port, "security": "none", "sender": ANA, "to": [BO]}
        post = SmtpPost(MailTable.model_validate(values))
        for hour in range(3):
            now = TENTH + hour * HOUR
            record = Record(site.path)
            close_months(now, TORONTO, SINCE, site.desk, record, Mailing(post, [BO]))
    assert [message["Message-ID"] for message in room.letters] == [
        "<toronto-1.2026-11.final@site.example>"
    ]


def test_the_letter_says_what_the_month_cost() -> None:
    letter = letter_of(figures(), Stage.FINAL, ())
    assert letter.subject == "toronto-1, 2026-11, final: USD 1,561,272.30"
    assert letter.key == "toronto-1.2026-11.final"
    assert "Cost: USD 1,561,272.30 of USD 1,800,000.00 planned." in letter.text
    assert "An available GPU-hour: USD 2.18." in letter.text
    assert "draft" not in letter.text
    assert "warning" not in letter.text
    assert max(map(len, letter.text.splitlines())) <= 78


def test_a_draft_says_that_it_is_one_and_how_many_warnings_there_are() -> None:
    month = replace(figures(), doubts=(Doubt(Weight.WARNING, "Energy is modelled."),))
    letter = letter_of(month, Stage.DRAFT, ())
    assert "one warning" in letter.text
    assert "A draft: bills of the month may still come in." in letter.text
