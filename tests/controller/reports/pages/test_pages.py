"""What the pages of a month say: with everything there is, with little, and with nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from fakes import month
from thirdshift_controller.costs.market.comparison import Answer, Verdict
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.doubts import Doubt, Weight
from thirdshift_controller.costs.month.figures import MonthFigures, Part
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.usage.totals import Use
from thirdshift_controller.reports.blocks import (
    Block,
    Card,
    Cards,
    Chart,
    Mark,
    Page,
    Pair,
    Report,
    Table,
    Tone,
    Toned,
)
from thirdshift_controller.reports.pages import (
    assumptions,
    break_even,
    claims,
    energy,
    reliability,
    report,
    shares,
    showback,
    staff,
    summary,
    tornado,
    trend,
    units,
    variance,
)
from thirdshift_controller.reports.wording import DASH, MINUS


@pytest.fixture(scope="module")
def october() -> MonthFigures:
    return month.october()


def blocks(page: Page) -> Iterator[Block]:
    for block in page.blocks:
        if isinstance(block, Pair):
            yield from (*block.left, *block.right)
        else:
            yield block


def tables(page: Page) -> list[Table]:
    return [block for block in blocks(page) if isinstance(block, Table)]


def cards(page: Page) -> dict[str, Card]:
    found = [block for block in blocks(page) if isinstance(block, Cards)]
    return {card.label: card for block in found for card in block.cards}


def row(table: Table, name: str) -> tuple[str, ...]:
    (found,) = [row for row in (*table.rows, table.total or ()) if row and text(row[0]) == name]
    return tuple(text(cell) for cell in found)


def text(cell: str | Toned) -> str:
    return cell.text if isinstance(cell, Toned) else cell


def test_there_are_fourteen_pages_numbered_in_their_order() -> None:
    made = report(month.empty())
    assert [page.number for page in made.pages] == list(range(1, 15))
    assert len({page.title for page in made.pages}) == 14


@pytest.mark.parametrize("figures", [month.october, month.sparse, month.empty])
def test_every_row_has_a_cell_for_every_column_and_no_none(figures: object) -> None:
    assert callable(figures)
    for page in report(figures()).pages:
        for table in tables(page):
            for cells in (*table.rows, *([table.total] if table.total else [])):
                assert len(cells) == len(table.columns), (page.title, cells)
        assert "None" not in repr([page.lead, *map(_words, blocks(page))])


def _words(block: Block) -> object:
    if isinstance(block, Table):
        return [[text(cell) for cell in cells] for cells in block.rows]
    return block.spoken if isinstance(block, Chart) else getattr(block, "text", "")


def test_a_month_that_is_open_and_guessed_is_marked_so(october: MonthFigures) -> None:
    little = replace(month.empty(), energy=october.energy)
    assert report(little).marks == (Mark.DRAFT, Mark.MODELLED)
    metered = replace(october.energy, it_modelled_kwh=0.0)
    assert report(replace(little, closed=True, energy=metered)).marks == ()
    assert Mark.SIMULATED in report(little, simulated=True).marks


def test_the_first_page_answers_with_cost_verdict_downtime_and_trust(
    october: MonthFigures,
) -> None:
    page = summary.page(october)
    found = cards(page)
    assert found["Own or rent?"].value == "Owning beats renting"
    assert found["Own or rent?"].tone is Tone.GOOD
    assert found["What did the month cost?"].value == "USD 1,792,205"
    assert found["What did the month cost?"].text == (
        "USD 13,149 (0.7 %) over the budget of USD 1,779,055."
    )
    assert found["What did downtime cost?"].value == "USD 53,766"
    assert found["How good are the data?"].value == "Amber"
    own, rented, movers = tables(page)
    assert row(own, "Utilised") == ("Utilised", "577,898", "3.101")
    assert [text(cells[2]) for cells in rented.rows] == ["2.580", "3.890", "10.979"]
    assert row(movers, "Technicians") == ("Technicians", "2026-09", f"{MINUS}1,930")


def test_a_month_under_its_budget_is_good_and_far_over_it_is_bad(october: MonthFigures) -> None:
    def tone(budget: int) -> Tone:
        page = summary.page(replace(october, budget=Money(Decimal(budget), "USD")))
        return cards(page)["What did the month cost?"].tone

    assert tone(1_800_000) is Tone.GOOD
    assert tone(1_790_000) is Tone.WARNING
    assert tone(1_700_000) is Tone.BAD


def test_a_month_that_runs_says_so_beside_its_cost_and_its_budget(october: MonthFigures) -> None:
    page = summary.page(replace(october, to_at=october.month.from_at + timedelta(days=9)))
    card = cards(page)["What did the month cost so far?"]
    assert "the budget so far of" in text(card.text)
    assert page.lead.startswith("In October 2026, so far, the site cost")


def test_many_warnings_are_counted_and_the_first_are_shown(october: MonthFigures) -> None:
    doubts = tuple(Doubt(Weight.WARNING, f"doubt {number}") for number in range(9))
    page = summary.page(replace(october, doubts=doubts))
    assert "6 more warnings on page 14." in repr(page)


def test_the_light_is_green_without_doubt_and_red_without_meters(october: MonthFigures) -> None:
    metered = replace(october.energy, it_modelled_kwh=0.0)

    def colour(figures: MonthFigures) -> str:
        return cards(summary.page(figures))["How good are the data?"].value

    assert colour(replace(october, doubts=(), energy=metered)) == "Green"
    assert colour(month.sparse()) == "Red"
    assert colour(month.empty()) == "Red"


def test_rent_in_another_currency_is_not_drawn_beside_our_own(october: MonthFigures) -> None:
    canadian = replace(october, currency="CAD")
    drawn = [block for block in blocks(summary.page(canadian)) if isinstance(block, Chart)]
    assert "No rent can stand beside it" in drawn[0].caption
    assert "Rented" not in drawn[0].svg


def test_the_gpu_has_five_shares_by_five_meanings(october: MonthFigures) -> None:
    meanings, lines = tables(shares.page(october))
    assert [text(cells[1]) for cells in meanings.rows] == [
        "64.2 %",
        "82.9 %",
        "48.0 %",
        "61.9 %",
        "68.7 %",
    ]
    assert row(lines, "Electricity") == ("Electricity", "86,019", "4.8 %", "76,900", "+9,119")
    assert row(lines, "Remote hands")[3:] == ("no budget", "")
    assert row(lines, "All") == ("All", "1,792,205", "100.0 %", "1,779,055", "+13,149")


def test_the_trend_shows_a_dash_where_no_rent_was_known(october: MonthFigures) -> None:
    page = trend.page(october)
    (table,) = tables(page)
    assert row(table, "2025-10")[6:9] == (DASH,) * 3
    assert row(table, "2026-10 (open)")[6:9] == ("2.580", "3.890", "10.980")
    assert "USD 2.38 in 2025-10, USD 2.43 now" in page.lead


def test_the_bridge_leads_from_the_budget_to_what_was(october: MonthFigures) -> None:
    page = variance.page(october)
    (table,) = tables(page)
    steps = [text(cells[1]) for cells in table.rows]
    assert steps[0] == "1,779,055.47"
    assert row(table, "Exchange")[1] == f"{MINUS}812.38"
    added = sum(Decimal(step.replace(",", "").replace(MINUS, "-")) for step in steps)
    assert table.total is not None
    assert f"{added:,}" == text(table.total[1]) == "1,792,204.75"


def test_unit_costs_have_their_units_and_the_ledgers_their_sums(october: MonthFigures) -> None:
    unit, ledgers = tables(units.page(october))
    assert row(unit, "MWh, all in")[1:3] == ("83.59", "USD")
    assert row(unit, "Colocation, a kW and month")[1:] == (
        "150.00",
        "USD",
        "of 1,416 kW-months reserved",
    )
    assert row(unit, "Energy of a utilised GPU-hour")[1:3] == ("1.74", "kWh")
    assert row(ledgers, "GPU cards") == ("GPU cards", "0", "640,000", "836,051")
    assert row(ledgers, "All") == ("All", "458,824", "1,489,967", "1,792,205")


def test_carbon_is_of_the_energy_of_the_same_hours_however_few_were_watched(
    october: MonthFigures,
) -> None:
    (unit, _) = tables(units.page(october))
    tenth = replace(
        october.use, **{name: getattr(october.use, name) / 10 for name in Use.__slots__}
    )
    (watched, _) = tables(units.page(replace(october, use=tenth)))
    name = "Carbon of a utilised GPU-hour"
    assert row(unit, name) == row(watched, name)


def test_a_kilowatt_is_not_dearer_for_what_is_restated_of_other_months(
    october: MonthFigures,
) -> None:
    (paid,) = (one for one in october.postings if one.line is Line.COLO)
    nothing = replace(paid, corrects="2026-09", quantity=Decimal(0))
    (unit, _) = tables(units.page(replace(october, postings=(*october.postings, nothing))))
    assert row(unit, "Colocation, a kW and month")[1] == "150.00"


def test_break_even_carries_the_sentence_that_prices_move(october: MonthFigures) -> None:
    page = break_even.page(october)
    assert break_even.UPPER_BOUND in [getattr(block, "text", "") for block in page.blocks]
    (table,) = tables(page)
    assert row(table, "Neocloud on demand") == (
        "Neocloud on demand",
        "2.990",
        "18 %",
        "82 %",
        "31",
        "21 %",
        "11.6",
    )
    assert row(table, "1-year contract, Oct 2025")[4:6] == ("never", "none found")
    assert "it beats 8 of the 10 rents" in page.lead


def test_the_tornado_names_the_widest_swing(october: MonthFigures) -> None:
    page = tornado.page(october)
    assert "“Life, years”: USD 3.21 at 2, USD 1.87 at 5" in page.lead
    assert row(tables(page)[0], "Scale, nodes")[5:] == ("37 % to 50 %", f"{MINUS}8 % to 20 %")


def test_energy_tells_metered_modelled_and_billed_apart(october: MonthFigures) -> None:
    page = energy.page(october)
    kwh, advice = tables(page)
    assert [text(cells[1]) for cells in kwh.rows] == [
        "733,772",
        "12,460",
        "261,181",
        "1,007,413",
        "1,016,200",
    ]
    assert "The bill is 0.9 % over what was reckoned." in kwh.note
    assert [text(cells[1]) for cells in advice.rows] == ["USD 246,000", "USD 416,000"]
    assert cards(page)["Peak"].text == "of the hall, 2026-10-14 16:00"


def test_downtime_is_told_in_hours_and_in_money(october: MonthFigures) -> None:
    page = reliability.page(october)
    faults, phases = tables(page)
    assert row(faults, "All") == ("All", "43", "21,544", "50,681")
    assert row(phases, "Waiting for people")[2:] == ("14,106", "33,183")
    assert cards(page)["An hour less each"].value == "USD 821"


def test_people_are_covered_hours_seats_and_the_price_of_a_repair(october: MonthFigures) -> None:
    found = cards(staff.page(october))
    assert found["Covered"].value == "100.0 %"
    assert found["A seat around the clock"].value == "5.0 people"
    assert found["A repair"].value == "USD 661"


def test_racks_beyond_the_first_twenty_are_added_up_and_not_dropped(
    october: MonthFigures,
) -> None:
    teams, racks, models = tables(showback.page(october))
    assert row(teams, "All teams")[1] == "679,880"
    assert len(racks.rows) == 21
    assert row(racks, "44 others")[0] == "44 others"
    assert row(racks, "All") == row(models, "All")


def test_twenty_one_racks_are_all_shown(october: MonthFigures) -> None:
    use = october.racks[0].use
    racks = tuple(Part(f"R{number}", use, Money(Decimal(1), "USD")) for number in range(21))
    _, table, _ = tables(showback.page(replace(october, racks=racks)))
    assert {text(cells[0]) for cells in table.rows} == {rack.name for rack in racks}


def test_claims_are_counted_by_what_became_of_them(october: MonthFigures) -> None:
    page = claims.page(october)
    assert page.lead == (
        "Of 22 claims, 9 confirmed, 4 denied, 4 true on a condition, 4 not to be tested here and"
        " 1 out of date."
    )
    assert row(tables(page)[0], "M12")[2] == "Denied"


def test_an_assumption_ages_and_an_invoice_does_not(october: MonthFigures) -> None:
    numbers, restated, prices = tables(assumptions.page(october))
    assert row(numbers, "GPU card")[3:] == ("2024-08-17", "costs.toml:12", "sourced")
    assert row(numbers, "Technician, one seat around the clock")[5] == "assumed"
    assert row(numbers, "Tariff, all in")[5] == "assumed, old"
    assert row(numbers, "Cost of capital")[3:] == ("no date", "costs.toml:4", "assumed, old")
    assert row(restated, "2026-09")[3] == "+1,812.40"
    assert row(prices, "Hyperstack")[6] == "yes, ageing"
    assert row(prices, "Index")[6] == "no, not an offer"


@pytest.mark.parametrize("answer", list(Answer))
def test_every_answer_has_its_words(october: MonthFigures, answer: Answer) -> None:
    page = summary.page(replace(october, verdict=Verdict(answer, "", "")))
    assert cards(page)["Own or rent?"].value


def test_a_page_without_its_data_says_so_and_draws_nothing() -> None:
    made: Report = report(month.empty())
    for page in made.pages[1:12]:
        assert page.lead.endswith(".")
        assert page.blocks == (), page.title
    assert not any(isinstance(block, Chart) for page in made.pages for block in blocks(page))


def test_a_sparse_month_says_what_it_lacks() -> None:
    leads = {page.number: page.lead for page in report(month.sparse()).pages}
    assert leads[3] == "A trend needs two months at least; there are not so many yet."
    assert leads[4] == "There is no budget for this month, so nothing can differ from it."
    assert leads[12] == "No claim was judged by this month's figures."


def test_the_trend_leaves_out_rents_in_another_currency(october: MonthFigures) -> None:
    first, last = october.trend[-2:]
    canadian = replace(last, cost=Money(last.cost.amount, "CAD"))
    (table,) = tables(trend.page(replace(october, trend=(first, canadian))))
    assert row(table, "2026-09")[6] == "2.600"
    assert row(table, "2026-10 (open)")[6:9] == (DASH,) * 3
