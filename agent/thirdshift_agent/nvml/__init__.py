"""Real GPUs, through NVIDIA's management library. Nobody else imports `pynvml`.

library   one call, and what its error codes mean
session   NVML's one initialisation, shared by all threads
plan      what the rows ask for, in as few calls as can be
questions a plan put to one GPU, again and again
fields    the values that NVML gives in one batch
own       calls that fill a structure, and what takes several calls
gpm       the activity counters
device    one GPU: all that is read of it
events    XIDs and other events as the driver announces them
driver    the node's GPUs, found anew at each look
"""

from thirdshift_agent.nvml.driver import NvmlDriver

__all__ = ["NvmlDriver"]
