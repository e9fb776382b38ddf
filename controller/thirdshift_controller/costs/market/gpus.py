"""The canonical names of GPUs, out of what drivers, clouds and catalogues call them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from thirdshift_controller.costs.market.record import CloudPrice

KNOWN = (
    *("A10", "A10G", "A16", "A30", "A40", "A100-40", "A100-80", "A4000", "A5000", "A6000"),
    *("B200", "B300", "GB200", "GB300", "GH200", "H100", "H100-NVL", "H100-PCIe", "H200"),
    *("H200-NVL", "L4", "L40", "L40S", "MI250", "MI250X", "MI300X", "MI325X", "MI350X", "MI355X"),
    *("P4", "P100", "RTX3090", "RTX4000-Ada", "RTX4090", "RTX5090", "RTX6000-Ada"),
    *("RTXPRO6000", "T4", "V100-16", "V100-32"),
)
"""Two forms of one chip that clouds price apart are two models; so are two sizes of memory."""

_FORM_FACTORS = frozenset({"PCIE", "NVL"})
_SIZED = frozenset(model.split("-")[0] for model in KNOWN if model[-2:].isdigit() and "-" in model)
_GLUED = re.compile(r"(SXM|PCIE|NVL(?!\d))")
_RTX = re.compile(r"RTX[\s_-]*(PRO)?[\s_-]*(?=[0-9])")
_WORD = re.compile(r"[A-Z0-9]+")


@lru_cache(maxsize=4096)
def gpu_model(name: str, mem_gib: Decimal | None = None, sku: str = "") -> str | None:
    """The canonical name of a catalogue's GPU, `None` where it is not known.

    `sku` is asked for the form factor only: some catalogues say `H100` and name the instance
    `gpu_1x_h100_pcie`. `mem_gib`, of one GPU, tells an `A100` of 40 GB from one of 80.
    """
    words = _words(name) | (_words(sku) & _FORM_FACTORS)
    if mem_gib is not None and words & _SIZED:
        words |= {f"{mem_gib.normalize():f}"}
    return _closest(words, KNOWN)


def canonical_model(name: str, prices: Iterable[CloudPrice]) -> str | None:
    """The table's word for a GPU that a driver or an inventory names, the closest one.

    `NVIDIA H100 80GB HBM3` and `hgx-h100-8` are `H100`, `NVIDIA H100 PCIe` is `H100-PCIe`; `None`
    where the table knows no such GPU.
    """
    return _closest(_words(name), {row.gpu_model for row in prices})


def _closest(words: frozenset[str], models: Iterable[str]) -> str | None:
    fitting = [model for model in models if _words(model) <= words]
    return max(sorted(fitting), key=lambda model: len(_words(model)), default=None)


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    apart = _RTX.sub(lambda found: f"RTX{found[1] or ''}", _GLUED.sub(r" \1 ", name.upper()))
    return frozenset(word.removesuffix("GB") for word in _WORD.findall(apart))
