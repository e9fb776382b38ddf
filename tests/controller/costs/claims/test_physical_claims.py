"""P1 to P12 on the worked example: the published verdicts, and what is missing where it is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.worked_claims import facts
from fakes.worked_example import usd
from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.claims.facts import Cooling, Fleet, Lanes, Leaks
from thirdshift_controller.costs.claims.judge import CLAIMS
from thirdshift_controller.costs.claims.poisson import interval


def claim(number: str, **others: object) -> Claim:
    decide = {saying.number: judged for saying, judged in CLAIMS}[number]
    return decide(facts(**others))


def test_p1_tells_chips_it_facility_and_reservation() -> None:
    found = claim("P1")
    assert found.finding is Finding.CONFIRMED
    assert "0.72 MW of chips, 1.00 of IT, 1.35 of the facility" in found.figures
    assert "1.42 reserved" in found.figures
    assert "1.4 kW" in found.condition


def test_p2_counts_nodes_by_the_rack() -> None:
    found = claim("P2")
    assert found.finding is Finding.CONFIRMED
    assert "2.0 nodes and 20.4 kW a rack" in found.figures
    denser = Fleet(32, 32, Decimal("10.2"), Decimal("0.7"))
    assert claim("P2", fleet=denser).finding is Finding.DENIED


def test_p3_takes_such_a_rack() -> None:
    assert claim("P3").finding is Finding.NOT_TESTABLE
    dense = Fleet(15, 72, Decimal(120), Decimal("1.2"))
    assert claim("P3", fleet=dense).finding is Finding.CONFIRMED


def test_p4_prices_a_rack_that_is_down() -> None:
    assert "72 GPUs down cost USD 177 an hour" in claim("P4").figures
    leaks = Leaks(10, Decimal("0.02"), usd(100_000), Decimal(100), 72, Decimal("0.5"))
    found = claim("P4", leaks=leaks)
    assert found.finding is Finding.DEPENDS
    assert "One leak costs USD 117,728, a year of 10 racks USD 23,546" in found.figures
    assert "50 % of the racks are watched" in found.condition


def test_p5_sets_a_zone_before_water_beside_the_same_after() -> None:
    zone = Cooling("east", Decimal("1.35"), Decimal("1.15"), Decimal(20), Decimal(60))
    found = claim("P5", cooling=(zone,))
    assert found.finding is Finding.CONFIRMED
    assert "worth USD 71,853 a year" in found.condition


def test_p6_counts_ports_by_speed() -> None:
    assert claim("P6", links={200: 100, 400: 2_000}).finding is Finding.CONFIRMED
    slow = claim("P6", links={200: 2_000, 400: 100})
    assert slow.finding is Finding.DENIED
    assert "2,000 at 200, 100 at 400; 0 are of the next speed" in slow.figures


def test_p7_is_not_borne_out_by_physics() -> None:
    found = claim("P7")
    assert found.finding is Finding.DENIED
    assert "1 m is 4.90 ns, 1.5 % to 2.1 % of one switch's hop" in found.figures


def test_p8_takes_two_generations() -> None:
    one = (Lanes(5, 1_024, 3),)
    assert claim("P8", lanes=one).finding is Finding.NOT_TESTABLE
    assert "3 below it" in claim("P8", lanes=one).figures
    assert claim("P8", lanes=(Lanes(4, 8, 0), *one)).finding is Finding.CONFIRMED


def test_p9_is_dated() -> None:
    found = claim("P9")
    assert found.finding is Finding.DATED
    assert "288 GB" in found.figures


def test_p10_prices_compute_by_type_of_number() -> None:
    found = claim("P10", tflops={"BF16": Decimal(989), "FP8": Decimal(1_979)})
    assert found.finding is Finding.CONFIRMED
    assert "BF16 USD 2.49, FP8 USD 1.24" in found.figures


@pytest.mark.parametrize(
    ("failures", "finding"),
    [
        ((1,) * 30, Finding.DEPENDS),
        ((2,) * 30, Finding.CONFIRMED),
        ((0,) * 29 + (1,), Finding.DENIED),
        ((0,) * 30, Finding.DENIED),
    ],
)
def test_p11_goes_by_the_sure_end_of_the_rate(failures: tuple[int, ...], finding: Finding) -> None:
    assert claim("P11", failures=failures).finding is finding


def test_p11_tells_rate_interval_days_and_the_fleet_that_has_one_a_day() -> None:
    found = claim("P11")
    assert "39 in 30 days: 1.30 a day (95 % sure: 0.92 to 1.78)" in found.figures
    assert "73 % of days; 80 % had one" in found.figures
    assert "one a day takes 788 GPUs" in found.condition


def test_p12_three_people_cover_three_fifths_of_the_year() -> None:
    found = claim("P12", covered_ratio=Decimal("0.71"))
    assert found.finding is Finding.DENIED
    assert "cover 60 % of the year; a seat around the clock takes 5.006" in found.figures
    assert "Our rota covers 71 % of the month" in found.figures


@pytest.mark.parametrize("number", ["P1", "P2", "P3", "P4", "P5", "P6", "P8", "P10", "P11"])
def test_what_a_site_does_not_know_is_not_guessed(number: str) -> None:
    found = claim(number, fleet=None, failures=None)
    assert found.finding is Finding.NOT_TESTABLE
    assert found.condition.startswith("Missing: ")


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (10, 4.7954, 18.3904), (100, 81.3640, 121.6273)],
)
def test_the_interval_is_garwoods(count: int, low: float, high: float) -> None:
    assert interval(count) == pytest.approx((low, high), abs=1e-3)


def test_the_interval_of_a_large_count_is_that_of_its_deviation() -> None:
    low, high = interval(40_000)
    assert low == pytest.approx(40_000 - 1.96 * 200, abs=3)
    assert high == pytest.approx(40_000 + 1.96 * 200, abs=3)


@given(st.integers(0, 500))
def test_the_interval_holds_the_count_and_moves_with_it(count: int) -> None:
    low, high = interval(count)
    lower, higher = interval(count + 1)
    assert low <= count < high
    assert low < lower
    assert high < higher
