"""`power.toml` read into plain values, with every file that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from thirdshift_controller.config.complaints import Complaints
from thirdshift_controller.config.locate import KeyPath
from thirdshift_controller.config.source import Source, read_source
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.power.files.meters import load_meters
from thirdshift_controller.costs.power.files.part_reading import part_of, part_tables
from thirdshift_controller.costs.power.files.part_tables import AnyPart
from thirdshift_controller.costs.power.files.table_checks import part_problems, tariff_problems
from thirdshift_controller.costs.power.files.tables import (
    HallTable,
    PeaksTable,
    PlantTable,
    PowerFile,
    TariffTable,
)
from thirdshift_controller.costs.power.parts.stretch import Part
from thirdshift_controller.costs.power.peaks import PeakTerms
from thirdshift_controller.costs.power.plant import Plant
from thirdshift_controller.costs.power.power import Hall, Power, Tariff


def load_power(path: Path) -> Power:
    """Read the file. Raises `ConfigError` with every problem of it, or of the files it names."""
    source, complaints = read_source(path), Complaints()
    parts, problems = part_tables(source)
    complaints.attempt(path, lambda: source.refuse([*problems, *part_problems(parts)]))
    file = complaints.attempt(path, lambda: _filled(source))
    if file is None or not complaints.fine(path):
        raise complaints.refusal
    power = _Reader(source, parts, complaints).power(file)
    complaints.refuse()
    return power


def _filled(source: Source) -> PowerFile:
    file = source.fill(PowerFile)
    source.refuse(tariff_problems(file.tariffs, source.line))
    return file


class _Reader:
    """Makes values of tables that are in order, and reads the files beside them."""

    def __init__(
        self, source: Source, parts: Mapping[KeyPath, AnyPart], complaints: Complaints
    ) -> None:
        self._source = source
        self._parts = parts
        self._complaints = complaints

    def power(self, file: PowerFile) -> Power:
        """The whole; what is wrong with the files beside it is complained of."""
        hall, currency = self._hall(file.hall), file.hall.currency
        tariffs = [self._tariff(number, tariff) for number, tariff in enumerate(file.tariffs)]
        return Power(
            file=self._source.path.name,
            hall=hall,
            tariffs=tuple(sorted(tariffs, key=lambda tariff: tariff.from_on)),
            plant=self._plant(file.plant, currency) if file.plant else None,
            peaks=self._peaks(file.peaks, currency) if file.peaks else None,
        )

    def _hall(self, table: HallTable) -> Hall:
        return Hall(
            currency=table.currency,
            pue=table.pue,
            other_it_kw=table.other_it_kw,
            host_watts=table.host_watts,
            carbon_g_per_kwh=table.carbon_g_per_kwh,
            origin=self._origin(table.source, table.as_of, ("hall",)),
            meters=load_meters(table.readings, self._complaints) if table.readings else (),
        )

    def _tariff(self, number: int, table: TariffTable) -> Tariff:
        path = ("tariffs", number)
        return Tariff(
            name=table.name,
            supplier=table.supplier,
            from_on=table.from_on,
            to_on=table.to_on,
            holidays=frozenset(table.holidays),
            parts=tuple(self._parts_of(path, table)),
            origin=self._origin(table.source, table.as_of, path),
        )

    def _parts_of(self, path: KeyPath, tariff: TariffTable) -> Iterator[Part]:
        for position in range(len(tariff.parts)):
            place = (*path, "parts", position)
            part = self._parts[place]
            said_by, as_of = part.source or tariff.source, part.as_of or tariff.as_of
            yield part_of(part, self._origin(said_by, as_of, place), self._complaints)

    def _plant(self, table: PlantTable, currency: str) -> Plant:
        values = table.model_dump(exclude={"source", "as_of"})
        return Plant(
            currency=currency, **values, origin=self._origin(table.source, table.as_of, ("plant",))
        )

    def _peaks(self, table: PeaksTable, currency: str) -> PeakTerms:
        values = table.model_dump(exclude={"adjustment_per_year", "source", "as_of"})
        shared_out = Money(table.adjustment_per_year, currency)
        return PeakTerms(
            adjustment_per_year=shared_out,
            **values,
            origin=self._origin(table.source, table.as_of, ("peaks",)),
        )

    def _origin(self, source: str, as_of: date, path: KeyPath) -> Origin:
        return Origin(source, as_of, self._source.path.name, self._source.line(path))
