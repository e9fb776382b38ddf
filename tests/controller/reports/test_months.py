"""A site's months through the year: reckoned, closed, restated, written on their days."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from fakes.toronto import accounts, example, final_day, month
from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.books.books import Bill
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.claims.claim import Finding
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Charge, Line
from thirdshift_controller.costs.power.parts.adjustment import Adjustment
from thirdshift_controller.costs.power.parts.published import Published, Series, Vintage
from thirdshift_controller.errors import ConflictError
from thirdshift_controller.reports.calendar import Due, Stage
from thirdshift_controller.reports.closed import ClosedMonths
from thirdshift_controller.reports.closing import close_months
from thirdshift_controller.reports.desk import ReportDesk
from thirdshift_controller.reports.formats import Format
from thirdshift_controller.reports.record import Record
from thirdshift_controller.reports.service import MonthReports

AUGUST, SEPTEMBER, OCTOBER = month("2026-08"), month("2026-09"), month("2026-10")


@pytest.fixture
def reports(tmp_path: Path) -> MonthReports:
    shelf = ClosedMonths(tmp_path / "closed")
    return MonthReports(accounts(), example().recorded, shelf, tmp_path / "reports")


def with_bill(reports: MonthReports, amount: str, of: Month = SEPTEMBER) -> MonthReports:
    """The same site once the landlord's bill of a month came."""
    bill = Bill(
        line=Line.COLO,
        what="Colocation",
        number="4711",
        from_on=date(of.year, of.number, 1),
        to_on=of.last_day + timedelta(days=1),
        amount=Money(Decimal(amount), "USD"),
        supplier="the landlord",
        origin=Origin("invoice 4711", date(2026, 11, 2), "bills.csv", 2),
    )
    books = replace(reports.accounts.books, bills=(bill,))
    return replace(reports, accounts=replace(reports.accounts, books=books))


def test_a_closed_month_is_shown_as_it_was_whatever_the_books_say_later(
    reports: MonthReports,
) -> None:
    closed = reports.close(SEPTEMBER, final_day(SEPTEMBER))
    later = with_bill(reports, "220000.00")
    assert later.figures(SEPTEMBER, final_day(OCTOBER)) == closed
    assert closed.closed
    assert closed.trend[-1].closed


def test_closing_twice_changes_nothing(reports: MonthReports, tmp_path: Path) -> None:
    reports.close(SEPTEMBER, final_day(SEPTEMBER))
    before = (tmp_path / "closed" / "2026-09.json").read_bytes()
    with_bill(reports, "220000.00").close(SEPTEMBER, final_day(OCTOBER))
    assert (tmp_path / "closed" / "2026-09.json").read_bytes() == before


def test_a_copy_under_the_name_of_another_month_is_refused(
    reports: MonthReports, tmp_path: Path
) -> None:
    reports.close(SEPTEMBER, final_day(SEPTEMBER))
    shelf = tmp_path / "closed"
    (shelf / "2026-10.json").write_bytes((shelf / "2026-09.json").read_bytes())
    with pytest.raises(ConfigError, match=r"2026-10\.json: holds 2026-09; .* take the copy away"):
        reports.figures(OCTOBER, final_day(OCTOBER))


def test_a_correction_is_posted_once_in_whatever_order_months_are_closed(
    reports: MonthReports,
) -> None:
    reports.close(AUGUST, final_day(AUGUST))
    late = with_bill(reports, "215000.00", AUGUST)
    after = late.close(OCTOBER, final_day(OCTOBER))
    assert [one.corrects for one in after.postings if one.corrects] == ["2026-08"]
    assert not [one for one in late.close(SEPTEMBER, final_day(OCTOBER)).postings if one.corrects]


def test_a_month_that_is_not_over_cannot_be_closed(reports: MonthReports) -> None:
    with pytest.raises(ConflictError, match="2026-10"):
        reports.close(OCTOBER, OCTOBER.to_at - timedelta(hours=1))


def test_a_bill_that_came_late_restates_the_month_before_in_the_open_one(
    reports: MonthReports,
) -> None:
    reports.close(SEPTEMBER, final_day(SEPTEMBER))
    plain = reports.figures(OCTOBER, final_day(OCTOBER))
    late = with_bill(reports, "215000.00").figures(OCTOBER, final_day(OCTOBER))
    (correction,) = (one for one in late.postings if one.corrects)
    assert (correction.corrects, correction.line, correction.charge) == (
        "2026-09",
        Line.COLO,
        Charge.TRUE_UP,
    )
    assert correction.economic == Money(Decimal("215000.00") - Decimal("212340.00"), "USD")
    assert late.total == plain.total + correction.economic
    assert late.levels == plain.levels


def test_what_was_restated_once_is_not_restated_again(reports: MonthReports) -> None:
    reports.close(SEPTEMBER, final_day(SEPTEMBER))
    billed = with_bill(reports, "215000.00")
    billed.close(OCTOBER, final_day(OCTOBER))
    november = month("2026-11")
    assert billed.corrections(november, november.to_at) == ()


def test_a_closed_month_that_somebody_edited_is_refused_by_name(
    reports: MonthReports, tmp_path: Path
) -> None:
    reports.close(SEPTEMBER, final_day(SEPTEMBER))
    path = tmp_path / "closed" / "2026-09.json"
    path.write_text(path.read_text().replace("212340", "112340"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"2026-09\.json: does not match its sha256"):
        reports.figures(OCTOBER, final_day(OCTOBER))


def test_the_trend_has_the_closed_months_before(reports: MonthReports) -> None:
    for text in ("2026-07", "2026-08", "2026-09"):
        reports.close(month(text), final_day(month(text)))
    october = reports.figures(OCTOBER, final_day(OCTOBER))
    assert [one.month for one in october.trend] == ["2026-07", "2026-08", "2026-09", "2026-10"]
    assert [one.closed for one in october.trend] == [True, True, True, False]
    assert october.movers[0].against == "2026-09"


def test_every_format_is_written_and_is_the_same_bytes_again(
    reports: MonthReports, tmp_path: Path
) -> None:
    figures = reports.close(OCTOBER, final_day(OCTOBER))
    first = reports.write(figures, final_day(OCTOBER), folder=tmp_path / "one")
    again = reports.figures(OCTOBER, final_day(OCTOBER))
    second = reports.write(again, final_day(OCTOBER), folder=tmp_path / "two")
    assert [path.name for path in first] == [f"2026-10.{one}" for one in Format]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_reports_are_written_on_the_third_day_and_closed_on_the_tenth(
    reports: MonthReports, tmp_path: Path
) -> None:
    (tmp_path / "reports").mkdir()
    record = Record(tmp_path / "reports" / "written.json")
    closed, draft = tmp_path / "closed" / "2026-10.json", "drafts/2026-10.pdf"

    def on(days: int) -> None:
        now = OCTOBER.to_at + timedelta(days=days, hours=-1)
        zone = OCTOBER.timezone
        close_months(now, zone, OCTOBER.from_at, ReportDesk(reports), record, None)

    on(2)
    assert not (tmp_path / "reports" / draft).exists()
    on(3)
    assert (tmp_path / "reports" / draft).exists()
    assert not closed.exists()
    on(10)
    assert closed.exists()
    assert (tmp_path / "reports" / "2026-10.pdf").exists()
    assert record.written() == {("2026-10", Stage.DRAFT), ("2026-10", Stage.FINAL)}


def test_a_letter_carries_the_pages_and_the_table(reports: MonthReports, tmp_path: Path) -> None:
    desk, due = ReportDesk(reports), Due(OCTOBER, Stage.FINAL)
    desk.write(due, final_day(OCTOBER))
    letter = desk.letter(due, final_day(OCTOBER))
    assert [one.name for one in letter.attachments] == ["2026-10.pdf", "2026-10.csv"]
    assert letter.attachments[0].content.startswith(b"%PDF")
    assert "final" in letter.subject


def with_adjustment(reports: MonthReports) -> MonthReports:
    """The same site in its first month: the adjustment is published two days after its end."""
    estimate = Published(
        month="2026-10",
        vintage=Vintage.FIRST_ESTIMATE,
        value=Decimal("0.09"),
        published_on=date(2026, 11, 2),
        origin=Origin("the system's operator"),
    )
    adjustment = Adjustment("Global adjustment", Series("adjustment.csv", (estimate,)))
    power = reports.accounts.power
    tariffs = tuple(replace(one, parts=(*one.parts, adjustment)) for one in power.tariffs)
    return replace(
        reports, accounts=replace(reports.accounts, power=replace(power, tariffs=tariffs))
    )


def test_a_letter_tells_the_figures_of_the_report_that_it_carries(reports: MonthReports) -> None:
    ours, third = with_adjustment(reports), OCTOBER.to_at + timedelta(days=2, hours=12)
    desk, due = ReportDesk(ours), Due(OCTOBER, Stage.DRAFT)
    desk.write(due, third)
    assert ours.figures(OCTOBER, third).total.shown() in desk.letter(due, third).subject


def test_a_plant_is_set_beside_nothing_where_no_month_before_has_a_price(
    reports: MonthReports,
) -> None:
    found = with_adjustment(reports).figures(OCTOBER, final_day(OCTOBER))
    (claim,) = (one for one in found.claims if one.number == "M15")
    assert claim.finding is Finding.NOT_TESTABLE


def test_every_figure_is_in_the_json(reports: MonthReports, tmp_path: Path) -> None:
    figures = reports.figures(OCTOBER, final_day(OCTOBER))
    (path,) = reports.write(figures, final_day(OCTOBER), [Format.JSON], tmp_path)
    told = json.loads(path.read_text(encoding="utf-8"))["figures"]
    assert told["total"]["amount"] == str(figures.total.amount)
    assert len(told["postings"]) == len(figures.postings)
    assert len(told["claims"]) == 27
