"""Every number of the files that a month rests on, with where it comes from: the last page."""

from __future__ import annotations

from collections.abc import Iterator

from thirdshift_controller.costs.books.books import Asset, Basis, Books, Contract
from thirdshift_controller.costs.month.figures import Assumption
from thirdshift_controller.costs.percent import percent
from thirdshift_controller.costs.power.power import Power


def assumptions(books: Books, power: Power) -> tuple[Assumption, ...]:
    """Assets first, then contracts, capital, taxes, power, rates of exchange."""
    return (
        *(Assumption(asset.name, _asset(asset), asset.origin) for asset in books.assets),
        *(Assumption(one.name, _contract(one), one.origin) for one in books.contracts),
        Assumption(
            "Cost of capital",
            f"{percent(books.capital.ratio_per_year, 1)} a year",
            books.capital.origin,
        ),
        *(Assumption(tax.name, percent(tax.ratio, 1), tax.origin) for tax in books.taxes),
        *_power(power),
        *(
            Assumption(f"One {rate.base} in {rate.quote}", f"{rate.rate:f}", rate.origin)
            for rate in books.exchange.rates
        ),
    )


_EACH = {
    Basis.MONTH: "a month",
    Basis.YEAR: "a year",
    Basis.HOUR: "an hour",
    Basis.ROTA_HOUR: "an hour on the rota",
    Basis.KW_MONTH: "a kW and month",
    Basis.GPU_YEAR: "a GPU and year",
    Basis.REPAIR: "a repair",
}


def _asset(asset: Asset) -> str:
    return (
        f"{asset.quantity:,} at {asset.unit_price.shown()}, {asset.life_months} months,"
        f" {percent(asset.residual_ratio)} left"
    )


def _contract(contract: Contract) -> str:
    if contract.basis is Basis.PRICE_YEAR:
        lines = ", ".join(line.replace("_", " ") for line in contract.of)
        return f"{percent(contract.amount, 2)} a year of {lines}"
    counted = f"{contract.quantity:,f} x " if contract.quantity != 1 else ""
    return f"{counted}{contract.currency} {contract.amount:,f} {_EACH[contract.basis]}"


def _power(power: Power) -> Iterator[Assumption]:
    yield Assumption("PUE", f"{power.hall.pue}", power.hall.origin)
    yield Assumption("Switches and storage", f"{power.hall.other_it_kw:f} kW", power.hall.origin)
    for tariff in power.tariffs:
        yield Assumption(tariff.name, f"from {tariff.from_on}", tariff.origin)
