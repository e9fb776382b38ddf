"""A GPU cut into instances: which there are, and what memory each has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from thirdshift_agent.collectors.gpu.source import Ask, Call, GpuCollector, gauge, several
from thirdshift_agent.collectors.row import Labels

_LABELS = ("gpu_instance", "compute_instance")


def _instances(ask: Ask) -> Iterator[tuple[Labels, Any]]:
    mode = ask("nvmlDeviceGetMigMode")
    if not mode or not mode[0]:
        return
    for instance in ask("mig_instances") or ():
        yield (str(instance.gpu_instance), str(instance.compute_instance)), instance


def _info(ask: Ask) -> Mapping[Labels, float]:
    return {(*key, each.uuid, each.name): 1.0 for key, each in _instances(ask)}


def _used(ask: Ask) -> Mapping[Labels, float]:
    return {key: each.used_bytes for key, each in _instances(ask) if each.used_bytes is not None}


def _total(ask: Ask) -> Mapping[Labels, float]:
    return {key: each.total_bytes for key, each in _instances(ask) if each.total_bytes is not None}


COLLECTOR = GpuCollector(
    "mig",
    (
        gauge(
            "mig_enabled",
            "Whether the GPU is cut into instances.",
            Call("nvmlDeviceGetMigMode", (), lambda modes: float(modes[0])),
        ),
        several(
            "mig_instance_info",
            "An instance of the GPU; join it by its numbers.",
            (*_LABELS, "mig_uuid", "name"),
            _info,
        ),
        several("mig_memory_used_bytes", "Memory allocated in the instance.", _LABELS, _used),
        several("mig_memory_total_bytes", "Memory of the instance.", _LABELS, _total),
    ),
    is_slow=True,
)
