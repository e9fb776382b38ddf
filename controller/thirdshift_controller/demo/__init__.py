"""The product on a simulated site: real agents, a real controller, simulated GPUs, a fast clock.

It knows the other processes only by their commands and their public HTTP, like any visitor.
"""
