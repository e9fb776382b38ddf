"""A GPU's place in the fabric of NVSwitches: whether it has joined, and what it suffers from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from thirdshift_agent.collectors.gpu.source import Ask, Call, GpuCollector, GpuRow, gauge, several
from thirdshift_agent.collectors.row import Labels

_CALL = "nvmlDeviceGetGpuFabricInfoV"
_STATES = ("not_supported", "not_started", "in_progress", "completed")
_SUFFERINGS = {
    "bandwidth_degraded": 0,
    "route_recovering": 2,
    "route_unhealthy": 4,
    "access_timeout_recovering": 6,
}
"""Place in the health mask of two bits each: 0 not supported, 1 yes, 2 no."""
_MISCONFIGURED_PLACE, _MISCONFIGURED_BITS = 8, 0xF
_YES, _NO = 1, 2


def _is_state(number: int) -> Callable[[Any], float]:
    return lambda info: float(info.state == number)


def _suffers(place: int) -> Callable[[Any], float | None]:
    return lambda info: {_YES: 1.0, _NO: 0.0}.get(_mask(info) >> place & 0b11)


def _misconfigured(info: Any) -> float | None:
    told = _mask(info) >> _MISCONFIGURED_PLACE & _MISCONFIGURED_BITS
    return None if told == 0 else float(told > 1)


def _mask(info: Any) -> int:
    return int(getattr(info, "healthMask", 0))


def _info(ask: Ask) -> Mapping[Labels, float]:
    info = ask(_CALL)
    if info is None or not info.state:
        return {}
    return {(bytes(info.clusterUuid).hex(), str(info.cliqueId)): 1.0}


COLLECTOR = GpuCollector(
    "fabric",
    (
        GpuRow(
            "fabric_state",
            "Whether the GPU is in this state of joining the fabric.",
            ("state",),
            {(name,): (Call(_CALL, (), _is_state(n)),) for n, name in enumerate(_STATES)},
        ),
        gauge(
            "fabric_error_code",
            "NVML's error of the attempt to join; 0 is none.",
            Call(_CALL, (), lambda info: info.status if info.state else None),
        ),
        GpuRow(
            "fabric_suffers",
            "Whether the fabric suffers from this, as the GPU sees it.",
            ("what",),
            {
                **{(n,): (Call(_CALL, (), _suffers(p)),) for n, p in _SUFFERINGS.items()},
                ("misconfigured",): (Call(_CALL, (), _misconfigured),),
            },
        ),
        several(
            "fabric_info",
            "The fabric and the part of it that the GPU belongs to.",
            ("cluster", "clique"),
            _info,
        ),
    ),
    is_slow=True,
)
