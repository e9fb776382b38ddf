"""A plan of another size, of another life or at other prices, with all that hangs on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from thirdshift_controller.costs.books.books import Basis
from thirdshift_controller.costs.posting import CAPITAL_LINES, Line
from thirdshift_controller.costs.tco.plan import MONTHS_PER_YEAR, Plan

NODE_LINES = (Line.GPU_CARDS, Line.NODES)
"""What a node with its cards is made of."""
_INSTALLED = tuple(
    line for line in CAPITAL_LINES if line not in (Line.SPARES, Line.INSTALL, Line.PLANT)
)


def at_nodes(plan: Plan, nodes: Decimal) -> Plan:
    """The same site with another number of nodes.

    Assets, the power drawn, the kilowatts reserved and the repairs grow with the nodes, and so does
    what is paid by the GPU or by the price. What is paid by the month, the year or the hour stays:
    people, software, transit.
    """
    factor = nodes / plan.activity.nodes
    activity = replace(
        plan.activity,
        nodes=max(round(nodes), 1),
        gpus=max(round(plan.activity.gpus * factor), 1),
        it_kw=plan.activity.it_kw * factor,
        repairs_per_year=plan.activity.repairs_per_year * factor,
    )
    contracts = tuple(
        replace(each, quantity=each.quantity * factor) if each.basis is Basis.KW_MONTH else each
        for each in plan.contracts
    )
    moved = _times(plan, dict.fromkeys(CAPITAL_LINES, factor))
    return replace(moved, activity=activity, contracts=contracts)


def at_life(plan: Plan, years: Decimal) -> Plan:
    """All but our own plant, which outlives machines, lasts as long as the plan."""
    months = round(years * MONTHS_PER_YEAR)
    pools = tuple(
        pool if pool.line is Line.PLANT else replace(pool, life_months=months)
        for pool in plan.pools
    )
    return replace(plan, months=months, pools=pools)


def card_price(plan: Plan) -> Decimal:
    """Of all cards of a node: a node cannot be had for less."""
    return plan.price_of(Line.GPU_CARDS) / plan.activity.nodes


def node_price(plan: Plan) -> Decimal | None:
    """Of a node with its cards; `None` where servers stand in no line of their own."""
    return plan.price_of(*NODE_LINES) / plan.activity.nodes if plan.price_of(Line.NODES) else None


def at_node_price(plan: Plan, price: Decimal) -> Plan:
    """Nodes at another price, their cards at the same."""
    servers = (price - card_price(plan)) * plan.activity.nodes
    return _repriced(plan, {Line.NODES: servers / plan.price_of(Line.NODES)})


def node_residual(plan: Plan) -> Decimal | None:
    """What of a node's price is left at the end of its life, on average."""
    nodes = [pool for pool in plan.pools if pool.line in NODE_LINES]
    price = plan.price_of(*NODE_LINES)
    return sum(pool.price * pool.residual_ratio for pool in nodes) / price if price else None


def at_node_residual(plan: Plan, ratio: Decimal) -> Plan:
    """Nodes that keep another share of their price."""
    pools = tuple(
        replace(pool, residual_ratio=ratio) if pool.line in NODE_LINES else pool
        for pool in plan.pools
    )
    return replace(plan, pools=pools)


def optics(plan: Plan) -> Decimal | None:
    """Optics and cables by the GPU."""
    return plan.price_of(Line.OPTICS) / plan.activity.gpus or None


def at_optics(plan: Plan, price: Decimal) -> Plan:
    """Optics and cables at another price by the GPU."""
    return _repriced(plan, {Line.OPTICS: price / (optics(plan) or price)})


def _repriced(plan: Plan, factors: Mapping[Line, Decimal]) -> Plan:
    """Spares stay the same share of the nodes, installation of all that is installed."""
    moved = _times(plan, factors)
    hanging = {
        Line.SPARES: _ratio(moved, plan, NODE_LINES),
        Line.INSTALL: _ratio(moved, plan, _INSTALLED),
    }
    return _times(moved, hanging)


def _times(plan: Plan, factors: Mapping[Line, Decimal]) -> Plan:
    pools = tuple(
        replace(pool, price=pool.price * factors.get(pool.line, Decimal(1))) for pool in plan.pools
    )
    return replace(plan, pools=pools)


def _ratio(after: Plan, before: Plan, lines: tuple[Line, ...]) -> Decimal:
    was = before.price_of(*lines)
    return after.price_of(*lines) / was if was else Decimal(1)
