"""P9 and P10: memory and narrow numbers."""

from __future__ import annotations

from decimal import Decimal

from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.claims.facts import ClaimFacts
from thirdshift_controller.costs.claims.saying import Saying

_PETA = Decimal(1000)
P9 = Saying("P9", "Memory is the wall: 192 GB a GPU now, and it may stall at about 200.")
P10 = Saying("P10", "Lower precision makes hardware smaller and cheaper.")


def memory(facts: ClaimFacts) -> Claim:
    """P9: what is sold by now."""
    shipping, claimed = facts.figure("shipping_memory"), facts.figure("claimed_memory")
    return P9.judged(
        Finding.DATED,
        f"{shipping} GB a GPU ship, {shipping / claimed:.1f} times what the claim knew.",
        f"It was so when {claimed} GB were the most.",
    )


def precision(facts: ClaimFacts) -> Claim:
    """P10: the price of a PFLOP-hour by type of number."""
    own = facts.own
    if own is None or not facts.tflops or len(facts.tflops) == 1:
        return P10.untested("the speed of our GPU at two types of number, and its price")
    prices = {name: own * (_PETA / speed) for name, speed in facts.tflops.items()}
    said = ", ".join(f"{name} {price.shown()}" for name, price in prices.items())
    amounts = [price.amount for price in prices.values()]
    return P10.judged(
        Finding.CONFIRMED if amounts == sorted(amounts, reverse=True) else Finding.DEPENDS,
        f"A PFLOP-hour by type of number, widest first: {said}.",
        "Of peak speeds; what a job gains is less.",
    )
