"""`[scheduler]`: who gives the nodes work."""

from __future__ import annotations

import shutil
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from thirdshift_controller.config.source import Beside, Seconds, Table, existing


class SchedulerKind(StrEnum):
    """What the site runs jobs with."""

    NONE = "none"
    SLURM = "slurm"
    KUBERNETES = "kubernetes"
    SIMULATED = "simulated"


_KEYS_OF = {
    SchedulerKind.SLURM: ("slurm_conf", "bin_folder"),
    SchedulerKind.KUBERNETES: ("kubeconfig", "context", "evict"),
}
_COMMANDS = ("scontrol", "squeue")


def _commands(folder: Path) -> Path:
    absent = [name for name in _COMMANDS if shutil.which(name, path=str(folder)) is None]
    if absent:
        raise ValueError(f"{folder} holds no {absent[0]}; name the folder of Slurm's commands")
    return folder


class SchedulerTable(Table):
    """Without a scheduler nobody can be drained."""

    kind: SchedulerKind = SchedulerKind.NONE
    jobs_may_die: Annotated[bool, Field(strict=True)] = False
    """Only without one: whether rungs that end a node's work may be tried all the same."""
    drain_patience_seconds: Seconds = 14_400.0
    """Of the site's clock: how long old work may take to end before a person is asked."""
    interval_seconds: Seconds = 15.0
    """Of the wall: how often the standings are read."""
    timeout_seconds: Seconds = 20.0
    """Of the wall, for one question."""
    slurm_conf: Annotated[Beside, AfterValidator(existing)] | None = None
    """Without it Slurm finds its own."""
    bin_folder: Annotated[Beside, AfterValidator(_commands)] | None = None
    """Where scontrol and squeue are; without it they are on the PATH."""
    kubeconfig: Annotated[Beside, AfterValidator(existing)] | None = None
    """Without it the controller is a pod of the cluster and uses its service account."""
    context: Annotated[str, Field(min_length=1)] | None = None
    """Of the kubeconfig; without it the current one."""
    evict: Annotated[bool, Field(strict=True)] = False
    """Whether a drain evicts the node's pods; else they end by themselves."""

    @model_validator(mode="after")
    def _keys_are_of_the_kind(self) -> Self:
        for kind, keys in _KEYS_OF.items():
            strange = [key for key in keys if key in self.model_fields_set and kind != self.kind]
            if strange:
                raise ValueError(
                    f'{strange[0]} is for kind = "{kind}", and kind is "{self.kind}"; '
                    "remove it or set the kind"
                )
        if self.jobs_may_die and self.kind is not SchedulerKind.NONE:
            raise ValueError(
                f'jobs_may_die is for kind = "none", and kind is "{self.kind}", which knows its '
                "jobs; remove it, and let the jobs of an incident die where a lead says so"
            )
        if self.context is not None and self.kubeconfig is None:
            raise ValueError("context is one of a kubeconfig; name its file with kubeconfig")
        return self
