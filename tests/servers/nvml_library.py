"""A libnvidia-ml.so.1 of ours: eight GPUs whose values and faults a test sets while it runs.

The C source says which keys there are. Every other function that `pynvml` knows answers that it is
not supported.
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

SOURCE = Path(__file__).parent / "nvml" / "library.c"
CONTROL = "THIRDSHIFT_NVML"

STRUCTURES = {
    "PCI": pynvml.nvmlPciInfo_t,
    "TEMPERATURE": pynvml.c_nvmlTemperature_v1_t,
    "UTILISATION": pynvml.c_nvmlUtilization_t,
    "MEMORY_V2": pynvml.c_nvmlMemory_v2_t,
    "FIELD": pynvml.c_nvmlFieldValue_t,
    "EVENT": pynvml.c_nvmlEventData_t,
}

_WANTED = re.compile(r'_nvmlGetFunctionPointer\("(\w+)"\)')
_MADE = re.compile(r"\bnvml\w+(?=\()|(?<=NUMBER\()nvml\w+")


class NvmlLibrary:
    """The library, built into a folder, with a control file of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "libnvidia-ml.so.1"
        self.control = folder / "control"
        self._lines: dict[str, int] = {}
        self._events = 0
        self.path.write_bytes(_built())
        self._write()

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
        """Let a key stand, for every GPU or for one."""
        self._lines[_key(key, gpu)] = value
        self._write()

    def clear(self, key: str, gpu: int | None = None) -> None:
        """Take a key away."""
        del self._lines[_key(key, gpu)]
        self._write()

    def send_xid(self, gpu: int, xid: int) -> None:
        """Deliver an XID through the event set that waits, or the next of a running process."""
        self._lines[_key(f"event.{self._events}", gpu)] = xid
        self._events += 1
        self._lines["events"] = self._events
        self._write()

    def _write(self) -> None:
        draft = self.control.with_suffix(".new")
        draft.write_text("".join(f"{key} {value}\n" for key, value in self._lines.items()))
        draft.replace(self.control)


def _key(key: str, gpu: int | None) -> str:
    return key if gpu is None else f"{key}:{gpu}"


@cache
def _built() -> bytes:
    with TemporaryDirectory() as folder:
        rest, library = Path(folder, "rest.c"), Path(folder, "library.so")
        rest.write_text(_rest(), encoding="utf-8")
        options = ["-shared", "-fPIC", "-Wall", "-Werror", "-pthread"]
        options += [f"-DSIZE_OF_{name}={sizeof(its)}" for name, its in STRUCTURES.items()]
        options += ["-Wl,-soname,libnvidia-ml.so.1", "-o", str(library)]
        subprocess.run([need("gcc"), *options, SOURCE, rest], check=True)
        return library.read_bytes()


def _rest() -> str:
    wanted = set(_WANTED.findall(Path(pynvml.__file__).read_text(encoding="utf-8")))
    missing = sorted(wanted - set(_MADE.findall(SOURCE.read_text(encoding="utf-8"))))
    return "".join(f"int {name}(void) {{ return 3; }}\n" for name in missing)
