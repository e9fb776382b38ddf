"""The stored form of prices: plain CSV files, read with every problem said, written reproducibly.

A place is one file or a folder of them; the table that comes with the program is the default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from thirdshift_controller.config import ConfigError
from thirdshift_controller.config.complaints import Complaints, Fault, refuse
from thirdshift_controller.config.fields import day_of
from thirdshift_controller.costs.market.cells import (
    Column,
    amount,
    count,
    csv_text,
    letters,
    number,
    rows,
    word,
    yes_or_no,
)
from thirdshift_controller.costs.market.record import (
    CURRENCY,
    CloudPrice,
    Fabric,
    PurchaseOption,
    Quality,
)
from thirdshift_controller.costs.money import Money

BUNDLED = Path(str(files("thirdshift_controller.costs.market") / "cloud_prices.csv"))

COLUMNS = (
    Column("provider", str, required=True),
    Column("sku", str, required=True),
    Column("gpu_model", str, required=True),
    Column("gpu_mem_gib", amount),
    Column("gpu_count", count),
    Column("vcpu", amount),
    Column("ram_gib", amount),
    Column("fabric", word(Fabric)),
    Column("region", str),
    Column("country", letters(2)),
    Column("purchase_option", word(PurchaseOption), required=True),
    Column("term_months", count),
    Column("upfront", number),
    Column("price_per_instance_hour", amount),
    Column("price_per_gpu_hour", amount),
    Column("currency", letters(3)),
    Column("unit_ok", yes_or_no),
    Column("as_of", day_of, required=True),
    Column("effective_from", day_of),
    Column("n_quotes", count),
    Column("quality", word(Quality), required=True),
    Column("source", str, required=True),
    Column("source_label", str),
    Column("licence", str),
    Column("sha256", str),
)
_Numbered = list[tuple[int, CloudPrice]]
_OF_MONEY = ("upfront", "price_per_instance_hour", "price_per_gpu_hour", "currency")


def load_prices(place: Path = BUNDLED) -> tuple[CloudPrice, ...]:
    """Every price of a file, or of the CSV files of a folder, oldest file name first.

    Raises `ConfigError` with file, line, column and remedy of every problem: a bad cell, or a
    price of one series that stands twice for one day.
    """
    complaints = Complaints()
    found = {
        path: complaints.attempt(path, partial(_numbered, path)) or [] for path in tables_of(place)
    }
    for path, fault in _duplicates(found):
        complaints.about(path, [fault])
    complaints.refuse()
    return tuple(price for prices in found.values() for _, price in prices)


def tables_of(place: Path) -> list[Path]:
    """The CSV files of a place, by name. Raises `ConfigError` where there is none."""
    if not place.is_dir():
        return [place]
    found = sorted(place.glob("*.csv"))
    if not found:
        raise ConfigError(f"{place} holds no table; put one there with `prices import`")
    return found


def read_table(path: Path) -> list[CloudPrice]:
    """The prices of one file. Raises `ConfigError` with every problem."""
    return [price for _, price in _numbered(path)]


def table_text(prices: Iterable[CloudPrice]) -> str:
    """The CSV file of these prices; reading it gives them back."""
    header = [column.name for column in COLUMNS]
    return csv_text(header, [_cells(price) for price in prices])


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file so that nobody ever reads a part of it. Raises `ConfigError`."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None
    return path


def _numbered(path: Path) -> _Numbered:
    """The prices of one file with their lines. Raises `ConfigError`."""
    found, faults = rows(path, COLUMNS, price_of)
    refuse(path, faults)
    return found


def _duplicates(found: Mapping[Path, _Numbered]) -> Iterator[tuple[Path, Fault]]:
    """Prices whose series has another one on their day, in whichever of the files."""
    first: dict[object, tuple[Path, int]] = {}
    for path, prices in found.items():
        for line, price in prices:
            here = path, line
            other, other_line = first.setdefault((price.series, price.as_of), here)
            if (other, other_line) != here:
                text = f"{price.provider} {price.sku} stands for {price.as_of} in {other}"
                remedy = f"line {other_line} too; remove one of them"
                yield path, Fault(line, "", f"{text}, {remedy}")


def _cells(price: CloudPrice) -> list[object]:
    money: dict[str, object] = {
        "upfront": price.upfront and price.upfront.amount,
        "price_per_instance_hour": price.instance_price and price.instance_price.amount,
        "price_per_gpu_hour": price.price.amount,
        "currency": price.price.currency,
    }
    return [
        money[column.name] if column.name in money else getattr(price, column.name)
        for column in COLUMNS
    ]


def price_of(values: Mapping[str, Any]) -> CloudPrice:
    """A row's cells as a price. Raises `ValueError` where they do not make one."""
    currency = values.get("currency", CURRENCY)
    instance, upfront = values.get("price_per_instance_hour"), values.get("upfront")
    return CloudPrice(
        **{name: value for name, value in values.items() if name not in _OF_MONEY},
        price=Money(_per_gpu(values), currency),
        instance_price=None if instance is None else Money(instance, currency),
        upfront=None if upfront is None else Money(upfront, currency),
    )


def _per_gpu(values: Mapping[str, Any]) -> Decimal:
    """The price of a GPU-hour; where the instance's stands there too, the two must agree."""
    instance: Decimal | None = values.get("price_per_instance_hour")
    gpus: int | None = values.get("gpu_count")
    written: Decimal | None = values.get("price_per_gpu_hour")
    if instance is None or gpus is None:
        if written is None:
            raise ValueError(
                "has no price; fill in price_per_gpu_hour, or price_per_instance_hour and gpu_count"
            )
        return written
    divided = instance / gpus
    if written is None:
        return divided
    exponent = written.as_tuple().exponent
    assert isinstance(exponent, int)
    if abs(divided - written) > Decimal(1).scaleb(exponent) / 2:
        raise ValueError(
            f"price_per_gpu_hour {written} is not price_per_instance_hour {instance}"
            f" / gpu_count {gpus} = {divided:.6f}; correct one of the three"
        )
    return written
