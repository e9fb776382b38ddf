"""The month's use and cost by rack, by model of GPU and by team.

A rack and a model bear the cost by the GPUs that are installed in them, a team by the GPU-hours it
held of all that were held; what nobody held stays with the site, as the idle cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import Part
from thirdshift_controller.costs.usage.totals import MonthUsage, TeamUse, Use, together
from thirdshift_controller.fleet.inventory import Node, Site


def by_rack(usage: MonthUsage, site: Site, cost: Money) -> tuple[Part, ...]:
    """Every rack with nodes, by name."""
    return _grouped(usage, site, cost, lambda node: node.rack)


def by_model(usage: MonthUsage, site: Site, cost: Money) -> tuple[Part, ...]:
    """Every model of node, by name."""
    return _grouped(usage, site, cost, lambda node: node.model)


def by_team(teams: Sequence[TeamUse], available_price: Money | None) -> tuple[Part, ...]:
    """Every team, the one that held most first."""
    parts = [
        Part(team.team, _held(team), available_price * Decimal(team.allocated))
        for team in teams
        if available_price is not None
    ]
    return tuple(sorted(parts, key=lambda part: -part.use.allocated))


def _grouped(
    usage: MonthUsage, site: Site, cost: Money, key: Callable[[Node], str]
) -> tuple[Part, ...]:
    uses: dict[str, list[Use]] = defaultdict(list)
    gpus: dict[str, int] = defaultdict(int)
    for node in site.nodes():
        gpus[key(node)] += node.gpus
    for one in usage.nodes:
        if one.node in site.by_name:
            uses[key(site.by_name[one.node])].append(one.use)
    share = {name: Decimal(count) / site.gpus_installed for name, count in gpus.items()}
    return tuple(Part(name, together(uses[name]), cost * share[name]) for name in sorted(gpus))


def _held(team: TeamUse) -> Use:
    return Use(
        installed=0.0,
        available=0.0,
        scheduled=team.allocated,
        allocated=team.allocated,
        utilised=team.utilised,
        gpu_kwh=0.0,
        gpu_modelled_kwh=0.0,
        wall_kwh=team.wall_kwh,
        wall_modelled_kwh=0.0,
    )
