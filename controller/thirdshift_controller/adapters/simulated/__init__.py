"""What stands behind the ports at a simulated site: nodes that take remedies, a BMC, a scheduler.

The nodes and their BMCs are the agents' simulation and are asked over HTTP; the scheduler is here.
"""

from thirdshift_controller.adapters.simulated.bmc import SimulatedBmc
from thirdshift_controller.adapters.simulated.remedy import SimulatedRemedy
from thirdshift_controller.adapters.simulated.scheduler import SimulatedScheduler

__all__ = ["SimulatedBmc", "SimulatedRemedy", "SimulatedScheduler"]
