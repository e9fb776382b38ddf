"""A libnvidia-ml.so.1 of ours: eight GPUs whose values and faults a test sets while it runs.

`nvml/library.h` says which keys there are. Every other function that `pynvml` knows answers that
it is not supported.
"""

from __future__ import annotations

import os
import re
import subprocess
from ctypes import CDLL, sizeof
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pynvml
import pytest

from servers.process import need
from thirdshift_agent.inject.control_table import SLOTS, XID, ControlTable, Slot

SOURCES = Path(__file__).parent / "nvml"
CONTROL = "THIRDSHIFT_NVML"


SIZES = {
    "SLOT": Slot,
    "PCI": pynvml.nvmlPciInfo_t,
    "PLATFORM": pynvml.c_nvmlPlatformInfo_v2_t,
    "TEMPERATURE": pynvml.c_nvmlTemperature_v1_t,
    "MARGIN": pynvml.c_nvmlMarginTemperature_v1_t,
    "FAN_RPM": pynvml.c_nvmlFanSpeedInfo_t,
    "UTILISATION": pynvml.c_nvmlUtilization_t,
    "VIOLATION": pynvml.c_nvmlViolationTime_t,
    "MEMORY": pynvml.c_nvmlMemory_t,
    "MEMORY_V2": pynvml.c_nvmlMemory_v2_t,
    "SRAM_STATUS": pynvml.c_nvmlEccSramErrorStatus_v1_t,
    "SPARES": pynvml.c_nvmlRowRemapperHistogramValues,
    "REPAIRS": pynvml.c_nvmlRepairStatus_t,
    "FABRIC": pynvml.c_nvmlGpuFabricInfo_t,
    "FABRIC_V2": pynvml.c_nvmlGpuFabricInfo_v2_t,
    "FABRIC_V3": pynvml.c_nvmlGpuFabricInfo_v3_t,
    "ATTRIBUTES": pynvml.c_nvmlDeviceAttributes,
    "PROCESS": pynvml.c_nvmlProcessInfo_v3_t,
    "SHARE": pynvml.c_nvmlProcessUtilizationSample_t,
    "GPM_QUERY": pynvml.c_nvmlGpmMetricsGet_t,
    "GPM_SUPPORT": pynvml.c_nvmlGpmSupport_t,
    "FIELD": pynvml.c_nvmlFieldValue_t,
    "EVENT": pynvml.c_nvmlEventData_t,
}

_WANTED = re.compile(r'_nvmlGetFunctionPointer\("(\w+)"\)')


class NvmlLibrary:
    """The library, built into a folder, with a control table of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "libnvidia-ml.so.1"
        self.control = folder / "control"
        self.path.write_bytes(_built())
        self._table = ControlTable(self.control)

    def environment(self) -> dict[str, str]:
        """What a process must have in its environment to find this library and no other."""
        inherited = os.environ.get("LD_LIBRARY_PATH")
        paths = [str(self.path.parent), *([inherited] if inherited else [])]
        return {"LD_LIBRARY_PATH": ":".join(paths), CONTROL: str(self.control)}

    def load(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let this process use it until the test ends."""
        monkeypatch.setenv(CONTROL, str(self.control))
        monkeypatch.setattr(pynvml, "nvmlLib", CDLL(str(self.path)))
        monkeypatch.setattr(pynvml, "_nvmlGetFunctionPointer_cache", {})

    def set(self, key: str, value: int, gpu: int | None = None) -> None:
        """Let a key stand, for every GPU or for one; every call from now on sees it."""
        self._table.set(key, value, gpu)

    def clear(self, key: str, gpu: int | None = None) -> None:
        """Take away a key that stands."""
        assert self._table.clear(key, gpu), f"{key} is not set"

    def send_xid(self, gpu: int, xid: int) -> None:
        """Deliver an XID through the event set that waits, or the next of a running process."""
        self.send_event(gpu, XID, xid)

    def send_event(self, gpu: int, kind: int, data: int) -> None:
        """Deliver an event of one of NVML's types, as an XID is."""
        self._table.send_event(gpu, kind, data)


@cache
def _built() -> bytes:
    with TemporaryDirectory() as folder:
        rest, library = Path(folder, "rest.c"), Path(folder, "library.so")
        rest.write_text(_rest(), encoding="utf-8")
        options = [
            "-shared",
            "-fPIC",
            "-fvisibility=hidden",
            "-O2",
            "-std=gnu11",
            "-Wall",
            "-Wextra",
            "-Werror",
        ]
        options += [f"-DSIZE_OF_{name}={sizeof(its)}" for name, its in SIZES.items()]
        options += [f"-DSLOTS={SLOTS}", f"-DGPM_METRICS={pynvml.NVML_GPM_METRIC_MAX}"]
        options += [f"-I{SOURCES}", "-pthread", "-Wl,-soname,libnvidia-ml.so.1"]
        sources = sorted(SOURCES.glob("*.c"))
        subprocess.run([need("gcc"), *options, "-o", library, *sources, rest], check=True)
        return library.read_bytes()


def _rest() -> str:
    wanted = sorted(set(_WANTED.findall(Path(pynvml.__file__).read_text(encoding="utf-8"))))
    return '#include "library.h"\n' + "".join(f"ABSENT({name})\n" for name in wanted)
