"""M2 to M6: what vendors and clouds earn, and whether renting is dearer than owning."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from statistics import median, median_low

from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.claims.facts import ClaimFacts
from thirdshift_controller.costs.claims.saying import Saying, of_all
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.percent import percent
from thirdshift_controller.costs.tco.life import outlook
from thirdshift_controller.costs.tco.scaling import at_nodes

NEAR = Decimal("0.25")
"""How far a price may be off and still be "not much" from another."""
ABOUT_A_FIFTH = (Decimal("0.15"), Decimal("0.25"))
ABOUT_NINE_TENTHS = (Decimal("0.85"), Decimal("0.95"))
_NO_OWN = "an available GPU-hour of our own to price"
_NO_OFFER = "dated prices of renting this GPU"

M2 = Saying(
    "M2",
    "A card costs about 3,000 to make and is sold for about 30,000; the vendor's margin is about"
    " 90 %, and no buyer gets a discount.",
)
M3 = Saying("M3", "A machine room of one's own is not much cheaper than renting GPUs.")
M4 = Saying("M4", "Clouds earn only about 20 %.")
M5 = Saying("M5", "Running it oneself is a little dearer than a small provider.")
M6 = Saying("M6", "AWS is too expensive beside small providers.")


def vendor_margin(facts: ClaimFacts) -> Claim:
    """M2: by a published bill of material and our own purchase orders."""
    making, price = facts.figure("card_making"), facts.figure("card_price")
    margin = 1 - making / price
    low, high = ABOUT_NINE_TENTHS
    said = (
        f"Margin {percent(margin, 1)} (USD {making:,} to make, {price:,} to buy), of the chip alone"
        f" and before research; {percent(facts.figure('system_margin'))} of a whole system."
    )
    turns = f"The margin leaves 85 to 95 % below a price of {making / (1 - low):,.0f} a card."
    held = low <= margin <= high
    if facts.orders is None:
        return M2.judged(
            Finding.CONFIRMED if held else Finding.DENIED,
            said,
            f"{turns} Whether anybody gets a discount cannot be said without purchase orders.",
        )
    cuts = sorted(1 - order.paid.over(order.list_price) for order in facts.orders) or [Decimal(0)]
    spread = f"{percent(cuts[0], 1)} / {percent(median(cuts), 1)} / {percent(cuts[-1], 1)}"
    return M2.judged(
        of_all(held + (cuts[-1] <= 0), 2),
        f"{said} Our own discounts, least / middle / most: {spread}.",
        turns,
    )


def not_much_cheaper(facts: ClaimFacts) -> Claim:
    """M3: by terms, for each its middle price."""
    own = facts.own
    if own is None:
        return M3.untested(_NO_OWN)
    if not facts.offers:
        return M3.untested(_NO_OFFER)
    kinds = groupby(sorted(facts.priced, key=lambda one: one[0].kind), key=lambda one: one[0].kind)
    gains = {kind: [1 - own.over(price) for _, price in ours] for kind, ours in kinds}
    near = {kind for kind, some in gains.items() if abs(median(some)) <= NEAR}
    said = (
        f"{'true' if kind in near else 'not true'} of {kind} ({_span(some)} saved)"
        for kind, some in gains.items()
    )
    low, high = own * (1 / (1 + NEAR)), own * (1 / (1 - NEAR))
    return M3.judged(
        of_all(len(near), len(gains)),
        f"Own {own.shown(3)} an hour: {'; '.join(said)}.",
        f"Within 25 % of each other for rents of {low.shown()} to {high.shown()}.",
    )


def _span(ratios: list[Decimal]) -> str:
    low, high = percent(min(ratios)), percent(max(ratios))
    return low if low == high else f"{low} to {high}"


def cloud_margin(facts: ClaimFacts) -> Claim:
    """M4: what a provider keeps if its costs are ours."""
    own = facts.own
    if own is None:
        return M4.untested(_NO_OWN)
    prices = [price for _, price in facts.priced]
    if facts.rent is not None:
        prices.append(facts.rent)
    if not prices:
        return M4.untested(_NO_OFFER)
    margins = sorted({1 - own.over(price) for price in prices})
    low, high = ABOUT_A_FIFTH
    held = sum(low <= margin <= high for margin in margins)
    return M4.judged(
        of_all(held, len(margins)),
        f"{_at_rent(own, facts.rent)}{held} of {len(margins)} prices leave 15 to 25 %; all of them"
        f" {percent(margins[0])} to {percent(margins[-1])}.",
        f"Exactly 20 % at {(own * (1 / Decimal('0.8'))).shown()}, 15 to 25 % between"
        f" {(own * (1 / (1 - low))).shown()} and {(own * (1 / (1 - high))).shown()},"
        f" at our costs; {_at_their_size(facts)}.",
    )


def _at_rent(own: Money, rent: Money | None) -> str:
    return f"{percent(1 - own.over(rent), 1)} at {rent.shown()}; " if rent is not None else ""


def _at_their_size(facts: ClaimFacts) -> str:
    nodes = facts.figure("provider_nodes")
    theirs = outlook(at_nodes(facts.plan, nodes)).levels.available
    price = theirs.shown() if theirs else "nothing"
    return f"at {nodes:,} nodes an hour would cost {price}"


def a_little_dearer(facts: ClaimFacts) -> Claim:
    """M5: the use from which owning is cheaper."""
    own, rent = facts.own, facts.rent
    if own is None:
        return M5.untested(_NO_OWN)
    if rent is None:
        return M5.untested(_NO_OFFER)
    turning, used = own.over(rent), facts.plan.activity.allocated_ratio
    figures = f"Own {own.shown(3)} an available hour, {rent.shown()} rented; {percent(used)} used."
    if turning >= 1:
        return M5.judged(
            Finding.CONFIRMED, figures, f"It would turn over at a rent above {own.shown()}."
        )
    return M5.judged(
        Finding.DEPENDS,
        figures,
        f"True below {percent(turning)} use of what is owned, so"
        f" {'true' if used < turning else 'not true'} now.",
    )


def aws_dear(facts: ClaimFacts) -> Claim:
    """M6: AWS on demand over small providers on demand."""
    giants = [one for one in facts.priced if one[0].kind.startswith("giants")]
    aws = [price for offer, price in giants if offer.provider.casefold().startswith("aws")]
    small = [one for one in facts.priced if one[0].kind.startswith("small")]
    if not aws or not small:
        return M6.untested("prices on demand of this GPU at AWS and at a small provider")
    ratios = [aws[0].over(price) for _, price in small]
    middle = median_low(ratios)
    marks = sorted({0, (len(small) - 1) // 2, len(small) - 1})
    said = ", ".join(
        f"{ratios[at]:.1f} times {small[at][0].provider}'s {small[at][1].shown()}" for at in marks
    )
    return M6.judged(
        _dear(middle),
        f"AWS asks {aws[0].shown()}: {said}.",
        f"It turns over where AWS asks {(aws[0] * (1 / middle)).shown()}, the middle of"
        " the others.",
    )


def _dear(ratio: Decimal) -> Finding:
    if ratio >= 1 + NEAR:
        return Finding.CONFIRMED
    return Finding.DEPENDS if ratio > 1 else Finding.DENIED
