"""M1: cards are about half of what three years cost. A share is nothing without both its parts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.claims.facts import ClaimFacts
from thirdshift_controller.costs.claims.saying import Saying
from thirdshift_controller.costs.percent import percent
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco.life import outlook
from thirdshift_controller.costs.tco.outlook import Outlook
from thirdshift_controller.costs.tco.plan import MONTHS_PER_YEAR, Plan
from thirdshift_controller.costs.tco.scaling import NODE_LINES, at_life, at_nodes

ABOUT_HALF = (Decimal("0.45"), Decimal("0.55"))
M1 = Saying("M1", "Over three years the GPUs are about half of all cost.")
_NETWORK = (Line.SWITCHES, Line.OPTICS)
_LIVES_MONTHS = range(12, 121)
_SIZES = sorted(times * 2**power for power in range(14) for times in (2, 3))
"""Nodes: 2, 3, 4, 6, 8, 12 and so on to 24,576."""


def half(facts: ClaimFacts) -> Claim:
    """Cards of gross cost, with four other definitions and where it holds."""
    ahead = facts.outlook
    if not ahead.gpu_share_ratio:
        return M1.untested("cards in a line of their own, `gpu_cards`")
    five_years = outlook(at_life(facts.plan, Decimal(5))).gpu_share_ratio
    small = outlook(at_nodes(facts.plan, Decimal(16))).gpu_share_ratio
    shares = "; ".join(f"{what} {percent(share, 1)}" for what, share in definitions(ahead))
    told = f"{shares[:1].upper()}{shares[1:]}"
    return M1.judged(
        Finding.CONFIRMED if _about_half(ahead) else Finding.DENIED,
        f"{told}. The first would be {percent(five_years)} over 5 years and {percent(small)} at"
        " 16 nodes.",
        _holds(facts.plan),
    )


def definitions(ahead: Outlook) -> Iterator[tuple[str, Decimal]]:
    """The five shares that go by the name of the GPU's."""
    amounts = {each.line: each.amount.amount for each in ahead.lines}
    cards = amounts.get(Line.GPU_CARDS, Decimal(0))
    nodes = sum((amounts.get(line, Decimal(0)) for line in NODE_LINES), Decimal(0))
    network = sum((amounts.get(line, Decimal(0)) for line in _NETWORK), Decimal(0))
    gross, capital = ahead.gross.amount, ahead.capital.amount
    yield "cards of all cash", cards / gross
    yield "cards of capital", cards / capital
    yield "nodes of capital", nodes / capital
    yield "nodes of all cash", nodes / gross
    yield "nodes and network of all cash", (nodes + network) / gross


def _about_half(ahead: Outlook) -> bool:
    low, high = ABOUT_HALF
    return low <= ahead.gpu_share_ratio <= high


def _holds(plan: Plan) -> str:
    lives = [
        months
        for months in _LIVES_MONTHS
        if _about_half(outlook(at_life(plan, Decimal(months) / MONTHS_PER_YEAR)))
    ]
    sizes = [nodes for nodes in _SIZES if _about_half(outlook(at_nodes(plan, Decimal(nodes))))]
    low, high = (percent(bound) for bound in ABOUT_HALF)
    within = f"Between {low} and {high}"
    life = f"for lives of {lives[0]} to {lives[-1]} months" if lives else "for no life"
    size = f"from {sizes[0]:,} to {sizes[-1]:,} nodes" if sizes else "at no size"
    return (
        f"{within} {life}, and {size}, all else as it is; for cards of all cash and nothing else."
    )
