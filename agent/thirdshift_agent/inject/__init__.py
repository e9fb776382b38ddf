"""Breaks things on purpose: simulated GPUs, or a stand-in for the driver's library.

fault          what a fault is: how it shows itself, and the signals that must come of it
gpu_faults     what a GPU's readings and events can show
kernel_faults  what only the kernel's log tells
catalogue      all of them, by name
control_table  the table that a stand-in for NVML reads
library        lets a fault show itself through that table and a log
command        `thirdshift-agent inject`

Nothing here touches a real GPU: there is no such backend.
"""
