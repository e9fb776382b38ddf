"""The few properties of Redfish's resources that we read, spelled as DMTF's schemas spell them.

All may be absent or null: a reading that a BMC does not give is unknown. `Power` and `Thermal` are
the older pair that many BMCs still serve alone; `PowerSubsystem` and `ThermalSubsystem` follow it.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_pascal

T = TypeVar("T")
Many = Annotated[tuple[T, ...], BeforeValidator(lambda value: value or ())]


class Resource(BaseModel):
    """A resource or a part of one."""

    model_config = ConfigDict(alias_generator=to_pascal, frozen=True)


class Link(Resource):
    """Where another resource is."""

    uri: str = Field(alias="@odata.id")


class Collection(Resource):
    """A page of members: links, or whole resources where the service expands them."""

    members: Many[dict[str, Any]] = ()
    count: int | None = Field(default=None, alias="Members@odata.count")
    next_link: str | None = Field(default=None, alias="Members@odata.nextLink")


class Status(Resource):
    """Whether something is there, and well."""

    state: str | None = None
    health: str | None = None


class Thing(Resource):
    """Whatever has a name and a status."""

    id: str | None = None
    member_id: str | None = None
    name: str | None = None
    status: Status = Status()

    @property
    def unit(self) -> str:
        """What the BMC calls it."""
        return self.name or self.id or self.member_id or "unnamed"

    @property
    def is_there(self) -> bool:
        """False for an empty bay, and for what is switched off on purpose."""
        return self.status.state not in ("Absent", "Disabled")

    @property
    def is_bad(self) -> bool:
        """Whether it is not well and counts."""
        return self.is_there and self.status.health in ("Warning", "Critical")


class ExpandQuery(Resource):
    """Which forms of `$expand` are served."""

    no_links: bool = False


class Features(Resource):
    """What the protocol can do beyond the least."""

    expand_query: ExpandQuery = ExpandQuery()
    top_skip_query: bool = False


class Root(Resource):
    """`/redfish/v1/`."""

    protocol_features_supported: Features = Features()
    systems: Link
    managers: Link | None = None
    chassis: Link | None = None


class ResetAction(Resource):
    """How to reset something."""

    target: str = Field(alias="target")
    types: Many[str] = Field(default=(), alias="ResetType@Redfish.AllowableValues")


class Actions(Resource):
    """The actions that we use."""

    reset_system: ResetAction | None = Field(default=None, alias="#ComputerSystem.Reset")
    reset_manager: ResetAction | None = Field(default=None, alias="#Manager.Reset")


class Acting(Thing):
    """A system or a manager."""

    uri: str = Field(alias="@odata.id")
    power_state: str | None = None
    actions: Actions = Actions()
    log_services: Link | None = None


_PARTS = ("Card", "Component", "Module")


class Chassis(Thing):
    """A box and where its parts are told of."""

    chassis_type: str | None = None

    environment_metrics: Link | None = None
    power_subsystem: Link | None = None
    thermal_subsystem: Link | None = None
    sensors: Link | None = None
    power: Link | None = None
    thermal: Link | None = None

    @property
    def tells_of_its_shell(self) -> bool:
        """Whether it has supplies or fans; a GPU is a chassis too, with a temperature alone."""
        if self.power_subsystem or self.power:
            return True
        return bool(self.thermal_subsystem or self.thermal) and self.chassis_type not in _PARTS


class Reading(Resource):
    """A sensor's value where another resource quotes it."""

    reading: float | None = None


class EnvironmentMetrics(Resource):
    """What a box draws."""

    power_watts: Reading = Reading()


class Supply(Thing):
    """A power supply, of either generation."""

    line_input_status: str | None = None
    line_input_voltage: float | None = None

    @property
    def has_no_input(self) -> bool:
        """Whether its feed gives it nothing that it can use."""
        return self.line_input_status in ("LossOfInput", "OutOfRange") or (
            self.line_input_voltage == 0
        )


class PowerSubsystem(Resource):
    """The supplies and whether they can stand in for each other."""

    power_supplies: Link | None = None
    power_supply_redundancy: Many[Thing] = ()


class ThermalSubsystem(Resource):
    """Fans, air and liquid."""

    fans: Link | None = None
    fan_redundancy: Many[Thing] = ()
    leak_detection: Link | None = None
    thermal_metrics: Link | None = None


class TemperatureSummary(Resource):
    """The box's temperatures by place."""

    intake: Reading | None = None


class ThermalMetrics(Resource):
    """Of `ThermalSubsystem`."""

    temperature_summary_celsius: TemperatureSummary = TemperatureSummary()


class LeakDetection(Resource):
    """Of `ThermalSubsystem`."""

    leak_detectors: Link | None = None


class LeakDetector(Thing):
    """One rope or spot."""

    detector_state: str | None = None


class Placed(Thing):
    """A sensor that says where it sits."""

    physical_context: str | None = None

    @property
    def at_intake(self) -> bool:
        """Whether it feels the air that goes in."""
        return self.physical_context == "Intake"


class Sensor(Placed):
    """Any sensor."""

    reading: float | None = None
    reading_type: str | None = None


class Temperature(Placed):
    """A sensor of `Thermal`."""

    reading_celsius: float | None = None


class Thermal(Resource):
    """Fans and temperatures, older generation."""

    fans: Many[Thing] = ()
    temperatures: Many[Temperature] = ()
    redundancy: Many[Thing] = ()


class PowerControl(Resource):
    """What a box draws, older generation."""

    power_consumed_watts: float | None = None


class Power(Resource):
    """Supplies, older generation."""

    power_control: Many[PowerControl] = ()
    power_supplies: Many[Supply] = ()
    redundancy: Many[Thing] = ()


class LogService(Thing):
    """A log."""

    log_entry_type: str | None = None
    entries: Link | None = None


class LogLine(Thing):
    """An entry of a log."""

    created: str | None = None
    severity: str | None = None
    message: str | None = None
    message_id: str | None = None
    sensor_type: str | None = None
    entry_code: str | None = None
