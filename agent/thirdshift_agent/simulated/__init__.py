"""GPUs that are not there: a driver for demos, tests and whoever has no GPU at hand.

They draw power, warm up, work and break as the published figures say; the agent cannot tell them
from real ones. What mends them is outside the agent, as in life: `remedy` and `repair`.
"""

from thirdshift_agent.simulated.driver import ScheduledFault, SimulatedDriver
from thirdshift_agent.simulated.errors import OutOfReachError, SimulationError
from thirdshift_agent.simulated.faults import FAULTS
from thirdshift_agent.simulated.machine import Machine
from thirdshift_agent.simulated.serial import SerialReader

__all__ = [
    "FAULTS",
    "Machine",
    "OutOfReachError",
    "ScheduledFault",
    "SerialReader",
    "SimulatedDriver",
    "SimulationError",
]
