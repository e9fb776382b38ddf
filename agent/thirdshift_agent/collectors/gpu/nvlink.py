"""A GPU's NVLinks, each by its number: up or down, how fast, what they carried and got wrong."""

from __future__ import annotations

from collections.abc import Mapping

from thirdshift_agent.collectors.gpu.source import Field, GpuCollector, Source, family
from thirdshift_agent.collectors.row import Labels

LINKS = 18
"""As many as any chip has; a link that is not there gives no reading."""

_MEGA, _KIBI = 1e6, 1024.0
_ERRORS = {
    "replay": 161,
    "recovery": 162,
    "crc": 163,
    "malformed_packet": 206,
    "buffer_overrun": 207,
    "receive": 208,
    "local_integrity": 211,
    "transmit_discard": 212,
    "recovery_failed": 214,
    "effective": 219,
    "symbol": 221,
}


def _each_link(number: int, scale: float = 1.0) -> Mapping[Labels, Source]:
    return {(str(link),): Field(number, scale, scope=link) for link in range(LINKS)}


COLLECTOR = GpuCollector(
    "nvlink",
    (
        family("nvlink_up", "Whether the link is up.", ("link",), _each_link(165)),
        family(
            "nvlink_speed_bytes_per_second",
            "Speed that the link was trained to.",
            ("link",),
            _each_link(164, _MEGA),
        ),
        family(
            "nvlink_errors_total",
            "Errors that the link counted.",
            ("link", "error"),
            {
                (str(link), name): Field(number, scope=link)
                for link in range(LINKS)
                for name, number in _ERRORS.items()
            },
        ),
        family(
            "nvlink_transmitted_bytes_total",
            "Payload sent over the link.",
            ("link",),
            _each_link(138, _KIBI),
        ),
        family(
            "nvlink_received_bytes_total",
            "Payload received over the link.",
            ("link",),
            _each_link(139, _KIBI),
        ),
    ),
    is_slow=True,
)
