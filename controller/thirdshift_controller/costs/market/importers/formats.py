"""The formats that can be imported, by name: the one table of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from thirdshift_controller.costs.market.importers import (
    aws,
    azure,
    gpuhunt,
    plain,
    skypilot,
    snapshot,
)
from thirdshift_controller.costs.market.importers.remarks import Imported
from thirdshift_controller.costs.market.importers.source import Given, SourceFile


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of price file."""

    what: str
    read: Callable[[SourceFile, Given], Imported]
    """Raises `ConfigError` where the file is not of this format."""


FORMATS = {
    "aws": Format("AWS's bulk price list of EC2, CSV", aws.read),
    "azure": Format("Azure's retail prices, JSON", azure.read),
    "gpuhunt": Format("gpuhunt's catalogue of one provider, CSV", gpuhunt.read),
    "plain": Format("our own table, CSV", plain.read),
    "skypilot": Format("SkyPilot's catalogue of one cloud, CSV", skypilot.read),
    "snapshot": Format("a day of the data set GPU Rental Prices, JSON", snapshot.read),
}
