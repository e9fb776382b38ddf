"""How fast a GPU runs, and how much of the time it is at work."""

from __future__ import annotations

from thirdshift_agent.collectors.gpu.source import Call, GpuCollector, gauge

_SM, _MEMORY, _VIDEO = 1, 2, 3
_MEGA, _PER_CENT = 1e6, 1e-2


def _clock(kind: int) -> Call:
    return Call("nvmlDeviceGetClockInfo", (kind,), scale=_MEGA)


def _fastest(kind: int) -> Call:
    return Call("nvmlDeviceGetMaxClockInfo", (kind,), scale=_MEGA)


COLLECTOR = GpuCollector(
    "clocks",
    (
        gauge(
            "utilisation_ratio",
            "Share of time that a kernel ran.",
            Call("nvmlDeviceGetUtilizationRates", pick=lambda rates: rates.gpu, scale=_PER_CENT),
        ),
        gauge(
            "memory_utilisation_ratio",
            "Share of time that the memory was read or written.",
            Call("nvmlDeviceGetUtilizationRates", pick=lambda rates: rates.memory, scale=_PER_CENT),
        ),
        gauge("sm_clock_hertz", "Clock of the compute units.", _clock(_SM)),
        gauge("memory_clock_hertz", "Clock of the memory.", _clock(_MEMORY)),
        gauge(
            "performance_state",
            "Performance state, from 0, the fastest, to 15.",
            Call("nvmlDeviceGetPerformanceState"),
        ),
    ),
)

SPEEDS = GpuCollector(
    "speeds",
    (
        gauge("sm_clock_max_hertz", "Highest clock of the compute units.", _fastest(_SM)),
        gauge("memory_clock_max_hertz", "Highest clock of the memory.", _fastest(_MEMORY)),
        gauge("video_clock_hertz", "Clock of the video engines.", _clock(_VIDEO)),
        gauge(
            "encoder_utilisation_ratio",
            "Share of time that the video encoders worked.",
            Call("nvmlDeviceGetEncoderUtilization", pick=lambda told: told[0], scale=_PER_CENT),
        ),
        gauge(
            "decoder_utilisation_ratio",
            "Share of time that the video decoders worked.",
            Call("nvmlDeviceGetDecoderUtilization", pick=lambda told: told[0], scale=_PER_CENT),
        ),
    ),
    is_slow=True,
)
