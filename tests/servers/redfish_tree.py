"""The resources of one mock BMC, spelled as DMTF's schemas spell them (bundle 2025.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from thirdshift_agent.clock import SystemClock

ROOT = "/redfish/v1"
SYSTEM, MANAGER, CHASSIS = f"{ROOT}/Systems/1", f"{ROOT}/Managers/1", f"{ROOT}/Chassis/1"
POWER, THERMAL = f"{CHASSIS}/PowerSubsystem", f"{CHASSIS}/ThermalSubsystem"
LEAKS = f"{THERMAL}/LeakDetection"
SEL = f"{SYSTEM}/LogServices/SEL"
MODULE = f"{ROOT}/Chassis/GPU_SXM_1"
Tree = dict[str, dict[str, Any]]
WELL = {"State": "Enabled", "Health": "OK"}


@dataclass
class RedfishBmc:
    """What a test turns and looks at."""

    user: str = "admin"
    password: str = "secret"
    power: str = "On"
    watts: float | None = 6200.0
    inlet_celsius: float | None = 24.0
    supplies: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {f"PSU{n}": {"LineInputStatus": "Normal"} for n in range(1, 7)}
    )
    fans: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {f"Fan {n}": {} for n in range(1, 9)}
    )
    leaks: dict[str, str] = field(default_factory=lambda: {"LeakDetector 1": "OK"})
    redundancy: dict[str, Any] = field(default_factory=lambda: {**WELL})
    entries: list[dict[str, Any]] = field(default_factory=list)
    page_size: int = 1000
    resets: list[str] = field(default_factory=list)
    reset_types: list[str] = field(
        default_factory=lambda: ["On", "ForceOff", "ForceRestart", "PowerCycle"]
    )
    has_sessions: bool = True
    expands: bool = True
    older: bool = False
    """Whether it serves `Power` and `Thermal` instead of the two subsystems."""
    silent_summary: bool = False
    """Whether its thermal summary lacks the intake, so that its sensors must be asked."""
    broken: dict[str, int] = field(default_factory=dict)
    """Status codes that paths answer with instead."""
    sessions: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def log(self, number: int, message: str, **more: Any) -> None:
        """Write an entry of the SEL."""
        self.entries.append(
            {
                "Id": str(number),
                "Name": f"Log Entry {number}",
                "EntryType": "SEL",
                "Severity": "Critical",
                "EntryCode": "Assert",
                "Created": SystemClock().now().isoformat(timespec="seconds"),
                "Message": message,
            }
            | more
        )


def tree(bmc: RedfishBmc) -> Tree:
    """Every resource by its path."""
    shell = _older_shell(bmc) if bmc.older else _shell(bmc)
    return {path: {"@odata.id": path, **body} for path, body in (_house(bmc) | shell).items()}


def _link(path: str) -> dict[str, str]:
    return {"@odata.id": path}


def _collection(kind: str, path: str, names: list[str]) -> dict[str, Any]:
    return {
        "@odata.type": f"#{kind}Collection.{kind}Collection",
        "Name": f"{kind} Collection",
        "Members": [_link(f"{path}/{name.replace(' ', '')}") for name in names],
        "Members@odata.count": len(names),
    }


def _house(bmc: RedfishBmc) -> Tree:
    """Root, system, manager, log, boxes."""
    return {
        ROOT: _root(bmc),
        f"{ROOT}/Systems": _collection("ComputerSystem", f"{ROOT}/Systems", ["1"]),
        SYSTEM: _system(bmc),
        f"{SYSTEM}/LogServices": _collection("LogService", f"{SYSTEM}/LogServices", ["SEL"]),
        SEL: {
            "@odata.type": "#LogService.v1_6_0.LogService",
            "Id": "SEL",
            "Name": "SEL",
            "LogEntryType": "SEL",
            "OverWritePolicy": "WrapsWhenFull",
            "Entries": _link(f"{SEL}/Entries"),
        },
        f"{ROOT}/Managers": _collection("Manager", f"{ROOT}/Managers", ["1"]),
        MANAGER: _manager(),
        f"{ROOT}/Chassis": _collection("Chassis", f"{ROOT}/Chassis", ["1", "GPU_SXM_1"]),
        MODULE: {
            "@odata.type": "#Chassis.v1_25_0.Chassis",
            "Id": "GPU_SXM_1",
            "Name": "GPU_SXM_1",
            "ChassisType": "Module",
            "ThermalSubsystem": _link(f"{MODULE}/ThermalSubsystem"),
        },
    }


def _root(bmc: RedfishBmc) -> dict[str, Any]:
    return {
        "@odata.type": "#ServiceRoot.v1_17_0.ServiceRoot",
        "Id": "RootService",
        "Name": "Root Service",
        "RedfishVersion": "1.20.0",
        "ProtocolFeaturesSupported": {
            "ExpandQuery": {"NoLinks": bmc.expands, "Levels": bmc.expands},
            "TopSkipQuery": True,
        },
        "Systems": _link(f"{ROOT}/Systems"),
        "Managers": _link(f"{ROOT}/Managers"),
        "Chassis": _link(f"{ROOT}/Chassis"),
        "SessionService": _link(f"{ROOT}/SessionService"),
        "Links": {"Sessions": _link(f"{ROOT}/SessionService/Sessions")},
    }


def _system(bmc: RedfishBmc) -> dict[str, Any]:
    return {
        "@odata.type": "#ComputerSystem.v1_23_0.ComputerSystem",
        "Id": "1",
        "Name": "GPU node",
        "SystemType": "Physical",
        "PowerState": bmc.power,
        "Status": WELL,
        "LogServices": _link(f"{SYSTEM}/LogServices"),
        "Links": {"Chassis": [_link(CHASSIS)], "ManagedBy": [_link(MANAGER)]},
        "Actions": {
            "#ComputerSystem.Reset": {
                "target": f"{SYSTEM}/Actions/ComputerSystem.Reset",
                "ResetType@Redfish.AllowableValues": bmc.reset_types,
            }
        },
    }


def _manager() -> dict[str, Any]:
    return {
        "@odata.type": "#Manager.v1_20_0.Manager",
        "Id": "1",
        "Name": "BMC",
        "ManagerType": "BMC",
        "Status": WELL,
        "Actions": {
            "#Manager.Reset": {
                "target": f"{MANAGER}/Actions/Manager.Reset",
                "ResetType@Redfish.AllowableValues": ["GracefulRestart", "ForceRestart"],
            }
        },
    }


def _shell(bmc: RedfishBmc) -> Tree:
    """The chassis by its two subsystems."""
    chassis = _chassis(
        EnvironmentMetrics=_link(f"{CHASSIS}/EnvironmentMetrics"),
        PowerSubsystem=_link(POWER),
        ThermalSubsystem=_link(THERMAL),
        Sensors=_link(f"{CHASSIS}/Sensors"),
    )
    return {CHASSIS: chassis, **_power(bmc), **_cooling(bmc), **_leaks(bmc), **_sensors(bmc)}


def _sensors(bmc: RedfishBmc) -> Tree:
    inlet = bmc.inlet_celsius
    return {
        f"{CHASSIS}/EnvironmentMetrics": {
            "@odata.type": "#EnvironmentMetrics.v1_4_0.EnvironmentMetrics",
            "Id": "EnvironmentMetrics",
            "Name": "Environment Metrics",
            "PowerWatts": {"DataSourceUri": f"{CHASSIS}/Sensors/Power", "Reading": bmc.watts},
        },
        f"{CHASSIS}/Sensors": _collection("Sensor", f"{CHASSIS}/Sensors", ["Intake", "Power"]),
        f"{CHASSIS}/Sensors/Intake": _sensor(
            "Intake", "Temperature", "Cel", inlet, PhysicalContext="Intake"
        ),
        f"{CHASSIS}/Sensors/Power": _sensor("Power", "Power", "W", bmc.watts),
    }


def _power(bmc: RedfishBmc) -> Tree:
    group = {
        "RedundancyType": "NPlusM",
        "MinNeededInGroup": 3,
        "MaxSupportedInGroup": 6,
        "RedundancyGroup": [],
        "Status": bmc.redundancy,
    }
    return {
        POWER: {
            "@odata.type": "#PowerSubsystem.v1_1_2.PowerSubsystem",
            "Id": "PowerSubsystem",
            "Name": "Power Subsystem",
            "PowerSupplies": _link(f"{POWER}/PowerSupplies"),
            "PowerSupplyRedundancy": [group],
        },
        **_members("PowerSupply.v1_6_0", f"{POWER}/PowerSupplies", bmc.supplies),
    }


def _cooling(bmc: RedfishBmc) -> Tree:
    intake = {} if bmc.silent_summary else {"Intake": {"Reading": bmc.inlet_celsius}}
    return {
        THERMAL: {
            "@odata.type": "#ThermalSubsystem.v1_3_2.ThermalSubsystem",
            "Id": "ThermalSubsystem",
            "Name": "Thermal Subsystem",
            "Fans": _link(f"{THERMAL}/Fans"),
            "FanRedundancy": [],
            "LeakDetection": _link(LEAKS),
            "ThermalMetrics": _link(f"{THERMAL}/ThermalMetrics"),
        },
        f"{THERMAL}/ThermalMetrics": {
            "@odata.type": "#ThermalMetrics.v1_3_2.ThermalMetrics",
            "Id": "ThermalMetrics",
            "Name": "Thermal Metrics",
            "TemperatureSummaryCelsius": intake,
        },
        **_members("Fan.v1_5_2", f"{THERMAL}/Fans", bmc.fans),
    }


def _leaks(bmc: RedfishBmc) -> Tree:
    detectors = {
        name: {"LeakDetectorType": "Moisture", "DetectorState": state}
        for name, state in bmc.leaks.items()
    }
    return {
        LEAKS: {
            "@odata.type": "#LeakDetection.v1_1_0.LeakDetection",
            "Id": "LeakDetection",
            "Name": "Leak Detection",
            "LeakDetectors": _link(f"{LEAKS}/LeakDetectors"),
        },
        **_members("LeakDetector.v1_4_0", f"{LEAKS}/LeakDetectors", detectors),
    }


def _older_shell(bmc: RedfishBmc) -> Tree:
    """The chassis by `Power` and `Thermal`."""
    return {
        CHASSIS: _chassis(Power=_link(f"{CHASSIS}/Power"), Thermal=_link(f"{CHASSIS}/Thermal")),
        f"{CHASSIS}/Power": {
            "@odata.type": "#Power.v1_7_1.Power",
            "Id": "Power",
            "Name": "Power",
            "PowerControl": [{"MemberId": "0", "PowerConsumedWatts": bmc.watts}],
            "PowerSupplies": [
                {"MemberId": str(number), "Name": name, "Status": WELL, **more}
                for number, (name, more) in enumerate(bmc.supplies.items())
            ],
            "Redundancy": [{"Name": "PSU Redundancy", "Status": bmc.redundancy}],
        },
        f"{CHASSIS}/Thermal": {
            "@odata.type": "#Thermal.v1_7_1.Thermal",
            "Id": "Thermal",
            "Name": "Thermal",
            "Fans": [{"Name": name, "Status": WELL, **more} for name, more in bmc.fans.items()],
            "Temperatures": [
                {"Name": "CPU1", "PhysicalContext": "CPU", "ReadingCelsius": 61},
                {
                    "Name": "Inlet",
                    "PhysicalContext": "Intake",
                    "ReadingCelsius": bmc.inlet_celsius,
                },
            ],
            "Redundancy": None,
        },
    }


def _chassis(**links: dict[str, str]) -> dict[str, Any]:
    return {
        "@odata.type": "#Chassis.v1_25_0.Chassis",
        "Id": "1",
        "Name": "Chassis",
        "ChassisType": "RackMount",
        **links,
    }


def _sensor(name: str, kind: str, units: str, reading: float | None, **more: str) -> dict[str, Any]:
    return {
        "@odata.type": "#Sensor.v1_10_0.Sensor",
        "Id": name,
        "Name": name,
        "ReadingType": kind,
        "ReadingUnits": units,
        "Reading": reading,
        "Status": WELL,
        **more,
    }


def _members(kind: str, path: str, things: dict[str, dict[str, Any]]) -> Tree:
    """A collection and its members, well unless their own properties say otherwise."""
    name = kind.partition(".")[0]
    one = {"@odata.type": f"#{kind}.{name}", "Status": WELL}
    return {
        path: _collection(name, path, list(things)),
        **{
            f"{path}/{unit.replace(' ', '')}": {
                **one,
                "Id": unit.replace(" ", ""),
                "Name": unit,
                **more,
            }
            for unit, more in things.items()
        },
    }
