"""What is paid for as time goes by, on each basis, whole and in part."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.accounts import CARDS, COLO, NOVEMBER, OCTOBER, books, usd
from thirdshift_controller.costs.books.books import Basis, Contract
from thirdshift_controller.costs.ledger.contracts import Facts, post_contracts
from thirdshift_controller.costs.ledger.span import Span
from thirdshift_controller.costs.posting import Charge, Line, Posting

FACTS = Facts(rota_hours=Decimal(1442), gpus_installed=Decimal(1024), repairs_ended=Decimal(40))
HALF = Span(NOVEMBER, NOVEMBER.from_at, NOVEMBER.from_at + timedelta(hours=721) / 2)


def posted(contract: Contract, span: Span | None = None, facts: Facts = FACTS) -> list[Posting]:
    of = books(contracts=(contract,), assets=(CARDS,))
    return list(post_contracts(of, span or Span.whole(NOVEMBER), facts))


@pytest.mark.parametrize(
    ("basis", "amount", "quantity", "due", "working"),
    [
        (Basis.MONTH, "10000", "1", "10000", "1 Months at USD 10,000.00"),
        (Basis.YEAR, "180000", "2", "30000", "2 Months at USD 15,000.00"),
        (Basis.HOUR, "50", "1", "36050", "721 Hours at USD 50.00"),
        (Basis.ROTA_HOUR, "50", "1", "72100", "1,442 Hours at USD 50.00"),
        (Basis.KW_MONTH, "150", "1415.6", "212340", "1,415.6 kW-Months at USD 150.00"),
        (Basis.GPU_YEAR, "4500", "1", "384000", "1,024 GPU-Months at USD 375.00"),
        (Basis.REPAIR, "120", "1", "4800", "40 Repairs at USD 120.00"),
    ],
)
def test_each_basis_costs_what_it_says(
    basis: Basis, amount: str, quantity: str, due: str, working: str
) -> None:
    contract = replace(COLO, basis=basis, amount=Decimal(amount), quantity=Decimal(quantity))
    [posting] = posted(contract)
    assert posting.billed == usd(due)
    assert posting.billed == posting.effective == posting.economic
    assert posting.working == working
    assert posting.charge is Charge.CONTRACT


def test_a_share_of_the_price_is_asked_for_what_is_in_life() -> None:
    support = replace(
        COLO, basis=Basis.PRICE_YEAR, amount=Decimal("0.02"), of=(Line.GPU_CARDS, Line.NODES)
    )
    [posting] = posted(support)
    assert posting.billed == usd(30_720_000 * Decimal("0.02") / 12)
    assert posting.working == "2 % a year of USD 30,720,000.00 (gpu_cards, nodes)"
    switches = replace(support, of=(Line.SWITCHES,))
    assert posted(switches)[0].billed == usd(0)


@pytest.mark.parametrize("basis", list(Basis))
def test_half_a_month_costs_half(basis: Basis) -> None:
    of = (Line.GPU_CARDS,) if basis is Basis.PRICE_YEAR else ()
    contract = replace(COLO, basis=basis, amount=Decimal("0.5"), of=of)
    halved = Facts(
        FACTS.rota_hours / 2,
        FACTS.gpus_installed,
        FACTS.repairs_ended / 2,
    )
    [half], [full] = posted(contract, HALF, halved), posted(contract)
    assert half.billed.amount > 0
    assert abs(half.billed.amount * 2 - full.billed.amount) < Decimal("1e-12")


def test_a_contract_costs_only_the_days_that_it_holds() -> None:
    contract = replace(COLO, from_on=date(2026, 11, 16), to_on=date(2027, 11, 16))
    [posting] = posted(contract)
    assert posting.from_at.astimezone(NOVEMBER.timezone).date() == date(2026, 11, 16)
    assert posting.billed.shown() == "USD 499.31"
    assert posted(contract, Span.whole(OCTOBER)) == []


def test_it_is_converted_at_the_rate_of_the_spans_last_day() -> None:
    [posting] = posted(replace(COLO, amount=Decimal("1406.40"), currency="CAD"))
    assert posting.billed.shown(6) == usd(1000).shown(6)
    assert posting.working == (
        "1 Months at CAD 1,406.40; 1.4064 CAD for 1 USD on 2026-01-01 (Bank of Canada)"
    )


@given(
    st.sampled_from([basis for basis in Basis if basis is not Basis.PRICE_YEAR]),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
)
def test_a_dearer_contract_never_costs_less(basis: Basis, amount: int, more: int) -> None:
    [one] = posted(replace(COLO, basis=basis, amount=Decimal(amount)))
    [other] = posted(replace(COLO, basis=basis, amount=Decimal(amount + more)))
    assert one.billed <= other.billed
