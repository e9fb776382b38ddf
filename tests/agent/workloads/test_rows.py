"""What the page says of a GPU's users: few series, each with all its labels."""

from __future__ import annotations

from thirdshift_agent.workloads import ROWS, Workload, WorkloadKind, readings
from thirdshift_agent.workloads.rows import MOST_WORKLOADS
from thirdshift_agent.workloads.watch import GpuUse, Use

GIB = 1024**3
JOB = Workload(WorkloadKind.SLURM, job_id="7", step_id="0", user="ana", account="physics")


def job(number: int, memory_bytes: int | None = GIB) -> Use:
    workload = Workload(WorkloadKind.SLURM, job_id=str(number), step_id="0", user="ana")
    return Use(workload, 1, memory_bytes)


def test_a_job_is_one_line_with_its_details_and_three_with_its_name() -> None:
    details = ("slurm", "7", "0", "physics", "", "ana", "", "", "", "")
    assert readings(GpuUse(5, (Use(JOB, 4, 3 * GIB),))) == {
        ("processes", ()): 5.0,
        ("workload_info", ("slurm/7/0", *details)): 1.0,
        ("workload_processes", ("slurm/7/0",)): 4.0,
        ("workload_memory_bytes", ("slurm/7/0",)): 3.0 * GIB,
        ("workloads_left_out", ()): 0.0,
    }


def test_every_reading_is_a_rows_with_as_many_values_as_it_has_labels() -> None:
    labels = {row.name: len(row.labels) for row in ROWS}
    found = readings(GpuUse(1, (Use(JOB, 1, GIB),)))
    assert {name: len(values) for name, values in found} == labels


def test_memory_that_is_unknown_is_not_on_the_page() -> None:
    found = readings(GpuUse(1, (job(7, memory_bytes=None),)))
    assert "workload_memory_bytes" not in {name for name, _ in found}


def test_an_idle_gpu_says_that_nobody_uses_it() -> None:
    assert readings(GpuUse(0, ())) == {("processes", ()): 0.0, ("workloads_left_out", ()): 0.0}


def test_of_too_many_those_that_hold_most_stay_and_the_rest_are_counted() -> None:
    uses = tuple(job(number, number * GIB) for number in range(1, 41))
    found = readings(GpuUse(40, uses))
    shown = {values[0] for name, values in found if name == "workload_info"}
    assert shown == {f"slurm/{number}/0" for number in range(9, 41)}
    assert len(shown) == MOST_WORKLOADS
    assert found["workloads_left_out", ()] == 8.0
