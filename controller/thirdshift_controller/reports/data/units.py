"""What a figure counts, by its name: most names end with their unit, the rest stand in tables."""

from __future__ import annotations

_SUFFIXES = {
    "_gpu_hour": "GPU-h",
    "_hours": "h",
    "_kg": "kg",
    "_kw": "kW",
    "_kwh": "kWh",
    "_days": "days",
    "_months": "months",
    "_ratio": "ratio",
    "_seconds": "s",
    "hours_to_repair": "h",
}

_UNITS = {
    **dict.fromkeys(
        ("installed", "available", "scheduled", "allocated", "utilised", "gpu_hours"), "GPU-h"
    ),
    **dict.fromkeys(("share_at_low", "share_at_high", "margin_at_low", "margin_at_high"), "ratio"),
    **dict.fromkeys(("incidents", "ended", "repairs", "quotes", "providers"), "count"),
    **dict.fromkeys(("snapshots", "n_quotes"), "count"),
    **dict.fromkeys(("gpu_mem_gib", "ram_gib"), "GiB"),
    "gpu_count": "GPUs",
    "vcpu": "vCPU",
    "gpus_installed": "GPUs",
    "kwh_per_utilised_hour": "kWh/GPU-h",
    "months": "months",
    "pue": "ratio",
    "seats": "people",
}

_PER = {
    **dict.fromkeys(("installed", "available", "allocated", "utilised"), "GPU-h"),
    **dict.fromkeys(("cloud_low", "cloud_median", "cloud_high", "median", "price"), "GPU-h"),
    **dict.fromkeys(("at_low", "at_high", "per_installed_hour"), "GPU-h"),
    **dict.fromkeys(("point_per_year", "saves_per_year"), "year"),
    "instance_price": "h",
    "per_mwh": "MWh",
    "per_repair": "repair",
    "per_thousand_gpu_hours": "1000 GPU-h",
}


def unit_of(measure: str) -> str:
    """Of a number that is not money; `measure` may be a path such as `row.gpu_count`."""
    key = measure.rpartition(".")[2]
    if key in _UNITS:
        return _UNITS[key]
    return next((unit for suffix, unit in _SUFFIXES.items() if key.endswith(suffix)), "")


def per(measure: str, currency: str) -> str:
    """Of money: `USD`, or `USD/GPU-h` where it is the price of one."""
    key = measure.rpartition(".")[2]
    return f"{currency}/{_PER[key]}" if key in _PER else currency
