"""`power.toml`: what is read from it and from the files it names, and how it is refused."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from controller.costs.power.halls import EXAMPLES
from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.power.files.load import load_power
from thirdshift_controller.costs.power.parts.adjustment import Adjustment, PeakShare
from thirdshift_controller.costs.power.parts.energy import Flat, Market, Tiers, TimeOfUse
from thirdshift_controller.costs.power.parts.monthly import Demand, Fixed
from thirdshift_controller.costs.power.parts.published import Vintage

CLASS_A = (EXAMPLES / "class_a.toml").read_text(encoding="utf-8")
TIME_OF_USE = (EXAMPLES / "time_of_use.toml").read_text(encoding="utf-8")
TIERS = (EXAMPLES / "tiers.toml").read_text(encoding="utf-8")
RATES = "month,vintage,published_on,per_kwh,source\n"
TOTALS = "month,vintage,published_on,total,source\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "power.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ConfigError) as refused:
        load_power(path)
    return str(refused.value)


def with_part(*lines: str) -> str:
    """The first example, with one more part in its tariff."""
    part = "\n".join(("[[tariffs.parts]]", *lines, "", "[plant]"))
    return CLASS_A.replace("[plant]", part)


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_example_loads(path: Path) -> None:
    site = load_power(path)
    assert site.hall.currency == "CAD"
    assert site.tariffs[0].parts


def test_every_number_knows_its_file_line_day_and_source() -> None:
    site = load_power(EXAMPLES / "class_b.toml")
    (tariff,) = site.tariffs
    commodity, regulatory, _ = tariff.parts
    assert isinstance(commodity, Flat)
    assert isinstance(regulatory, Flat)
    assert str(site.hall.origin) == "assumption: worked example; 2026-09-22; class_b.toml, line 1"
    assert str(commodity.origin) == (
        "proxy: regulated prices of 2025-11-01; 2025-11-01; class_b.toml, line 16"
    )
    assert regulatory.origin.source == tariff.origin.source, "its own is only where it differs"


def test_each_kind_of_part_is_read(tmp_path: Path) -> None:
    (tmp_path / "zonal.csv").write_text(
        "hour_at,per_kwh\n2026-10-01T00:00-04:00,0.051\n2026-10-01T05:00Z,-0.004\n"
    )
    (tmp_path / "rates.csv").write_text(f"{RATES}2026-10,actual,2026-11-16,0.0725,IESO\n")
    (tmp_path / "totals.csv").write_text(f"{TOTALS}2026-10,actual,2026-11-16,5e8,IESO\n")
    peaks = (
        "peaks = [",
        '  { hour_at = 2025-06-24T17:00:00-04:00, site_kwh = "1300", system_kwh = "24000000" },',
        '  { hour_at = 2025-07-16T17:00:00-04:00, site_kwh = "1400", system_kwh = "23000000" },',
        "]",
    )
    parts = [
        *('kind = "market"', 'name = "Market"', 'rate_file = "zonal.csv"', "[[tariffs.parts]]"),
        *('kind = "adjustment"', 'name = "B"', 'rate_file = "rates.csv"', "[[tariffs.parts]]"),
        *('kind = "peak_share"', 'name = "A"', 'rate_file = "totals.csv"', *peaks),
    ]
    (tariff,) = load_power(write(tmp_path, with_part(*parts))).tariffs
    *_, market, class_b, class_a = tariff.parts
    assert isinstance(market, Market)
    assert sorted(market.prices.values()) == [Decimal("-0.004"), Decimal("0.051")]
    assert isinstance(class_b, Adjustment)
    assert class_b.rates.figures[0].vintage is Vintage.ACTUAL
    assert class_b.rates.figures[0].origin.line == 2
    assert isinstance(class_a, PeakShare)
    assert class_a.factor == Decimal(2700) / Decimal(47_000_000)
    assert class_a.totals.figures[0].value == Decimal(500_000_000)
    (regulated,) = load_power(EXAMPLES / "time_of_use.toml").tariffs
    assert [type(part) for part in regulated.parts] == [TimeOfUse, Fixed]
    (delivery,) = load_power(EXAMPLES / "delivery_by_demand.toml").tariffs
    assert {type(part) for part in delivery.parts} == {Demand}
    (tiered,) = load_power(EXAMPLES / "tiers.toml").tariffs
    assert [type(part) for part in tiered.parts] == [Tiers]


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        ('currency = "CAD"', 'currency = "CAN"', 'hall.currency: "CAN" is no currency of ISO 4217'),
        ('pue = "1.35"', "pue = 1.35", "hall.pue: must stand in quotes to stay exact"),
        ('pue = "1.35"', 'pue = "0.9"', 'hall.pue: must be at least 1, not "0.9"'),
        ('other_it_kw = "110"', "", "hall.other_it_kw: is missing; add it here"),
        ("[plant]", "[plnt]", 'plnt: is not known here; did you mean "plant"?'),
        ('per_kwh = "0.055"', 'per_kwh = "-1"', "tariffs.parts.per_kwh: must be at least 0"),
        ('per_kwh = "0.055"', 'per_kw = "0.055"', "tariffs.parts.per_kwh: is missing"),
        (
            'per_kwh = "0.055"',
            'per_kwj = "1"',
            'per_kwj: is not known here; did you mean "per_kwh"?',
        ),
        ('kind = "flat"', 'kind = "flt"', "tariffs.parts.kind: must be one of flat, time_of_use"),
        ('kind = "flat"', "", "tariffs.parts.kind: must be one of flat, time_of_use"),
        ('name = "Regulatory"', 'name = "Energy"', '"Energy" is another part of this tariff too'),
        ('capacity_factor_ratio = "0.90"', 'capacity_factor_ratio = "0"', "must be more than 0"),
        ("afternoons = 15", "afternoons = 0", "peaks.afternoons: must be at least 1, not 0"),
        (
            "from_on = 2025-07-01",
            "from_on = 2025-07-01\nto_on = 2025-07-01",
            "must be after from_on",
        ),
    ],
)
def test_a_bad_entry_is_refused_with_file_line_key_and_remedy(
    tmp_path: Path, good: str, bad: str, complaint: str
) -> None:
    assert good in CLASS_A
    path = write(tmp_path, CLASS_A.replace(good, bad, 1))
    told = refusal(path)
    assert complaint in told
    assert re.match(re.escape(f"{path}, line ") + r"\d+: ", told)


@pytest.mark.parametrize("key", ["source", "as_of", "supplier", "from_on"])
def test_a_price_without_its_day_or_source_is_refused(tmp_path: Path, key: str) -> None:
    head, tariffs = CLASS_A.split("[[tariffs]]")
    text = f"{head}[[tariffs]]{re.sub(rf'^{key} = .*$', '', tariffs, count=1, flags=re.MULTILINE)}"
    told = refusal(write(tmp_path, text))
    assert f"line {line_of(CLASS_A, '[[tariffs]]')}: tariffs.{key}: is missing" in told


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = CLASS_A.replace('"CAD"', '"QQQ"').replace('"0.030"', "0.030").replace('"15"', '"0"')
    told = refusal(write(tmp_path, text)).splitlines()
    assert len(told) == 3
    for key in ("hall.currency", "tariffs.parts.per_kwh", "plant.life_years"):
        assert any(f": {key}: " in line for line in told)


def second_tariff(text: str, from_on: str) -> str:
    """The tariff of a file once more, from a later day."""
    head, tariff = text.split("[[tariffs]]")
    tariff = tariff.split("[plant]")[0]
    later = re.sub(r"^from_on = .*$", f"from_on = {from_on}", tariff, flags=re.MULTILINE)
    return f"{head}[[tariffs]]{tariff}[[tariffs]]{later}"


def test_tariffs_that_overlap_are_refused_by_both_their_lines(tmp_path: Path) -> None:
    text = second_tariff(CLASS_A, "2026-07-01")
    path = write(tmp_path, text)
    first, second = line_of(text, "[[tariffs]]"), line_of(text, "from_on = 2026-07-01")
    assert refusal(path) == (
        f'{path}, line {second}: tariffs.from_on: overlaps with "Class A, built up" of line'
        f" {first}; give that one to_on = 2026-07-01"
    )


def test_days_between_tariffs_are_refused_by_both_their_lines(tmp_path: Path) -> None:
    ended = CLASS_A.replace("from_on = 2025-07-01", "from_on = 2025-07-01\nto_on = 2026-06-30")
    text = second_tariff(ended, "2026-07-01").replace("to_on = 2026-06-30", "", 2)
    text = text.replace("from_on = 2025-07-01\n", "from_on = 2025-07-01\nto_on = 2026-06-30\n")
    path = write(tmp_path, text)
    told = refusal(path)
    assert f"line {line_of(text, 'from_on = 2026-07-01')}: tariffs.from_on: no tariff holds" in told
    assert (
        f'from 2026-06-30, where "Class A, built up" of line {line_of(text, "[[tariffs]]")} ends'
        in told
    )


def test_tariffs_that_follow_each_other_stand_in_order_of_time(tmp_path: Path) -> None:
    text = second_tariff(CLASS_A, "2024-07-01")
    head, last = text.rsplit("[[tariffs]]", 1)
    later = last.replace("from_on = 2024-07-01", "from_on = 2024-07-01\nto_on = 2025-07-01")
    site = load_power(write(tmp_path, f"{head}[[tariffs]]{later}"))
    assert [tariff.from_on for tariff in site.tariffs] == [date(2024, 7, 1), date(2025, 7, 1)]


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        (
            'hours = ["19:00-07:00"]',
            'hours = ["20:00-07:00"]',
            "periods: 19:00 of a weekday from 01-01 on (and 2 more such hours)"
            " belongs to no period; put every hour into one",
        ),
        (
            'hours = ["19:00-07:00"]',
            'hours = ["18:00-07:00"]',
            "periods: 18:00 of a weekday from 05-01 on belongs to off-peak and mid-peak",
        ),
        (
            'days = ["weekend", "holiday"]',
            'days = ["weekend"]',
            "periods: 00:00 of a holiday from 01-01 on",
        ),
        ("11-01 to 04-30", "11-02 to 04-30", "11:00 of a weekday from 11-01 on (and 5 more"),
        ("11-01 to 04-30", "10-31 to 04-30", "11:00 of a weekday from 10-31 on (and 5 more"),
        ("11-01 to 04-30", "31-10 to 04-30", "names a day that there is not; the month comes"),
        ("11-01 to 04-30", "winter", 'must be two days such as "11-01 to 04-30", not "winter"'),
        ('"19:00-07:00"', '"19:30-07:00"', 'must be whole hours such as "07:00-19:00"'),
        ('"19:00-07:00"', '"19:00-19:00"', '"19:00-19:00" holds no hour; a whole day is'),
        ('"19:00-07:00"', '"19:00-25:00"', "must be whole hours"),
        ('days = ["weekday"]', 'days = ["monday"]', "must be one of weekday, weekend, holiday"),
        ('days = ["weekday"]', "days = []", "tariffs.parts.periods.when.days"),
    ],
)
def test_an_hour_without_a_price_or_with_two_is_refused(
    tmp_path: Path, good: str, bad: str, complaint: str
) -> None:
    assert good in TIME_OF_USE
    told = refusal(write(tmp_path, TIME_OF_USE.replace(good, bad, 1)))
    assert complaint in told


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        (', up_to_kwh = "750"', "", "the last of the tiers, and no other, is without up_to_kwh"),
        ('"0.142"', '"0.142", up_to_kwh = "900"', "the last of the tiers, and no other"),
        (
            '  { per_kwh = "0.142"',
            '  { per_kwh = "0.1", up_to_kwh = "750" },\n  { per_kwh = "0.142"',
            "each tier's up_to_kwh must be more than that of the tier before",
        ),
    ],
)
def test_tiers_that_do_not_rise_are_refused(
    tmp_path: Path, good: str, bad: str, complaint: str
) -> None:
    assert good in TIERS
    assert complaint in refusal(write(tmp_path, TIERS.replace(good, bad, 1)))


@pytest.mark.parametrize(
    ("kind", "rows", "complaint"),
    [
        (
            "adjustment",
            f"{RATES}2026-13,actual,2026-11-16,0.07,IESO\n",
            "line 2, column month: must be a month such as 2026-01",
        ),
        (
            "adjustment",
            f"{RATES}2026-10,final,2026-11-16,0.07,IESO\n",
            "line 2, column vintage: must be one of first_estimate, second_estimate, actual",
        ),
        (
            "adjustment",
            f"{RATES}2026-10,actual,,0.07,IESO\n",
            "line 2, column published_on: must be filled in",
        ),
        (
            "adjustment",
            f"{RATES}2026-10,actual,2026-11-16,0.07,\n",
            "line 2, column source: must be filled in",
        ),
        (
            "adjustment",
            f"{RATES}2026-10,actual,2026-11-16,0.07,I\n2026-10,actual,2026-11-17,0.08,I\n",
            "line 3, column vintage: line 2 has this vintage of the month too; keep one",
        ),
        (
            "adjustment",
            f"{RATES}2026-10,actual,2026-10-16,0.07,I\n2026-10,first_estimate,2026-10-31,0.08,I\n",
            "line 2, column published_on: is before that of the first_estimate, line 3",
        ),
        (
            "market",
            "hour_at,per_kwh\n2026-10-01T04:00Z,0.05\n2026-10-01T00:00-04:00,0.06\n",
            "line 3, column hour_at: line 2 has a price for this hour too; keep one",
        ),
        (
            "market",
            "hour_at,per_kwh\n2026-10-01T04:30Z,0.05\n",
            "line 2, column hour_at: must be the beginning of an hour",
        ),
        (
            "market",
            "hour_at,per_kwh\n2026-10-01T04:00Z,high\n",
            'line 2, column per_kwh: must be a number such as 12.50, not "high"',
        ),
    ],
)
def test_a_bad_row_is_refused_with_file_line_column_and_remedy(
    tmp_path: Path, kind: str, rows: str, complaint: str
) -> None:
    (tmp_path / "rates.csv").write_text(rows, encoding="utf-8")
    part = (f'kind = "{kind}"', 'name = "Rate"', 'rate_file = "rates.csv"')
    told = refusal(write(tmp_path, with_part(*part)))
    assert told.startswith(f"{tmp_path / 'rates.csv'}, {complaint}")


def test_every_file_beside_it_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text("hour,price\n", encoding="utf-8")
    text = with_part(
        *('kind = "market"', 'name = "Market"', 'rate_file = "none.csv"', "[[tariffs.parts]]"),
        *('kind = "adjustment"', 'name = "GA"', 'rate_file = "rates.csv"'),
    ).replace('host_watts = "2000"', 'host_watts = "2000"\nreadings = "meters.csv"')
    meters, market, *rates = refusal(write(tmp_path, text)).splitlines()
    assert meters.startswith(f"{tmp_path / 'meters.csv'}: there is no such file")
    assert market.startswith(f"{tmp_path / 'none.csv'}: there is no such file")
    assert rates[0].startswith(f"{tmp_path / 'rates.csv'}, line 1, column hour: is not known here")
    assert rates[-1] == (
        f"{tmp_path / 'rates.csv'}, line 1, column vintage: is missing; add it to the first line"
    )


def test_what_is_wrong_with_a_file_that_two_parts_name_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text(f"{RATES}2026-10,final,2026-11-16,0.07,I\n", "utf-8")
    twice = ('kind = "adjustment"', 'name = "Once more"', 'rate_file = "rates.csv"')
    part = ('kind = "adjustment"', 'name = "GA"', 'rate_file = "rates.csv"', "[[tariffs.parts]]")
    (told,) = refusal(write(tmp_path, with_part(*part, *twice))).splitlines()
    assert told.startswith(f"{tmp_path / 'rates.csv'}, line 2, column vintage: must be one of")


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ((), "needs either factor or [[tariffs.parts.peaks]]"),
        (('factor = "1.5"',), "tariffs.parts.factor: must be at most 1"),
        (
            (
                'factor = "0.1"',
                'peaks = [{ hour_at = 2025-06-24T17:00:00Z, site_kwh = "1", system_kwh = "2" }]',
            ),
            "needs either factor or [[tariffs.parts.peaks]]",
        ),
        (
            ('peaks = [{ hour_at = 2025-06-24T17:00:00, site_kwh = "1", system_kwh = "2" }]',),
            "tariffs.parts.peaks.hour_at: ",
        ),
        (
            (
                'peaks = [{ hour_at = 2025-06-24T17:00:00Z, site_kwh = "1", system_kwh = "2" },'
                '{ hour_at = 2025-06-24T13:00:00-04:00, site_kwh = "1", system_kwh = "2" }]',
            ),
            "an hour stands twice among the peaks; name each once",
        ),
    ],
)
def test_a_peak_demand_factor_has_one_source(
    tmp_path: Path, lines: tuple[str, ...], complaint: str
) -> None:
    part = ('kind = "peak_share"', 'name = "GA"', 'rate_file = "totals.csv"', *lines)
    assert complaint in refusal(write(tmp_path, with_part(*part)))


def test_parts_that_are_no_tables_are_refused(tmp_path: Path) -> None:
    head = CLASS_A.split("[[tariffs.parts]]")[0]
    told = refusal(write(tmp_path, f"{head}parts = [3]\n"))
    assert "tariffs.parts: must be a [table]" in told
