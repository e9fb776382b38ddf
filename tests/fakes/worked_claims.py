"""The worked example as claims are judged by it: its costs, what others ask, what stands there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fakes.worked_example import example, usd
from thirdshift_controller.costs.claims.facts import ClaimFacts, Fleet, Offer, PastPrice, Plant
from thirdshift_controller.costs.claims.published import load_figures, load_generations
from thirdshift_controller.costs.market.prices import PurchaseOption
from thirdshift_controller.costs.tco.life import outlook

ON_DEMAND, RESERVED = PurchaseOption.ON_DEMAND, PurchaseOption.RESERVED
NEOCLOUD = Offer("neocloud 2024", ON_DEMAND, usd("2.99"))
OFFERS = (
    Offer("contract of 2026-03", RESERVED, usd("2.35")),
    Offer("RunPod", ON_DEMAND, usd("2.69")),
    Offer("Lambda", ON_DEMAND, usd("3.99")),
    Offer("CoreWeave", ON_DEMAND, usd("6.155")),
    Offer("AWS us-east-1", ON_DEMAND, usd("6.88")),
    Offer("Azure", ON_DEMAND, usd("12.29")),
)
FAILURES = (2, 0, 1, 3, 1, 0, 2, 1, 1, 2) * 3


def facts(**others: object) -> ClaimFacts:
    plan = example()
    known: dict[str, object] = {
        "plan": plan,
        "outlook": outlook(plan),
        "figures": load_figures(),
        "generations": load_generations(),
        "offers": OFFERS,
        "reference": NEOCLOUD,
        "prices": (
            PastPrice(date(2025, 10, 15), usd("2.78")),
            PastPrice(date(2026, 9, 28), usd("3.46")),
        ),
        "gpu_model": "H100",
        "plant": Plant(usd(87), {"Class A": usd(82), "Class B and delivery": usd(110)}),
        "fleet": Fleet(64, 16, Decimal("10.2"), Decimal("0.7")),
        "failures": FAILURES,
    }
    return ClaimFacts(**{**known, **others})  # type: ignore[arg-type]
