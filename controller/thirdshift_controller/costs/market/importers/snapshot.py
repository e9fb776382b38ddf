"""A daily snapshot of the data set GPU Rental Prices (CC BY 4.0): `latest.json` or a day's file.

Each offer is of one GPU and brings the instant at which its provider's page was read; what could
not be read is carried over from an earlier day, and keeps that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.market.gpus import gpu_model
from thirdshift_controller.costs.market.importers.gathering import Gathering, known, whole
from thirdshift_controller.costs.market.importers.remarks import Imported, Trap
from thirdshift_controller.costs.market.importers.source import Given, SourceFile
from thirdshift_controller.costs.market.providers import canonical_provider
from thirdshift_controller.costs.market.record import PurchaseOption

OPTIONS = {
    "on-demand": PurchaseOption.ON_DEMAND,
    "secure": PurchaseOption.ON_DEMAND,
    "community": PurchaseOption.MARKET,
    "spot": PurchaseOption.SPOT,
    "reserved": PurchaseOption.RESERVED,
}
SERVERLESS = "serverless"
HOST_NOT_INCLUDED = "billed separately"
"""A note of the data set: the price is of the GPU alone, without the host that it needs."""


def read(file: SourceFile, given: Given) -> Imported:
    """Its offers. Raises `ConfigError` where the file is no snapshot."""
    snapshot = file.json()
    offers = snapshot.get("offers") if isinstance(snapshot, dict) else None
    if not isinstance(offers, list) or not all(isinstance(offer, dict) for offer in offers):
        raise ConfigError(f"{file.path}: is no snapshot: it has no list named offers")
    stale = _stale(snapshot.get("providers"))
    gathering = Gathering(file, given)
    for number, offer in enumerate(offers, start=1):
        gathering.row()
        if offer.get("kind") == SERVERLESS:
            gathering.beside("serverless")
        else:
            _offer(gathering, number, offer, stale)
    return gathering.result()


def _stale(providers: object) -> Mapping[str, str]:
    """Providers that could not be read on the snapshot's day, and when they last could."""
    statuses = providers if isinstance(providers, dict) else {}
    return {
        name: str(status.get("last_verified") or "an unknown day")
        for name, status in statuses.items()
        if isinstance(status, dict) and (status.get("stale") or status.get("ok") is False)
    }


def _offer(
    gathering: Gathering, number: int, offer: Mapping[str, Any], stale: Mapping[str, str]
) -> None:
    provider, gpu, mem_gib = offer.get("provider"), offer.get("gpu"), known(offer.get("vram_gb"))
    option, as_of = OPTIONS.get(str(offer.get("kind"))), _day(offer.get("fetched_at"))
    model = gpu_model(str(gpu), mem_gib)
    if not provider:
        return gathering.drop(number, "provider", Trap.UNREADABLE, "blank")
    if option is None:
        return gathering.drop(number, "kind", Trap.UNREADABLE, str(offer.get("kind")))
    if as_of is None:
        return gathering.drop(number, "fetched_at", Trap.NO_DATE, str(offer.get("fetched_at")))
    if model is None:
        return gathering.drop(number, "gpu", Trap.UNKNOWN_GPU, f"{gpu} {mem_gib}")
    if provider in stale:
        gathering.mark(number, "provider", Trap.STALE, f"last read on {stale[provider]}")
    price = gathering.price(number, "usd_hr", offer.get("usd_hr"))
    if price is None:
        return None
    facts = {
        "provider": canonical_provider(provider),
        "sku": _sku(offer),
        "gpu_model": model,
        "gpu_mem_gib": mem_gib,
        "as_of": as_of,
        "purchase_option": option,
        "term_months": _term(gathering, number, offer, option),
        "unit_ok": _unit(gathering, number, offer),
        "region": offer.get("region") or None,
        "vcpu": known(offer.get("vcpus")),
    }
    gpus = whole(offer.get("min_gpus"))
    return gathering.add(number, "usd_hr", price * (gpus or 1), gpus, **facts)


def _sku(offer: Mapping[str, Any]) -> str:
    return str(offer.get("instance") or f"{offer.get('gpu')} {offer.get('kind')}")


def _term(
    gathering: Gathering, number: int, offer: Mapping[str, Any], option: PurchaseOption
) -> int | None:
    commitment = offer.get("commitment")
    terms = commitment if isinstance(commitment, dict) else {}
    months = whole(terms.get("months"))
    if option is PurchaseOption.RESERVED and months is None:
        gathering.mark(number, "commitment", Trap.NO_TERM, str(terms.get("label", "")))
    return months


def _unit(gathering: Gathering, number: int, offer: Mapping[str, Any]) -> bool:
    """Whether the price is that of a GPU with its share of the host."""
    if HOST_NOT_INCLUDED not in str(offer.get("instance")):
        return True
    gathering.mark(number, "instance", Trap.UNIT, "the host is billed separately")
    return False


def _day(cell: object) -> date | None:
    try:
        return date.fromisoformat(str(cell)[:10])
    except ValueError:
        return None
