"""What other rooms take from this one: the record, its table, and the choice of prices for a day.

Each lives in a module of its own beside this one; importers, bundles and the difference of two
tables are for the `prices` command alone and are not here.
"""

from thirdshift_controller.costs.market.gpus import canonical_model
from thirdshift_controller.costs.market.quotes import (
    AMBER_AFTER_DAYS,
    DECIDING,
    RED_AFTER_DAYS,
    Freshness,
    Quote,
    quotes_between,
    quotes_on,
)
from thirdshift_controller.costs.market.record import (
    CURRENCY,
    CloudPrice,
    Fabric,
    PurchaseOption,
    Quality,
)
from thirdshift_controller.costs.market.table import BUNDLED, load_prices

__all__ = [
    "AMBER_AFTER_DAYS",
    "BUNDLED",
    "CURRENCY",
    "DECIDING",
    "RED_AFTER_DAYS",
    "CloudPrice",
    "Fabric",
    "Freshness",
    "PurchaseOption",
    "Quality",
    "Quote",
    "canonical_model",
    "load_prices",
    "quotes_between",
    "quotes_on",
]
