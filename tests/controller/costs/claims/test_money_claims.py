"""M1 to M15 on the worked example: the published verdicts, and what turns them over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from fakes.worked_claims import NEOCLOUD, OFFERS, ON_DEMAND, RESERVED, facts
from fakes.worked_example import BOOKS, example, usd
from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.claims.facts import Gap, Offer, Order, PastPrice, Plant, Run
from thirdshift_controller.costs.claims.judge import CLAIMS, judge
from thirdshift_controller.costs.claims.progress import price_per_doubling
from thirdshift_controller.costs.claims.published import load_generations
from thirdshift_controller.costs.exchange import Exchange
from thirdshift_controller.costs.market.prices import PurchaseOption
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco.life import outlook
from thirdshift_controller.costs.tco.outlook import Levels
from thirdshift_controller.costs.tco.plan import Plan
from thirdshift_controller.costs.tco.scaling import at_life


def claim(number: str, **others: object) -> Claim:
    decide = {saying.number: judged for saying, judged in CLAIMS}[number]
    return decide(facts(**others))


def of(plan: Plan) -> dict[str, object]:
    return {"plan": plan, "outlook": outlook(plan)}


def without(line: Line) -> dict[str, object]:
    assets = tuple(each for each in BOOKS.assets if each.line is not line)
    return of(example(replace(BOOKS, assets=assets)))


def test_the_claims_stand_in_their_order_and_each_has_a_verdict() -> None:
    numbers = [*(f"M{n}" for n in range(1, 16)), *(f"P{n}" for n in range(1, 13))]
    assert [each.number for each in judge(facts())] == numbers
    assert all(each.condition and each.text for each in judge(facts()))


def test_m1_holds_for_cards_of_all_cash_with_four_other_shares_beside_it() -> None:
    found = claim("M1")
    assert found.finding is Finding.CONFIRMED
    assert "Cards of all cash 48.0 %; cards of capital 64.2 %" in found.figures
    assert "nodes of capital 82.9 %; nodes of all cash 61.9 %" in found.figures
    assert "nodes and network of all cash 68.7 %" in found.figures
    assert "41 % over 5 years" in found.figures
    assert "lives of 18 to 45 months" in found.condition
    assert "from 64 to" in found.condition


def test_m1_fails_over_five_years() -> None:
    assert claim("M1", **of(at_life(example(), Decimal(5)))).finding is Finding.DENIED


def test_m1_needs_cards_in_a_line_of_their_own() -> None:
    found = claim("M1", **without(Line.GPU_CARDS))
    assert found.finding is Finding.NOT_TESTABLE
    assert "gpu_cards" in found.condition


def test_m2_holds_of_the_chip_and_says_what_it_takes_to_know_of_discounts() -> None:
    found = claim("M2")
    assert found.finding is Finding.CONFIRMED
    assert "Margin 88.9 %" in found.figures
    assert "cannot be said without purchase orders" in found.condition


def test_m2_depends_where_we_got_a_discount() -> None:
    orders = tuple(Order(usd(30_000), usd(paid)) for paid in (30_000, 28_500, 27_000))
    found = claim("M2", orders=orders)
    assert found.finding is Finding.DEPENDS
    assert "0.0 % / 5.0 % / 10.0 %" in found.figures
    assert claim("M2", orders=orders[:1]).finding is Finding.CONFIRMED


def test_m3_holds_of_contracts_and_not_of_giants() -> None:
    found = claim("M3", offers=(*OFFERS[:1], Offer("RunPod", ON_DEMAND, usd("2.99")), *OFFERS[4:]))
    assert found.finding is Finding.DEPENDS
    assert "true of on contract (-5 % saved)" in found.figures
    assert "true of small providers on demand (18 % saved)" in found.figures
    assert "not true of giants on demand (64 % to 80 % saved)" in found.figures
    assert "USD 1.97 to USD 3.28" in found.condition


def test_m3_goes_by_the_month_where_there_is_one() -> None:
    dear = Levels(usd(4), usd(4), usd(4), usd(4))
    assert "Own USD 4.000" in claim("M3", month=dear).figures
    assert claim("M3", month=Levels(usd(4), None, None, None)).finding is Finding.NOT_TESTABLE


def test_m4_is_a_band_and_not_a_point() -> None:
    found = claim("M4")
    assert found.finding is Finding.DEPENDS
    assert "17.7 % at USD 2.99" in found.figures
    assert "Exactly 20 % at USD 3.08" in found.condition
    assert "15 to 25 % between USD 2.90 and USD 3.28" in found.condition


def test_m4_holds_of_the_price_of_its_own_time_and_fails_at_todays_lists() -> None:
    assert claim("M4", offers=()).finding is Finding.CONFIRMED
    dear = Offer("Nebius", ON_DEMAND, usd("4.50"))
    assert claim("M4", offers=(dear,), reference=dear).finding is Finding.DENIED


def test_m5_is_true_below_the_break_even_use() -> None:
    found = claim("M5")
    assert found.finding is Finding.DEPENDS
    assert "True below 82 % use" in found.condition
    assert "not true now" in found.condition


def test_m5_holds_where_owning_never_pays() -> None:
    cheap = Offer("contract", RESERVED, usd("2.35"))
    assert claim("M5", reference=cheap).finding is Finding.CONFIRMED


def test_m5_takes_the_middle_of_small_providers_where_no_reference_is_named() -> None:
    assert "3.99 rented" in claim("M5", reference=None).figures


def test_m6_holds_with_the_published_ratios() -> None:
    found = claim("M6")
    assert found.finding is Finding.CONFIRMED
    assert "2.6 times RunPod's USD 2.69" in found.figures
    assert "1.7 times Lambda's USD 3.99" in found.figures


@pytest.mark.parametrize(
    ("price", "finding"), [("3.99", Finding.DENIED), ("4.50", Finding.DEPENDS)]
)
def test_m6_turns_over_at_the_price_of_the_others(price: str, finding: Finding) -> None:
    offers = (Offer("AWS", ON_DEMAND, usd(price)), Offer("Lambda", ON_DEMAND, usd("3.99")))
    assert claim("M6", offers=offers).finding is finding


def test_m6_sets_no_spot_price_beside_prices_on_demand() -> None:
    spot = replace(OFFERS[4], option=PurchaseOption.SPOT, price=usd("1.28"))
    assert claim("M6", offers=(*OFFERS, spot)) == claim("M6")
    without = (*OFFERS[:4], spot)
    assert claim("M6", offers=without).finding is Finding.NOT_TESTABLE


def test_m7_lies_between_its_definitions() -> None:
    found = claim("M7")
    assert found.finding is Finding.DEPENDS
    assert "276 USD a TB and year: raw drives 13.8 times" in found.figures
    assert "parity included 5.8 times" in found.figures
    assert "all in 15.7 times" in found.figures


def test_m8_holds_of_cpus_and_says_from_what_traffic_a_line_pays() -> None:
    found = claim("M8")
    assert found.finding is Finding.CONFIRMED
    assert "at AWS (16 times), 0.0230 at OCI (7 times)" in found.figures
    assert "111 TB of egress a month; ours is not counted" in found.condition
    assert claim("M8", egress_gb_per_month=Decimal(5_000)).finding is Finding.DEPENDS
    assert claim("M8", egress_gb_per_month=Decimal(500_000)).finding is Finding.CONFIRMED


def test_m9_turns_over_at_the_tb_that_pay() -> None:
    assert "above 1,124 TB" in claim("M9").condition
    assert claim("M9", stored_tb=Decimal(1_125)).finding is Finding.CONFIRMED
    assert claim("M9", stored_tb=Decimal(1_123)).finding is Finding.DENIED
    assert claim("M9", **without(Line.STORAGE)).finding is Finding.NOT_TESTABLE


def test_m10_takes_two_years_of_prices() -> None:
    first = Gap(date(2024, 11, 1), usd(276), usd(20))
    assert claim("M10").finding is Finding.NOT_TESTABLE
    assert claim("M10", gaps=(first,)).finding is Finding.NOT_TESTABLE
    steady = (first, Gap(date(2026, 11, 2), usd(270), usd(20)))
    assert claim("M10", gaps=steady).finding is Finding.CONFIRMED
    closing = (first, Gap(date(2026, 11, 2), usd(138), usd(20)))
    assert claim("M10", gaps=closing).finding is Finding.DENIED


def test_m11_holds_by_purchase() -> None:
    found = claim("M11")
    assert found.finding is Finding.CONFIRMED
    assert "By purchase 1.41 times per doubling" in found.figures
    assert "by rent 1.24 to 1.85" in found.figures
    assert "38,219 to 45,288" in found.condition


@pytest.mark.parametrize(
    ("pair", "ratio"),
    [
        ("H100 to B200", 1.41),
        ("Lambda A100-80 to H100", 1.24),
        ("Lambda H100 to B200", 1.55),
        ("AWS p4d to p5", 1.74),
        ("AWS p5 to p6-b200", 1.85),
        ("OCI A100-80 to H100", 1.73),
        ("OCI H100 to B200", 1.33),
        ("Nebius H100 to B200", 1.69),
    ],
)
def test_a_published_pair_of_chips_comes_out(pair: str, ratio: float) -> None:
    known = facts()
    found = next(each for each in known.generations if each.pair == pair)
    assert price_per_doubling(known, found) == pytest.approx(ratio, abs=0.006)


def test_m11_takes_purchase_prices() -> None:
    rents = tuple(each for each in load_generations() if not each.purchase)
    assert claim("M11", generations=rents).finding is Finding.NOT_TESTABLE


def test_m12_fails_while_rents_rise_and_stays_open() -> None:
    found = claim("M12")
    assert found.finding is Finding.DENIED
    assert "26 % a year" in found.figures
    assert "stays open" in found.condition


def test_m12_reckons_a_pflop_hour_by_the_gpu_that_the_prices_are_of() -> None:
    assert "USD 2.81 to USD 3.50 a PFLOP-hour" in claim("M12").figures
    assert "USD 1.24 to USD 1.54 a PFLOP-hour" in claim("M12", gpu_model="B200").figures
    assert "PFLOP" not in claim("M12", gpu_model="L40S").figures


def test_m12_holds_where_rents_fall_and_takes_half_a_year() -> None:
    falling = (PastPrice(date(2024, 1, 1), usd(4)), PastPrice(date(2026, 1, 1), usd(2)))
    assert claim("M12", prices=falling).finding is Finding.CONFIRMED
    assert claim("M12", prices=falling[:1]).finding is Finding.NOT_TESTABLE
    assert claim("M12", prices=()).finding is Finding.NOT_TESTABLE


def test_m13_is_about_models_and_set_beside_what_servers_keep() -> None:
    found = claim("M13", runs=(Run("seven", usd(1_000_000), Decimal(12), None),))
    assert found.finding is Finding.NOT_TESTABLE
    assert "leave 12.5 % of their price (USD 2.63 an hour, not USD 2.46)" in found.figures
    assert "50 % to 93 %" in found.figures
    assert "seven: USD 1,000,000, by halves USD 500,000" in found.figures


def test_m14_is_reckoned_from_what_runs_earn() -> None:
    late = Run("late", usd(1_300), Decimal(1), usd(100))
    soon = Run("soon", usd(1_100), Decimal(1), usd(100))
    idle = Run("idle", usd(1_000), Decimal(1), usd(0))
    assert claim("M14").finding is Finding.NOT_TESTABLE
    assert claim("M14", runs=(late, idle)).finding is Finding.CONFIRMED
    assert claim("M14", runs=(soon,)).finding is Finding.DENIED
    assert claim("M14", runs=(late, soon)).finding is Finding.DEPENDS


def test_m15_depends_on_the_tariff_that_could_be_had() -> None:
    found = claim("M15")
    assert found.finding is Finding.DEPENDS
    assert "not true of Class A at USD 82.00; true of Class B" in found.figures
    assert "USD 87.00" in found.condition
    one = Plant(usd(87), {"Class A": usd(82)})
    assert claim("M15", plant=one).finding is Finding.DENIED
    assert claim("M15", plant=None).finding is Finding.NOT_TESTABLE


@pytest.mark.parametrize("number", ["M3", "M4", "M5", "M6"])
def test_without_a_price_of_renting_nothing_is_guessed(number: str) -> None:
    found = claim(number, offers=(), reference=None)
    assert found.finding is Finding.NOT_TESTABLE
    assert "Missing: " in found.condition


def test_without_a_rate_of_exchange_the_claim_says_which_is_missing() -> None:
    plan = replace(example(), exchange=Exchange(), contracts=())
    dear = Offer("north", ON_DEMAND, Money(Decimal(4), "CAD"))
    found = judge(facts(plan=plan, offers=(dear,), reference=NEOCLOUD))
    assert "between CAD and USD" in next(each for each in found if each.number == "M3").condition
