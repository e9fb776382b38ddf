"""From `[[tariffs.parts]]` as they are written to the parts that reckon."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from thirdshift_controller.config.complaints import Complaints
from thirdshift_controller.config.explain import explanations
from thirdshift_controller.config.locate import KeyPath
from thirdshift_controller.config.source import Problem, Source
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.power.files.part_tables import (
    KINDS,
    AdjustmentTable,
    AnyPart,
    DemandTable,
    FixedTable,
    FlatTable,
    MarketTable,
    PeakShareTable,
    TiersTable,
    TimeOfUseTable,
)
from thirdshift_controller.costs.power.files.series import (
    RateRow,
    TotalRow,
    load_hours,
    load_series,
)
from thirdshift_controller.costs.power.files.when_tables import When
from thirdshift_controller.costs.power.parts.adjustment import Adjustment, PeakShare
from thirdshift_controller.costs.power.parts.energy import (
    Flat,
    Market,
    Period,
    Tier,
    Tiers,
    TimeOfUse,
)
from thirdshift_controller.costs.power.parts.monthly import Demand, Fixed
from thirdshift_controller.costs.power.parts.stretch import Part
from thirdshift_controller.costs.power.parts.windows import Window


def part_tables(source: Source) -> tuple[dict[KeyPath, AnyPart], list[Problem]]:
    """Every part by where it stands, as its own kind's table, and what is wrong with the others."""
    parts: dict[KeyPath, AnyPart] = {}
    problems: list[Problem] = []
    context = {"folder": source.path.parent}
    for path, values in _raw_parts(source):
        model = KINDS.get(str(values.get("kind")))
        if model is None:
            text = f"must be one of {', '.join(KINDS)}"
            problems.append(Problem((*path, "kind"), text))
            continue
        try:
            parts[path] = model.model_validate(values, context=context)
        except ValidationError as error:
            found = explanations(model, error)
            problems += [Problem((*path, *place), text) for place, text in found]
    return parts, problems


def part_of(table: AnyPart, origin: Origin, complaints: Complaints) -> Part:
    """A part with what its own file holds; what is wrong with that is complained of."""
    match table:
        case FlatTable():
            return Flat(table.name, origin, table.per_kwh)
        case TimeOfUseTable():
            periods = (Period(one.name, one.per_kwh, _windows(one.when)) for one in table.periods)
            return TimeOfUse(table.name, origin, tuple(periods))
        case TiersTable():
            tiers = (Tier(one.per_kwh, one.up_to_kwh) for one in table.tiers)
            return Tiers(table.name, origin, tuple(tiers))
        case DemandTable():
            return Demand(table.name, origin, table.per_kw, _windows(table.when))
        case FixedTable():
            return Fixed(table.name, origin, table.per_month)
        case MarketTable():
            prices = load_hours(table.rate_file, complaints)
            return Market(table.name, origin, prices, table.rate_file.name)
        case AdjustmentTable():
            return Adjustment(table.name, load_series(table.rate_file, RateRow, complaints))
        case PeakShareTable():
            totals = load_series(table.rate_file, TotalRow, complaints)
            return PeakShare(table.name, table.peak_demand_factor, totals)


def _raw_parts(source: Source) -> Iterator[tuple[KeyPath, dict[str, object]]]:
    """Parts as far as they are tables; what is none is the file's own model to refuse."""
    for number, tariff in _tables(source.values.get("tariffs")):
        for position, part in _tables(tariff.get("parts")):
            yield ("tariffs", number, "parts", position), part


def _tables(values: object) -> Iterator[tuple[int, dict[str, object]]]:
    for position, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, dict):
            yield position, value


def _windows(when: When) -> tuple[Window, ...]:
    return tuple(one.window for one in when)
