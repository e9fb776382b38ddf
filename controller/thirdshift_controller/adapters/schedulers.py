"""The scheduler that `controller.toml` asks for."""

from __future__ import annotations

from thirdshift_controller.adapters.draining import DrainingScheduler
from thirdshift_controller.adapters.slurm import SlurmScheduler
from thirdshift_controller.adapters.slurm_commands import SlurmCommands
from thirdshift_controller.config.scheduler import SchedulerKind, SchedulerTable


def scheduler_for(table: SchedulerTable) -> DrainingScheduler | None:
    """The adapter; None where nobody schedules, or a simulation does. Raises `ConfigError`."""
    match table.kind:
        case SchedulerKind.SLURM:
            commands = SlurmCommands(table.slurm_conf, table.bin_folder, table.timeout_seconds)
            return SlurmScheduler(commands)
        case SchedulerKind.KUBERNETES:
            return _kubernetes(table)
        case _:
            return None


def _kubernetes(table: SchedulerTable) -> DrainingScheduler:
    """Its client takes half a second to import, and most sites have none."""
    from thirdshift_controller.adapters.kubernetes import KubernetesScheduler
    from thirdshift_controller.adapters.kubernetes_api import KubernetesApi

    api = KubernetesApi(table.kubeconfig, table.context, table.timeout_seconds)
    return KubernetesScheduler(api, table.evict)
