"""One GPU: all that is read of it, in base units. Raw units end here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from thirdshift_agent import throttle
from thirdshift_agent.gpu import Calling, DriverError, GpuLostError
from thirdshift_agent.nvml.fields import Field, decoded
from thirdshift_agent.nvml.library import MEMORY_V2, Unavailable, call, known
from thirdshift_agent.nvml.session import Session
from thirdshift_agent.wire import GpuIdentity, RecoveryAction, Values

_GPU_SENSOR = 0
_SM_CLOCK, _MEMORY_CLOCK = 1, 2
_ACTIONS = tuple(RecoveryAction)

_TEMPERATURE = ("nvmlDeviceGetTemperatureV", "nvmlDeviceGetTemperature")
_THROTTLE_REASONS = (
    "nvmlDeviceGetCurrentClocksEventReasons",
    "nvmlDeviceGetCurrentClocksThrottleReasons",
)


@dataclass(frozen=True, slots=True)
class NvmlGpu:
    """A handle that is good for one session, and whose it is."""

    identity: GpuIdentity
    handle: Any
    session: Session
    session_number: int

    def read(self, calling: Calling) -> Values:
        """Read everything once. Raises `GpuLostError`, and `DriverError` in another session."""
        with self.session.in_use() as number:
            if number != self.session_number:
                raise DriverError("NVML was started anew; the next look finds the GPU again")
            ask = _Asker(self.handle, calling)
            values = _read(ask)
        if values == Values():
            raise GpuLostError(f"it answers no call any more; the last answer was {ask.refusal}")
        return values


class _Asker:
    """Makes calls about one GPU; `None` is what a call gives that the GPU does not support."""

    def __init__(self, handle: Any, calling: Calling) -> None:
        self._handle, self._calling = handle, calling
        self.refusal: Unavailable | None = None

    def __call__(self, function: str, *arguments: object) -> Any:
        self._calling(function)
        try:
            return known(call(function, self._handle, *arguments))
        except Unavailable as error:
            self.refusal = error
            return None

    def first(self, functions: Sequence[str], *arguments: object) -> Any:
        """What the first of several calls, newest first, gives that gives something."""
        answers = (self(function, *arguments) for function in functions)
        return next((answer for answer in answers if answer is not None), None)


def _read(ask: _Asker) -> Values:
    fields = decoded(ask("nvmlDeviceGetFieldValues", list(Field)) or ())
    memory = ask("nvmlDeviceGetMemoryInfo", MEMORY_V2) or ask("nvmlDeviceGetMemoryInfo")
    return Values(
        temperature_celsius=ask.first(_TEMPERATURE, _GPU_SENSOR),
        # chips without the sensor answer 0
        memory_temperature_celsius=fields.get(Field.MEMORY_CELSIUS) or None,
        power_watts=_power(ask, fields),
        power_limit_watts=_power_limit(ask, fields),
        # a counter that has not begun is not a reading: a card that answers draws power
        energy_joules_total=_scaled(fields.get(Field.ENERGY_MILLIJOULES) or None, 1e-3),
        sm_clock_hertz=_scaled(ask("nvmlDeviceGetClockInfo", _SM_CLOCK), 1e6),
        memory_clock_hertz=_scaled(ask("nvmlDeviceGetClockInfo", _MEMORY_CLOCK), 1e6),
        utilisation_ratio=_utilisation(ask),
        memory_used_bytes=known(memory.used) if memory else None,
        memory_total_bytes=known(memory.total) if memory else None,
        ecc_corrected_total=fields.get(Field.ECC_CORRECTED),
        ecc_uncorrected_total=fields.get(Field.ECC_UNCORRECTED),
        remapped_rows_correctable_total=fields.get(Field.REMAPPED_CORRECTABLE),
        remapped_rows_uncorrectable_total=fields.get(Field.REMAPPED_UNCORRECTABLE),
        remap_pending=_flag(fields.get(Field.REMAP_PENDING)),
        remap_failed=_flag(fields.get(Field.REMAP_FAILED)),
        throttle_reasons=_throttle_reasons(ask),
        pcie_generation=ask("nvmlDeviceGetCurrPcieLinkGeneration"),
        pcie_generation_max=ask("nvmlDeviceGetMaxPcieLinkGeneration"),
        pcie_width=ask("nvmlDeviceGetCurrPcieLinkWidth"),
        pcie_width_max=ask("nvmlDeviceGetMaxPcieLinkWidth"),
        recovery_action=_action(fields.get(Field.RECOVERY_ACTION)),
    )


def _power(ask: _Asker, fields: dict[Field, Any]) -> float | None:
    # the older call gives a mean on most chips and an instant on a few; the field is always a mean
    milliwatts = fields.get(Field.POWER_AVERAGE_MILLIWATTS)
    return _scaled(ask("nvmlDeviceGetPowerUsage") if milliwatts is None else milliwatts, 1e-3)


def _power_limit(ask: _Asker, fields: dict[Field, Any]) -> float | None:
    limit = fields.get(Field.POWER_LIMIT_MILLIWATTS)
    return _scaled(ask("nvmlDeviceGetEnforcedPowerLimit") if limit is None else limit, 1e-3)


def _utilisation(ask: _Asker) -> float | None:
    rates = ask("nvmlDeviceGetUtilizationRates")
    return _scaled(known(rates.gpu), 1e-2) if rates else None


def _throttle_reasons(ask: _Asker) -> tuple[str, ...] | None:
    bits = ask.first(_THROTTLE_REASONS)
    return None if bits is None else throttle.named(bits)


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _flag(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _action(number: int | None) -> RecoveryAction | None:
    return _ACTIONS[number] if number is not None and number < len(_ACTIONS) else None
