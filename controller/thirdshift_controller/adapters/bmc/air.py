"""Whether the air that a node breathes is too warm. Pure."""

from __future__ import annotations

from thirdshift_controller.config.bmc import BmcTable
from thirdshift_controller.intake.management import BmcKind, Trouble

UNIT = "inlet"


def air_troubles(inlet_celsius: float | None, table: BmcTable) -> tuple[Trouble, ...]:
    """Nothing, warm or hot; what is not known is no trouble."""
    if inlet_celsius is None or inlet_celsius < table.inlet_warm_celsius:
        return ()
    hot = inlet_celsius >= table.inlet_hot_celsius
    code, limit = ("hot", table.inlet_hot_celsius) if hot else ("warm", table.inlet_warm_celsius)
    text = f"inlet air at {inlet_celsius:g} degrees C, {code} from {limit:g} on"
    return (Trouble(BmcKind.INLET, code, UNIT, text),)
