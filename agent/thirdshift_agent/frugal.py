"""Keeps the agent small and quick to answer on a node whose memory belongs to others."""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX = -8
"""`M_ARENA_MAX` of glibc's malloc.h."""
SWITCH_SECONDS = 0.001


def be_frugal() -> None:
    """Share one heap among all threads, and let them take turns often. Before the first thread.

    glibc gives each thread a heap of its own, which a dozen threads that mostly sleep never fill.
    A C library that has no such setting is left as it is.
    """
    setting = getattr(ctypes.CDLL(None), "mallopt", None)
    if setting is not None:
        setting(_ARENA_MAX, 1)
    sys.setswitchinterval(SWITCH_SECONDS)
