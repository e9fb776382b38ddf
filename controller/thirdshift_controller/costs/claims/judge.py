"""All claims in their order, each judged by the same facts."""

from __future__ import annotations

from collections.abc import Callable

from thirdshift_controller.costs.claims import (
    chips,
    density,
    failures,
    links,
    power,
    pricing,
    progress,
    shares,
    storage,
    value,
)
from thirdshift_controller.costs.claims.claim import Claim
from thirdshift_controller.costs.claims.facts import ClaimFacts
from thirdshift_controller.costs.claims.saying import Saying
from thirdshift_controller.costs.money import CurrencyError

CLAIMS: tuple[tuple[Saying, Callable[[ClaimFacts], Claim]], ...] = (
    (shares.M1, shares.half),
    (pricing.M2, pricing.vendor_margin),
    (pricing.M3, pricing.not_much_cheaper),
    (pricing.M4, pricing.cloud_margin),
    (pricing.M5, pricing.a_little_dearer),
    (pricing.M6, pricing.aws_dear),
    (storage.M7, storage.storage_ratio),
    (storage.M8, storage.cheap_beside_clouds),
    (storage.M9, storage.data_grows),
    (storage.M10, storage.gap_persists),
    (progress.M11, progress.monopoly),
    (progress.M12, progress.cheaper_by_year),
    (value.M13, value.halves),
    (value.M14, value.do_not_pay),
    (power.M15, power.own_plant),
    (power.P1, power.a_megawatt),
    (density.P2, density.two_a_rack),
    (density.P3, density.seventy_two),
    (density.P4, density.leak),
    (density.P5, density.denser),
    (links.P6, links.fibre),
    (links.P7, links.metre),
    (links.P8, links.pcie),
    (chips.P9, chips.memory),
    (chips.P10, chips.precision),
    (failures.P11, failures.every_day),
    (failures.P12, failures.three_people),
)
"""Who says what, and who judges it."""


def judge(facts: ClaimFacts) -> tuple[Claim, ...]:
    """Every claim; one that lacks a rate of exchange cannot be tested."""
    return tuple(_judged(saying, decide, facts) for saying, decide in CLAIMS)


def _judged(saying: Saying, decide: Callable[[ClaimFacts], Claim], facts: ClaimFacts) -> Claim:
    try:
        return decide(facts)
    except CurrencyError as error:
        return saying.untested(str(error))
