"""What a GPU was flashed with, and how the driver keeps it."""

from __future__ import annotations

from collections.abc import Mapping

from thirdshift_agent.collectors.gpu.source import Ask, Call, GpuCollector, gauge, several
from thirdshift_agent.collectors.row import Labels

_TEXTS = (
    "nvmlDeviceGetVbiosVersion",
    "nvmlDeviceGetInforomImageVersion",
    "nvmlDeviceGetBoardPartNumber",
)


def _versions(ask: Ask) -> Mapping[Labels, float]:
    texts = tuple(str(ask(function) or "") for function in _TEXTS)
    return {texts: 1.0} if any(texts) else {}


COLLECTOR = GpuCollector(
    "firmware",
    (
        several(
            "firmware_info",
            "Versions of what the card was flashed with, and its part number.",
            ("vbios", "inforom", "part_number"),
            _versions,
        ),
        gauge(
            "persistence_mode",
            "Whether the driver stays with the GPU while nobody uses it.",
            Call("nvmlDeviceGetPersistenceMode"),
        ),
    ),
    is_slow=True,
)
