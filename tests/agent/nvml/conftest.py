"""Handles of two GPUs that between them have everything that is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pynvml
import pytest

from fakes.full_gpu import DIVIDED, WHOLE, equip
from servers.nvml_library import NvmlLibrary


@pytest.fixture
def handles(library: NvmlLibrary) -> Iterator[dict[int, Any]]:
    """By GPU number: a whole one and a divided one."""
    equip(library)
    pynvml.nvmlInit()
    yield {gpu: pynvml.nvmlDeviceGetHandleByIndex(gpu) for gpu in (WHOLE, DIVIDED)}
    pynvml.nvmlShutdown()
