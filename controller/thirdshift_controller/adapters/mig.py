"""What part of a GPU one of its instances is (NVIDIA's MIG), by its profile. Pure.

`1g.10gb` is one of the seven compute slices of an A100, H100 or B200. An A30 has four of them; its
instances are counted too small.
"""

from __future__ import annotations

import re

SLICES = 7
_PROFILE = re.compile(r"(?<!\d)(\d)g\.\d+gb")


def part_of_gpu(name: str) -> float:
    """1.0 for a name without a profile: a whole GPU."""
    found = _PROFILE.search(name)
    return int(found[1]) / SLICES if found else 1.0
