"""Runs Slurm's own commands, the same for every version, and says why one gave no answer."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from thirdshift_controller.intake.schedule import SchedulerSilent, SchedulerUnreachable

_FILTERS = ("SQUEUE_", "SCONTROL_", "SLURM_CLUSTERS")
"""Of a login shell; they would narrow what is asked."""
_MAY_DRAIN = "let the controller run as SlurmUser, or give its user AdminLevel=Admin"
_REMEDIES = {
    "Unable to contact slurm controller": "is slurmctld up?",
    "Could not establish a configuration source": "name slurm.conf with slurm_conf",
    "Unable to process configuration file": "name slurm.conf with slurm_conf",
    "Invalid user id": _MAY_DRAIN,
    "Access/permission denied": _MAY_DRAIN,
}
_IN_DOUBT = "timed out"


@dataclass(frozen=True, slots=True)
class SlurmCommands:
    """How Slurm is spoken to."""

    configuration: Path | None
    """Its slurm.conf; without it Slurm finds its own."""
    folder: Path | None
    """Where its commands are; without it they are on the PATH."""
    timeout_seconds: float

    def line(self, command: str, *arguments: str) -> list[str]:
        """The words of a command."""
        return [str(self.folder / command) if self.folder else command, *arguments]

    def run(self, command: str, *arguments: str) -> str:
        """What the command prints. Raises `SchedulerUnreachable`, `SchedulerSilent`."""
        try:
            done = self._completed(self.line(command, *arguments))
        except subprocess.TimeoutExpired:
            patience = f"{self.timeout_seconds:g} s"
            raise SchedulerSilent(f"{command}: no answer within {patience}") from None
        except OSError as error:
            raise SchedulerUnreachable(
                f"{command} cannot be run: {error.strerror}; "
                "install Slurm's client commands, or name their folder with bin_folder"
            ) from error
        if done.returncode != 0:
            raise _refusal(command, done.stderr.strip() or done.stdout.strip())
        return done.stdout

    def _completed(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=self.timeout_seconds,
            check=False,
        )

    def _environment(self) -> dict[str, str]:
        """Ours, without filters; English, and instants in seconds since 1970."""
        ours = {key: value for key, value in os.environ.items() if not key.startswith(_FILTERS)}
        named = {"SLURM_CONF": str(self.configuration)} if self.configuration else {}
        return {**ours, **named, "LC_ALL": "C", "SLURM_TIME_FORMAT": "%s"}


def _refusal(command: str, said: str) -> SchedulerUnreachable:
    """What Slurm said, and what mends it."""
    kind = SchedulerSilent if _IN_DOUBT in said else SchedulerUnreachable
    remedy = next((mends for words, mends in _REMEDIES.items() if words in said), None)
    last = said.splitlines()[-1].removeprefix(f"{command}: ") if said else "no reason given"
    return kind(f"{command}: {last}" + (f"; {remedy}" if remedy else ""))
