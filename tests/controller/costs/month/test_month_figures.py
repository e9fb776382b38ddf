"""The shipped example's October, reckoned: the published figures, and sums that tie."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from fakes.published import LAST_DIGIT, PUBLISHED
from fakes.toronto import accounts, example, figures, final_day, month
from thirdshift_controller.costs.books.books import Basis, Bill
from thirdshift_controller.costs.claims.claim import Finding
from thirdshift_controller.costs.exchange import Exchange
from thirdshift_controller.costs.market.comparison import Answer
from thirdshift_controller.costs.market.record import PurchaseOption, Quality
from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.month.inputs import Accounts, Recorded
from thirdshift_controller.costs.month.reckon import month_figures
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import CAPITAL_LINES, Line
from thirdshift_controller.costs.usage.totals import MonthUsage, NodeUse, Use
from thirdshift_controller.fleet.inventory import Rack


@pytest.fixture(scope="module")
def october() -> MonthFigures:
    return figures()


def shown(money: Money | None, places: str = "0.001") -> Decimal:
    assert money is not None
    return money.amount.quantize(Decimal(places))


@pytest.mark.parametrize("line", PUBLISHED)
def test_the_life_that_october_foreshadows_is_the_published_one(
    october: MonthFigures, line: Line
) -> None:
    assert october.outlook is not None
    (found,) = (one for one in october.outlook.lines if one.line is line)
    published = Decimal(PUBLISHED[line])
    slack = published * Decimal("0.001") + LAST_DIGIT
    assert abs(found.amount.amount / 1_000_000 - published) <= slack


def test_the_whole_and_its_four_prices_are_the_published_ones(october: MonthFigures) -> None:
    ahead = october.outlook
    assert ahead is not None
    assert abs(ahead.gross.amount - 64_070_000) < 10_000
    assert abs(ahead.economic.amount - 64_270_000) < 10_000
    prices = (
        ahead.levels.installed,
        ahead.levels.available,
        ahead.levels.allocated,
        ahead.levels.utilised,
    )
    assert [shown(price) for price in prices] == [
        Decimal(text) for text in ("2.388", "2.462", "2.676", "3.149")
    ]


def test_the_month_is_a_thirty_sixth_of_its_life_but_for_what_is_paid_by_the_hour(
    october: MonthFigures,
) -> None:
    by_line = {line.line: line.economic.amount for line in october.lines}
    capital = sum((by_line.get(line, Decimal(0)) for line in CAPITAL_LINES), Decimal(0))
    assert abs(capital * 36 - 48_060_000) < 10_000
    assert abs(by_line[Line.COLO] * 36 - 7_644_240) < 1
    assert by_line[Line.TECHNICIANS] == Decimal(744 * 50) / Decimal("1.4064")


def test_every_ledger_is_the_sum_of_its_postings(october: MonthFigures) -> None:
    postings = october.postings
    assert october.total == total([one.economic for one in postings], "USD")
    assert october.billed == total([one.billed for one in postings], "USD")
    assert october.effective == total([one.effective for one in postings], "USD")
    assert sum(line.share_ratio for line in october.lines) == pytest.approx(Decimal(1))


def test_racks_and_models_bear_the_whole_and_teams_what_was_held(october: MonthFigures) -> None:
    for parts in (october.racks, october.models):
        spread = total([part.cost for part in parts], "USD")
        assert abs((spread - october.total).amount) < Decimal("1e-15")
    held = total([team.cost for team in october.teams], "USD")
    unused = october.idle.idle
    assert unused is not None
    assert abs((held + unused - october.total).amount) < Decimal("0.01")


def test_lost_hours_are_those_of_the_repairs(october: MonthFigures) -> None:
    assert october.use.lost == pytest.approx(october.downtime.whole.gpu_hours)
    assert october.staff.repairs == october.downtime.whole.incidents == 36
    assert october.staff.covered_ratio == 1.0


def test_electricity_is_priced_as_published(october: MonthFigures) -> None:
    energy = october.energy
    assert shown(energy.per_mwh, "0.01") == Decimal("81.77")
    assert energy.facility_kwh == pytest.approx(energy.it_kwh * 1.35)
    assert energy.it_kwh / 744 == pytest.approx(1003.12)
    saved = {one.what.split()[0]: one.saves_per_year for one in energy.advice}
    assert abs(saved["bring"].amount - 72_000) < 500


def test_the_verdict_is_by_what_jobs_held(october: MonthFigures) -> None:
    assert october.verdict.answer is Answer.YES
    assert "this month 92 % were" in october.verdict.condition
    assert october.cloud is not None
    assert october.cloud.providers >= 10


def test_the_claims_of_the_talk_are_judged_as_the_published_study_judges_them(
    october: MonthFigures,
) -> None:
    found = {claim.number: claim.finding for claim in october.claims}
    assert len(found) == 27
    assert found["M1"] is Finding.CONFIRMED
    assert found["M15"] is Finding.DENIED
    assert found["P7"] is Finding.DENIED
    assert found["M13"] is Finding.NOT_TESTABLE


def test_a_month_of_which_nothing_was_recorded_has_its_costs_and_no_price() -> None:
    october = month()
    nothing = Recorded(october, final_day(october), MonthUsage((), (), ()), ())
    found = month_figures(accounts(), nothing)
    assert found.levels.available is None
    assert (found.outlook, found.claims, found.swings) == (None, (), ())
    assert found.verdict.answer is Answer.UNKNOWN
    assert Line.ELECTRICITY not in {line.line for line in found.lines if line.economic.amount}
    assert "Not one hour of this month was recorded." in found.doubts[0].text


def test_books_in_another_currency_are_compared_at_the_rate_of_the_day() -> None:
    october = month()
    books = replace(accounts().books, currency="CAD", budget=(), plans=(), ranges=())
    recorded = example().recorded(october, final_day(october))
    found = month_figures(replace(accounts(), books=books), recorded)
    ours = figures()
    assert found.cloud is not None
    assert ours.cloud is not None
    assert found.verdict.answer is ours.verdict.answer
    assert found.cloud.median == Money(ours.cloud.median.amount * Decimal("1.4064"), "CAD")
    assert abs(found.total.amount - ours.total.amount * Decimal("1.4064")) < Decimal("0.01")


def test_without_a_rate_of_exchange_the_verdict_says_what_is_missing() -> None:
    books = accounts().books
    alone = replace(
        books,
        currency="CAD",
        assets=tuple(
            replace(one, unit_price=Money(one.unit_price.amount, "CAD")) for one in books.assets
        ),
        contracts=tuple(replace(one, currency="CAD") for one in books.contracts),
        exchange=Exchange(),
        budget=(),
        plans=(),
    )
    october = month()
    recorded = example().recorded(october, final_day(october))
    found = month_figures(replace(accounts(), books=alone), recorded)
    assert found.verdict.answer is Answer.UNKNOWN
    assert "no rate of exchange between USD and CAD" in found.verdict.finding
    assert found.cloud is None


THREE_DAYS = timedelta(days=3)


def three_watched_days() -> MonthFigures:
    """October where only the days from the 11th to the 13th were watched, and no scheduler."""
    october = month()
    now, whole = final_day(october), example().usage(october)
    from_at = october.from_at + timedelta(days=10)
    hours = [one for one in whole.hours if from_at <= one.hour_at < from_at + THREE_DAYS]
    spans = [
        one
        for one in example().spans(october)
        if one.to_at > from_at and one.from_at < from_at + THREE_DAYS
    ]
    nodes = tuple(NodeUse(one.node, _three_days_of(one.use)) for one in whole.nodes)
    return month_figures(
        accounts(), Recorded(october, now, MonthUsage(nodes, tuple(hours), ()), spans)
    )


def _three_days_of(use: Use) -> Use:
    return replace(_part_of(use, 3 / 31), scheduled=0.0, allocated=0.0)


def _part_of(use: Use, ratio: float) -> Use:
    return Use(*(getattr(use, name) * ratio for name in Use.__slots__))


def test_without_a_scheduler_hours_at_work_are_what_would_have_to_be_rented() -> None:
    found, ours = three_watched_days(), figures()
    (claim,) = (one for one in found.claims if one.number == "M5")
    assert "78 % were" in found.verdict.condition
    assert "78 % used" in claim.figures
    for rival, as_held in zip(found.rivals, ours.rivals, strict=True):
        assert rival.break_even_ratio == pytest.approx(as_held.break_even_ratio)
        assert rival.npv < as_held.npv


def test_days_that_nobody_watched_are_not_days_on_which_nothing_broke() -> None:
    (claim,) = (one for one in three_watched_days().claims if one.number == "P11")
    assert claim.figures.startswith("4 in 3 days: 1.33 a day")


def test_a_node_that_the_site_no_longer_knows_is_told_of() -> None:
    october = month()
    recorded = example().recorded(october, final_day(october))
    stranger = replace(recorded.usage.nodes[0], node="gpu-999")
    usage = replace(recorded.usage, nodes=(*recorded.usage.nodes, stranger))
    found = month_figures(accounts(), replace(recorded, usage=usage))
    assert any("gpu-999: recorded in this month" in one.text for one in found.doubts)


def electricity_bill(from_on: date, to_on: date, kwh: str) -> Bill:
    return Bill(
        line=Line.ELECTRICITY,
        what="",
        number="88213",
        from_on=from_on,
        to_on=to_on,
        amount=Money(Decimal("115866.41"), "CAD"),
        supplier="the local distributor",
        origin=Origin("invoice 88213", to_on, "bills.csv", 2),
        kwh=Decimal(kwh),
    )


@pytest.mark.parametrize(
    ("from_on", "to_on", "kwh", "billed"),
    [
        (date(2026, 10, 1), date(2026, 11, 1), "1100000", 1_100_000),
        (date(2026, 9, 16), date(2026, 11, 16), "2000000", 2_000_000 * 744 / 1465),
        (date(2026, 10, 15), date(2026, 11, 15), "1000000", None),
    ],
)
def test_a_bills_kilowatt_hours_stand_beside_ours_where_they_cover_the_month(
    from_on: date, to_on: date, kwh: str, billed: float | None
) -> None:
    october = month()
    books = replace(accounts().books, bills=(electricity_bill(from_on, to_on, kwh),))
    recorded = example().recorded(october, final_day(october))
    found = month_figures(replace(accounts(), books=books), recorded)
    expected = None if billed is None else pytest.approx(billed)
    assert found.energy.billed_kwh == expected
    warned = any("what the supplier billed" in one.text for one in found.doubts)
    assert warned is (billed == 1_100_000)


def test_a_running_month_is_held_against_its_share_of_the_plan() -> None:
    october = month()
    now, whole = october.from_at + timedelta(days=15), example().usage(october)
    hours = tuple(one for one in whole.hours if one.hour_at < now)
    nodes = tuple(NodeUse(one.node, _part_of(one.use, 15 / 31)) for one in whole.nodes)
    so_far = Recorded(october, now, MonthUsage(nodes, hours, ()), ())
    half, full = month_figures(accounts(), so_far), figures()
    assert half.budget is not None
    assert full.budget is not None
    assert half.budget.amount == pytest.approx(full.budget.amount * 15 / 31)
    for name in ("efficiency", "volume"):
        so_far_moved, moved = (_step(found, name) for found in (half, full))
        assert so_far_moved == pytest.approx(moved * 15 / 31, rel=Decimal("0.02"))


def _step(found: MonthFigures, name: str) -> Decimal:
    assert found.bridge is not None
    (cause,) = (one for one in found.bridge.causes if one.name == name)
    return cause.amount.amount


def test_a_provider_with_forty_regions_weighs_as_one_in_claims_as_in_the_verdict() -> None:
    ours, october = accounts(), month()
    (dear,) = (
        row
        for row in ours.prices
        if (row.provider, row.gpu_model) == ("CoreWeave", "H100")
        and row.purchase_option is PurchaseOption.ON_DEMAND
    )
    regions = tuple(replace(dear, region=f"region {number}") for number in range(40))
    many = replace(ours, prices=(*ours.prices, *regions))
    found = month_figures(many, example().recorded(october, final_day(october)))
    assert found.verdict == figures().verdict
    assert found.claims == figures().claims


def test_what_a_blog_wrote_is_no_series_of_prices() -> None:
    ours, october = accounts(), month()
    row = next(row for row in ours.prices if row.gpu_model == "H100")
    said = [
        replace(row, provider="somebody", purchase_option=PurchaseOption.ON_DEMAND, as_of=day)
        for day in (date(2023, 3, 1), date(2026, 10, 1))
    ]
    blog = tuple(replace(one, quality=Quality.BLOG) for one in said)
    with_blog = replace(ours, prices=(*ours.prices, *blog))
    found = month_figures(with_blog, example().recorded(october, final_day(october)))
    assert found.claims == figures().claims


def grown() -> Accounts:
    """The site with twice its nodes, written down once October was over."""
    ours = accounts()
    more = [
        replace(row, racks=tuple(_another(rack) for rack in row.racks)) for row in ours.site.rows
    ]
    return replace(ours, site=replace(ours.site, rows=(*ours.site.rows, *more)))


def _another(rack: Rack) -> Rack:
    nodes = tuple(replace(node, name=f"new-{node.name}") for node in rack.nodes)
    return replace(rack, name=f"new-{rack.name}", nodes=nodes)


def test_nodes_of_next_week_make_no_hour_of_this_month_cheaper() -> None:
    october = month()
    found = month_figures(grown(), example().recorded(october, final_day(october)))
    assert found.gpus_installed == 2 * figures().gpus_installed
    assert found.levels == figures().levels
    assert found.staff == figures().staff


def test_what_is_paid_by_the_gpu_is_paid_for_those_that_were_there() -> None:
    october, ours = month(), grown()
    licence = replace(
        ours.books.contracts[0],
        line=Line.SOFTWARE,
        name="licences",
        basis=Basis.GPU_YEAR,
        amount=Decimal(1200),
        quantity=Decimal(1),
    )
    books = replace(ours.books, contracts=(*ours.books.contracts, licence))
    found = month_figures(
        replace(ours, books=books), example().recorded(october, final_day(october))
    )
    (due,) = (one for one in found.postings if one.what == "licences")
    assert due.billed == Money(Decimal(102_400), "USD")
