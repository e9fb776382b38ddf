"""What the simulation refuses.

SimulationError
└── OutOfReachError
"""

from __future__ import annotations


class SimulationError(ValueError):
    """There is no such slot, fault or remedy; the text names those that there are."""


class OutOfReachError(SimulationError):
    """The node or its BMC does not answer, so nothing was done there; the text says which."""
