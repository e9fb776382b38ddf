"""P2 to P5: how much fits into a rack, and what water brings and risks."""

from __future__ import annotations

from decimal import Decimal

from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.claims.facts import ClaimFacts
from thirdshift_controller.costs.claims.saying import Saying, of_all
from thirdshift_controller.costs.percent import percent
from thirdshift_controller.costs.tco.activity import HOURS_PER_YEAR

TWO = 2
NVL72 = 72

P2 = Saying("P2", "With new GPUs a rack takes only two machines, for power and heat.")
P3 = Saying("P3", "72 GPUs stand in one rack, cooled by water.")
P4 = Saying("P4", "One leak finishes the whole rack.")
P5 = Saying("P5", "Water carries more heat, so compute gets denser.")


def two_a_rack(facts: ClaimFacts) -> Claim:
    """P2: nodes and rated kW by the rack."""
    fleet = facts.fleet
    if fleet is None:
        return P2.untested("the racks that hold GPUs")
    nodes = Decimal(facts.plan.activity.nodes) / fleet.racks
    cooled = facts.figure("chilled_rack")
    return P2.judged(
        Finding.CONFIRMED if nodes <= TWO else Finding.DENIED,
        f"{nodes:.1f} nodes and {nodes * fleet.node_kw:.1f} kW a rack.",
        f"A rack on chilled water, at {cooled} kW, takes {cooled // fleet.node_kw} such nodes.",
    )


def seventy_two(facts: ClaimFacts) -> Claim:
    """P3: the densest rack that we have."""
    fleet = facts.fleet
    if fleet is None or fleet.gpus_per_rack < NVL72:
        most = f"Our densest rack holds {fleet.gpus_per_rack}." if fleet is not None else ""
        return P3.untested("a rack of that kind", most)
    return P3.judged(
        Finding.CONFIRMED,
        f"Our densest rack holds {fleet.gpus_per_rack} GPUs.",
        "As long as such a rack is in the inventory.",
    )


def leak(facts: ClaimFacts) -> Claim:
    """P4: the loss to be expected in a year."""
    leaks, own = facts.leaks, facts.own
    hourly = f"72 GPUs down cost {(own * NVL72).shown(0)} an hour." if own is not None else ""
    if leaks is None or own is None:
        return P4.untested("racks cooled by water, and how often they leak", hourly)
    once = leaks.damage + own * (leaks.hours_down * leaks.gpus_per_rack)
    a_year = once * (leaks.racks * leaks.leaks_per_rack_year)
    return P4.judged(
        Finding.DEPENDS,
        f"One leak costs {once.shown(0)}, a year of {leaks.racks} racks"
        f" {a_year.shown(0)}. {hourly}",
        f"On sensors and valves: {percent(leaks.watched_ratio)} of the racks are watched.",
    )


def denser(facts: ClaimFacts) -> Claim:
    """P5: kW by the rack and PUE, before and after."""
    if not facts.cooling:
        return P5.untested("a zone before and after water cooling")
    activity = facts.plan.activity
    price = facts.plan.converted(activity.price_per_kwh)
    said = "; ".join(
        f"{zone.zone} {zone.kw_per_rack_before} to {zone.kw_per_rack_after} kW a rack, PUE"
        f" {zone.pue_before} to {zone.pue_after}"
        for zone in facts.cooling
    )
    tenth = price * (activity.it_kw * HOURS_PER_YEAR * Decimal("0.1"))
    dense = sum(zone.kw_per_rack_after > zone.kw_per_rack_before for zone in facts.cooling)
    return P5.judged(
        of_all(dense, len(facts.cooling)),
        f"{said}.",
        f"A PUE lower by 0.1 is worth {tenth.shown(0)} a year here.",
    )
