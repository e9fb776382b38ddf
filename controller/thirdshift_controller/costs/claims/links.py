"""P6 to P8: fabric, distance and PCIe, by a census of links."""

from __future__ import annotations

from decimal import Decimal

from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.claims.facts import ClaimFacts
from thirdshift_controller.costs.claims.saying import Saying
from thirdshift_controller.costs.percent import percent

LIGHT_METRES_PER_NS = Decimal("0.299792458")
VISIBLE_RATIO = Decimal("0.10")
"""Of a switch's hop: less is lost among its own spread."""
NOW, NEXT = 400, 800
"""Gb/s."""

P6 = Saying("P6", "Fibre runs at 400 Gb/s now, at 800 next.")
P7 = Saying(
    "P7", "One metre to the next machine costs nanoseconds that show in training and matter."
)
P8 = Saying("P8", "PCIe between GPU and CPU doubles every few years.")


def fibre(facts: ClaimFacts) -> Claim:
    """P6: ports by speed."""
    if not facts.links:
        return P6.untested("a census of the fabric's ports by speed")
    ports = sum(facts.links.values())
    said = ", ".join(f"{count:,} at {speed}" for speed, count in sorted(facts.links.items()))
    fast = Decimal(sum(count for speed, count in facts.links.items() if speed >= NOW)) / ports
    half = Decimal("0.5")
    return P6.judged(
        Finding.CONFIRMED if fast >= half else Finding.DENIED,
        f"Ports by Gb/s: {said}; {facts.links.get(NEXT, 0):,} are of the next speed.",
        f"Where fewer than half are at {NOW} or more; {percent(fast)} are.",
    )


def metre(facts: ClaimFacts) -> Claim:
    """P7: physics. Light in fibre beside one hop through a switch."""
    delay_ns = facts.figure("refraction") / LIGHT_METRES_PER_NS
    quick, slow = facts.figure("hop_low"), facts.figure("hop_high")
    metres = VISIBLE_RATIO * quick / delay_ns
    return P7.judged(
        Finding.DENIED if delay_ns / quick < VISIBLE_RATIO else Finding.CONFIRMED,
        f"1 m is {delay_ns:.2f} ns, {percent(delay_ns / slow, 1)} to {percent(delay_ns / quick, 1)}"
        f" of one switch's hop of {quick} to {slow} ns.",
        f"Latency alone reaches a tenth of a hop at {metres:.1f} m; to know more, run"
        " all_reduce_perf with long and with short cables.",
    )


def pcie(facts: ClaimFacts) -> Claim:
    """P8: generations that we have, and GPUs that run below theirs."""
    if not facts.lanes:
        return P8.untested("a census of PCIe generations")
    said = "; ".join(
        f"generation {lane.generation}: {lane.gpus:,} GPUs, {lane.downgraded:,} below it"
        for lane in facts.lanes
    )
    if len(facts.lanes) == 1:
        return P8.untested("GPUs of a second PCIe generation", f"PCIe {said}.")
    return P8.judged(
        Finding.CONFIRMED,
        f"PCIe {said}.",
        "Each generation has twice the rate of the one before; how far apart they came is not ours"
        " to measure.",
    )
