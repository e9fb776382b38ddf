"""Tools that a test writes itself, and the real command line that runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from thirdshift_agent.wire import GpuIdentity

OUTPUTS = Path(__file__).parent / "outputs"
"""What the real tools print, shortened."""

H100 = "NVIDIA H100 80GB HBM3"


@dataclass(frozen=True)
class Bench:
    """A node with the tools that a test gives it and no CUDA."""

    folder: Path

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            **os.environ,
            "PATH": f"{self.folder / 'bin'}:/usr/bin:/bin",
            "LD_LIBRARY_PATH": str(self.folder / "no_cuda"),
        }

    def install(self, name: str, script: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def prints(self, name: str, output: str, exit_code: int = 0) -> None:
        self.install(name, f"cat {OUTPUTS / output}\nexit {exit_code}")

    def command(self, *options: str) -> list[str]:
        check = [sys.executable, "-m", "thirdshift_agent", "check", "--backend=simulated"]
        return [*check, "--gpus=4", f"--state-dir={self.folder}", *options]

    def check(self, *options: str) -> tuple[int, str, str]:
        """Status, output and complaints of `thirdshift-agent check`."""
        done = subprocess.run(
            self.command(*options),
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


def card(slot: int, name: str = H100) -> GpuIdentity:
    return GpuIdentity(slot, f"GPU-{slot}", f"S{slot}", f"00000000:{slot}b:00.0", name)


def runs(pid: int) -> bool:
    """Whether a process runs; one that waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
