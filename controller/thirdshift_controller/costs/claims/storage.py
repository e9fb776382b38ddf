"""M7 to M10: storage, CPU and traffic, where clouds are said to be dear for good."""

from __future__ import annotations

from decimal import Decimal

from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.claims.facts import ClaimFacts
from thirdshift_controller.costs.claims.saying import Saying, of_all
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.percent import percent
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco.plan import MONTHS_PER_YEAR
from thirdshift_controller.costs.tco.spending import per_year, wear

GB_PER_TB = 1000
DAYS_PER_YEAR = Decimal("365.25")
STEADY_PER_YEAR = Decimal("0.10")
"""A gap that moves less than that a year persists."""
GAP_MONTHS = 24
"""Fewer say nothing of a gap."""

M7 = Saying(
    "M7", "One year of storage at AWS costs what the hardware does, with ten times the capacity."
)
M8 = Saying("M8", "A room of one's own saves on CPU, storage and network, where clouds are dear.")
M9 = Saying("M9", "Owning makes sense when data grows large.")
M10 = Saying(
    "M10",
    "CPU, storage and network saw no great change of technology in ten years, so the gap between"
    " clouds and hardware persists.",
)


def storage_ratio(facts: ClaimFacts) -> Claim:
    """M7: three definitions of how often the hardware goes into a year's bill."""
    cloud = _cloud_per_tb_year(facts)
    usable = (facts.figure("drive") + facts.figure("storage_server")) * facts.figure(
        "erasure_coding"
    )
    per_year = usable / facts.figure("storage_life") + facts.figure("storage_running")
    ratios = {
        "raw drives": cloud / facts.figure("drive"),
        "usable, servers and parity included": cloud / usable,
        "a year of own storage, all in": cloud / per_year,
    }
    claimed = facts.figure("claimed_storage_ratio")
    said = "; ".join(f"{what} {ratio:.1f} times" for what, ratio in ratios.items())
    return M7.judged(
        of_all(sum(ratio >= claimed for ratio in ratios.values()), len(ratios)),
        f"S3 asks {cloud:,.0f} USD a TB and year: {said}.",
        f"Ten times holds of raw drives up to {cloud / claimed:.0f} USD a TB.",
    )


def cheap_beside_clouds(facts: ClaimFacts) -> Claim:
    """M8: a vCPU-hour, and the traffic from which a line of our own pays."""
    own, aws, oci = (facts.figure(f"vcpu_{who}") for who in ("own", "aws", "oci"))
    figures = (
        f"A vCPU-hour costs {own} of our own, {aws} at AWS ({aws / own:.0f} times), {oci} at OCI"
        f" ({oci / own:.0f} times); AWS asks {facts.figure('egress_aws')} a GB of egress."
    )
    line = _transit_per_month(facts)
    if line is None:
        return M8.judged(
            of_all((aws > own) + (oci > own), 2), figures, "No transit of our own is in the books."
        )
    pays_gb = line.over(facts.usd("egress_aws"))
    sent = facts.egress_gb_per_month
    cheap = [aws > own, oci > own, *([sent > pays_gb] if sent is not None else [])]
    counted = "is not counted" if sent is None else f"is {sent / GB_PER_TB:,.0f}"
    return M8.judged(
        of_all(sum(cheap), len(cheap)),
        figures,
        f"Our transit pays from {pays_gb / GB_PER_TB:,.0f} TB of egress a month; ours {counted}.",
    )


def _transit_per_month(facts: ClaimFacts) -> Money | None:
    lines = [each for each in facts.plan.contracts if each.line is Line.TRANSIT]
    a_year = sum(per_year(facts.plan, each) for each in lines)
    return Money(a_year / MONTHS_PER_YEAR, facts.plan.currency) if a_year else None


def data_grows(facts: ClaimFacts) -> Claim:
    """M9: the TB from which storage of our own is cheaper than S3."""
    pools = [pool for pool in facts.plan.pools if pool.line is Line.STORAGE]
    if not pools:
        return M9.untested("storage of our own in the books")
    rate, months = facts.plan.capital_ratio_per_year, facts.plan.months
    fixed = sum(wear(pool, months, rate).charged for pool in pools) / facts.plan.years
    cloud = facts.plan.converted(Money(_cloud_per_tb_year(facts), "USD")).amount
    pays_tb = fixed / (cloud - facts.usd("storage_running").amount)
    stored = facts.stored_tb
    if stored is None:
        finding, now = Finding.DEPENDS, "what is stored is not counted"
    else:
        finding = Finding.CONFIRMED if stored >= pays_tb else Finding.DENIED
        now = f"{stored:,.0f} TB are stored"
    return M9.judged(
        finding,
        f"Our storage costs {fixed:,.0f} {facts.plan.currency} a year, S3 {cloud:,.0f} a TB.",
        f"Owning storage pays above {pays_tb:,.0f} TB; {now}.",
    )


def gap_persists(facts: ClaimFacts) -> Claim:
    """M10: whether cloud over hardware has moved, over two years of prices at least."""
    days = (facts.gaps[-1].on - facts.gaps[0].on).days if facts.gaps else 0
    years = days / DAYS_PER_YEAR
    if years * MONTHS_PER_YEAR < GAP_MONTHS:
        return M10.untested(f"{GAP_MONTHS} months of prices of clouds and of hardware")
    first, last = (gap.cloud.over(gap.hardware) for gap in (facts.gaps[0], facts.gaps[-1]))
    moved = (last / first) ** (1 / years) - 1
    return M10.judged(
        Finding.CONFIRMED if moved >= -STEADY_PER_YEAR else Finding.DENIED,
        f"Cloud over hardware went from {first:.1f} to {last:.1f} times,"
        f" {percent(moved, 1)} a year.",
        f"It turns over where the gap closes by more than {percent(STEADY_PER_YEAR)} a year.",
    )


def _cloud_per_tb_year(facts: ClaimFacts) -> Decimal:
    return facts.figure("s3_standard") * GB_PER_TB * MONTHS_PER_YEAR
