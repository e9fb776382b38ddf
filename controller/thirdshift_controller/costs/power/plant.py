"""A power plant of our own: what its megawatt-hour costs over its life, beside the grid's.

Levelised cost of electricity, per MWh:

    CRF * capital * (1 + spare) / (8.76 * capacity factor) + heat rate * (gas + carbon) + upkeep

Permits, grid connection and the months that they take have no price here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from thirdshift_controller.costs.finance import recovery_factor
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.origin import Origin

MWH_PER_KW_YEAR = Decimal("8.76")
"""Of a kilowatt that always runs."""
KG_PER_TONNE = 1000
KWH_PER_MWH = 1000


@dataclass(frozen=True, slots=True)
class Plant:
    """Gas engines, as they were offered."""

    currency: str
    """Of every amount."""
    capital_per_kw: Decimal
    """Of what is needed, without spares."""
    spare_ratio: Decimal
    """More than is needed, so that one may fail: 0.25 for five engines where four would do."""
    life_years: Decimal
    capital_ratio_per_year: Decimal
    """What capital costs."""
    capacity_factor_ratio: Decimal
    """What is drawn, of what the needed engines could give."""
    heat_rate_gj_per_mwh: Decimal
    """Gas burnt for a MWh, by its higher heating value."""
    gas_per_gj: Decimal
    upkeep_per_mwh: Decimal
    """Operation and maintenance."""
    carbon_kg_per_gj: Decimal
    carbon_per_tonne: Decimal
    """What emitting it costs; zero where nothing is asked."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class PlantCost:
    """Of one MWh."""

    capital: Money
    fuel: Money
    carbon: Money
    upkeep: Money

    @property
    def per_mwh(self) -> Money:
        """All of it."""
        return self.capital + self.fuel + self.carbon + self.upkeep


@dataclass(frozen=True, slots=True)
class OwnAndGrid:
    """The two prices of a MWh, in one currency."""

    own: Money
    grid: Money

    @property
    def own_is_cheaper(self) -> bool:
        """Whether the plant would be."""
        return self.own < self.grid


def plant_cost(plant: Plant) -> PlantCost:
    """What a MWh of our own costs."""
    recovery = recovery_factor(plant.capital_ratio_per_year, plant.life_years)
    yearly_per_kw = recovery * plant.capital_per_kw * (1 + plant.spare_ratio)
    carbon_per_gj = plant.carbon_kg_per_gj / KG_PER_TONNE * plant.carbon_per_tonne
    currency = plant.currency
    return PlantCost(
        capital=Money(yearly_per_kw / (MWH_PER_KW_YEAR * plant.capacity_factor_ratio), currency),
        fuel=Money(plant.heat_rate_gj_per_mwh * plant.gas_per_gj, currency),
        carbon=Money(plant.heat_rate_gj_per_mwh * carbon_per_gj, currency),
        upkeep=Money(plant.upkeep_per_mwh, currency),
    )


def own_and_grid(plant: Plant, grid_per_kwh: Money) -> OwnAndGrid:
    """Beside the all-in price of the grid, as `flat_price` gives it."""
    return OwnAndGrid(plant_cost(plant).per_mwh, grid_per_kwh * KWH_PER_MWH)
