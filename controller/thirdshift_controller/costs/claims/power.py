"""M15 and P1: power of our own beside the grid's, and how much of it a thousand chips take."""

from __future__ import annotations

from decimal import Decimal

from thirdshift_controller.costs.books.books import Basis
from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.claims.facts import ClaimFacts
from thirdshift_controller.costs.claims.saying import Saying, of_all
from thirdshift_controller.costs.posting import Line

ABOUT_A_MEGAWATT = (Decimal("0.75"), Decimal("1.25"))
"""MW of IT for a thousand chips."""
KW_PER_MW = 1000
CHIPS = 1000

M15 = Saying("M15", "A power plant of one's own comes out cheaper than the electricity bill.")
P1 = Saying(
    "P1", "The biggest chip takes about 1 kW, a thousand about 1 MW; a campus may not use 1 MW."
)


def own_plant(facts: ClaimFacts) -> Claim:
    """M15: all in, by the MWh, against each tariff that could be had."""
    plant = facts.plant
    if plant is None or not plant.grid_per_mwh:
        return M15.untested("a plant of our own and the tariff that it would replace, by the MWh")
    own = plant.own_per_mwh
    cheaper = {name: own < price for name, price in plant.grid_per_mwh.items()}
    said = "; ".join(
        f"{'true' if cheaper[name] else 'not true'} of {name} at {price.shown()}"
        for name, price in plant.grid_per_mwh.items()
    )
    return M15.judged(
        of_all(sum(cheaper.values()), len(cheaper)),
        f"Own generation {own.shown()} a MWh: {said}.",
        f"It turns over at a tariff of {own.shown()} a MWh, all in.",
    )


def a_megawatt(facts: ClaimFacts) -> Claim:
    """P1: chips, IT, facility and what is reserved."""
    fleet, activity = facts.fleet, facts.plan.activity
    if fleet is None or not activity.it_kw:
        return P1.untested("the power limits of GPUs and the power that IT draws")
    chips_mw = activity.gpus * fleet.gpu_kw / KW_PER_MW
    it_mw = activity.it_kw / KW_PER_MW
    reserved = _reserved_kw(facts)
    said = f", {reserved / KW_PER_MW:.2f} reserved" if reserved else ""
    per_thousand = it_mw * CHIPS / activity.gpus
    low, high = ABOUT_A_MEGAWATT
    biggest = facts.figure("biggest_chip")
    return P1.judged(
        Finding.CONFIRMED if low <= per_thousand <= high else Finding.DENIED,
        f"{activity.gpus:,} GPUs: {chips_mw:.2f} MW of chips, {it_mw:.2f} of IT,"
        f" {it_mw * activity.pue:.2f} of the facility at a PUE of {activity.pue}{said}.",
        f"A thousand of ours take {per_thousand:.2f} MW of IT; the biggest chip now takes {biggest}"
        " kW, so of those the claim is low.",
    )


def _reserved_kw(facts: ClaimFacts) -> Decimal:
    halls = (
        each
        for each in facts.plan.contracts
        if each.line is Line.COLO and each.basis is Basis.KW_MONTH
    )
    return sum((each.quantity for each in halls), Decimal(0))
