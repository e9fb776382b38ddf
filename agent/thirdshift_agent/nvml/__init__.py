"""Real GPUs, through NVIDIA's management library. Nobody else imports `pynvml`.

library   one call, and what its error codes mean
session   NVML's one initialisation, shared by all threads
fields    the values that NVML gives in one batch
device    one GPU: all that is read of it
events    XIDs as the driver announces them
driver    the node's GPUs, found anew at each look
"""

from thirdshift_agent.nvml.driver import NvmlDriver

__all__ = ["NvmlDriver"]
