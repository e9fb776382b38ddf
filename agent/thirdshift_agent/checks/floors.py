"""What a GPU reaches at the very least, by model: `floors.toml` and a site's own file over it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from math import isfinite
from pathlib import Path

from thirdshift_agent.checks.errors import CheckError

SHIPPED = Path(__file__).with_name("floors.toml")


@dataclass(frozen=True, slots=True)
class Floor:
    """One model's floors; None where none is known."""

    host_to_device_bytes_per_second: float | None = None
    device_to_host_bytes_per_second: float | None = None
    peer_bytes_per_second: float | None = None
    """Of a copy from one GPU to another of the node, one way."""
    all_reduce_bytes_per_second: float | None = None
    """NCCL's bus bandwidth at 8 GiB and more, with `all_reduce_gpus` GPUs."""
    all_reduce_gpus: float | None = None
    link_bytes_per_second: float | None = None
    """The rate of one InfiniBand port."""


_KEYS = tuple(key.name for key in fields(Floor))
_NONE = Floor()


@dataclass(frozen=True, slots=True)
class Floors:
    """Every model's floors."""

    by_model: Mapping[str, Floor] = field(default_factory=dict)

    def of(self, name: str) -> Floor:
        """Return the floors of a GPU by the driver's name for it; without any for a stranger."""
        known = [model for model in self.by_model if _stands_in(model, name)]
        return self.by_model[max(known, key=len)] if known else _NONE


def read_floors(path: Path | None = None) -> Floors:
    """Return the shipped floors with those of `path` over them. Raises `CheckError`."""
    shipped = _tables(SHIPPED, {})
    return Floors(shipped if path is None else _tables(path, shipped))


def _tables(path: Path, under: Mapping[str, Floor]) -> Mapping[str, Floor]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CheckError(
            f"{path}: {error.strerror}; name a file that can be read with --floors"
        ) from error
    except ValueError as error:
        raise CheckError(f"{path}: {error}; write tables as in {SHIPPED}") from error
    told = dict(under)
    for model, table in tables.items():
        if not isinstance(table, dict):
            raise CheckError(f'{path}: {model}: write it under a model, such as ["H100"]')
        values = {key: _value(path, model, key, value) for key, value in table.items()}
        told[model] = replace(under.get(model, _NONE), **values)
    return told


def _value(path: Path, model: str, key: str, value: object) -> float:
    if key not in _KEYS:
        near = get_close_matches(key, _KEYS, n=1, cutoff=0.0)[0]
        raise CheckError(f"{path}: {model}: {key} is not known; did you mean {near}?")
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise CheckError(f"{path}: {model}: {key}={value!r}: give a number")
    if not isfinite(value) or value <= 0:
        raise CheckError(f"{path}: {model}: {key}={value!r}: give a number above 0")
    return float(value)


def _stands_in(model: str, name: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(model)}(?![A-Za-z0-9])", name) is not None
