"""What GPUs and their servers are rated at, by the makers' data sheets."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Machine:
    """One model of GPU, and a server of eight of them."""

    gpu_kw: Decimal
    node_kw: Decimal
    source: str


@cache
def machines() -> Mapping[str, Machine]:
    """By the GPU's canonical name; the makers of others are not read."""
    text = (files("thirdshift_controller.costs.claims") / "machines.csv").read_text("utf-8")
    return {
        row["gpu_model"]: Machine(Decimal(row["gpu_kw"]), Decimal(row["node_kw"]), row["source"])
        for row in csv.DictReader(text.splitlines())
    }
