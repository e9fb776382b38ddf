"""What runs by itself: a job that overruns or fails is told of by its name, and runs again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from threading import Event

import pytest
from prometheus_client import CollectorRegistry

from servers.process import wait_for
from thirdshift_controller.jobs import Jobs


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    made = Jobs(CollectorRegistry())
    yield made
    made.stop()


def test_a_job_that_overruns_is_told_of_by_its_name(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    may_end = Event()
    jobs.every(0.05, "sweep", may_end.wait)
    with caplog.at_level(logging.WARNING):
        jobs.start()
        wait_for(lambda: 'Execution of job "sweep (' in caplog.text, "the word of the overrun")
    may_end.set()


def test_a_job_that_fails_is_told_of_and_runs_again(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    ran_again = Event()

    def run() -> None:
        if "job failed" in caplog.text:
            ran_again.set()
        raise RuntimeError("the first time")

    jobs.every(0.05, "sweep", run)
    jobs.start()
    assert ran_again.wait(60)
    failed = next(one for one in caplog.records if one.message == "job failed")
    assert vars(failed)["job"] == "sweep"
