"""Our price of a GPU-hour for SkyPilot, whose own is 0 on Slurm and Kubernetes.

SkyPilot takes the price of an accelerator as all-in and every price as US dollars.
"""

from __future__ import annotations

import json

from thirdshift_controller.costs.market.prices import CURRENCY
from thirdshift_controller.errors import ConflictError
from thirdshift_controller.reports.data.plain import csv_text
from thirdshift_controller.reports.exports.priced import PricedMonth, PriceLevel, price_text

SLURM_COLUMNS = (
    *("Region", "Zone", "PricePerVCPU", "PricePerMemoryGB"),
    *("AcceleratorName", "PricePerAccelerator"),
)
_FREE = "0.0"


def slurm_csv(
    priced: PricedMonth, level: PriceLevel = PriceLevel.AVAILABLE, cluster: str = ""
) -> str:
    """`slurm/pricing.csv`: this GPU's price, and 0 for all else, as SkyPilot itself has it.

    `cluster` is SkyPilot's region, a Slurm cluster; empty, the price holds everywhere. Raises
    `ConflictError` without a price in dollars.
    """
    price = _dollars(priced, level)
    everything = ("", "", _FREE, _FREE, "", _FREE)
    return csv_text(SLURM_COLUMNS, [everything, (cluster, "", "", "", priced.gpu_model, price)])


def kubernetes_yaml(
    priced: PricedMonth, level: PriceLevel = PriceLevel.AVAILABLE, context: str = ""
) -> str:
    """The part of `~/.sky/config.yaml`; `context` is one of the kubeconfig, empty for all.

    Raises `ConflictError` without a price in dollars.
    """
    price = f"{json.dumps(priced.gpu_model)}: {_dollars(priced, level)}"
    around = ("context_configs", json.dumps(context)) if context else ()
    keys = ("kubernetes", *around, "pricing", "accelerators")
    told = f"# {priced.site} in {priced.month}: USD, all-in, per {level} GPU-hour"
    lines = [f"{'  ' * depth}{key}:" for depth, key in enumerate(keys)]
    return "\n".join([told, *lines, f"{'  ' * len(keys)}{price}"]) + "\n"


def _dollars(priced: PricedMonth, level: PriceLevel) -> str:
    if priced.currency != CURRENCY:
        raise ConflictError(
            f"SkyPilot knows only {CURRENCY} and the books are in {priced.currency}; add a rate of"
            f" exchange between the two to the file that `exchange` names"
        )
    return price_text(priced.price(level).amount)
