"""One worker for each thing that can hang: what is out stays out, and nobody else waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event, Thread
from threading import enumerate as threads

import pytest

from servers.process import wait_for
from thirdshift_agent.gpu import Calling
from thirdshift_agent.sampling.workers import CallTimes, Workers

LONG_SECONDS = 30.0
"""Never waited out: what is asked for comes at once."""


@dataclass
class Gate:
    """Work that says that it has begun and ends when it is let."""

    result: str = "done"
    call: str = "nvmlX"
    begun: Event = field(default_factory=Event)
    open: Event = field(default_factory=Event)

    def __call__(self, calling: Calling) -> str:
        calling(self.call)
        self.begun.set()
        self.open.wait(LONG_SECONDS)
        return self.result


@dataclass
class Shop:
    """Workers, and the gates that they wait at."""

    times: CallTimes = field(default_factory=CallTimes)
    gates: list[Gate] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.workers = Workers[str](self.times)

    def hang(self, key: str, result: str = "late") -> Gate:
        gate = Gate(result)
        self.gates.append(gate)
        assert self.workers.begin(key, gate)
        assert gate.begun.wait(LONG_SECONDS)
        return gate

    def do(self, key: str, result: str) -> bool:
        return self.workers.begin(key, lambda calling: result)

    def let_go(self, gate: Gate, key: str) -> None:
        """Let the work end; return once its result is there to be gathered."""
        gate.open.set()
        wait_for(lambda: self.workers.hanging(key)[0] == "nothing yet", "the work's end")


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    for gate in shop.gates:
        gate.open.set()
    shop.workers.keep(())


def running(key: str) -> int:
    return sum(thread.name == f"worker {key}" for thread in threads())


def test_all_work_at_once_and_each_result_has_its_name(shop: Shop) -> None:
    keys = [f"GPU-{number}" for number in range(8)]
    first = [shop.hang(key, f"of {key}") for key in keys]
    for gate in first:
        gate.open.set()
    assert shop.workers.gather(keys, LONG_SECONDS) == {key: f"of {key}" for key in keys}


def test_one_that_hangs_is_left_out_and_takes_no_other_work(shop: Shop) -> None:
    shop.hang("GPU-3")
    assert shop.do("GPU-4", "well")
    assert shop.workers.gather(["GPU-4"], LONG_SECONDS) == {"GPU-4": "well"}
    assert not shop.do("GPU-3", "more")
    assert shop.workers.gather(["GPU-3"], 0.0) == {}
    call, seconds = shop.workers.hanging("GPU-3")
    assert (call, seconds > 0) == ("nvmlX", True)


def test_a_late_result_is_taken_though_nobody_waits_for_it(shop: Shop) -> None:
    gate = shop.hang("GPU-3")
    assert shop.workers.gather(["GPU-3"], 0.0) == {}
    shop.let_go(gate, "GPU-3")
    taken = wait_for(lambda: shop.workers.gather([], 0.0), "the result")
    assert taken == {"GPU-3": "late"}


def test_a_result_that_newer_work_has_overtaken_is_not_taken(shop: Shop) -> None:
    shop.let_go(shop.hang("GPU-3", "old"), "GPU-3")
    wait_for(lambda: shop.do("GPU-3", "new"), "the worker to be free")
    assert shop.workers.gather(["GPU-3"], LONG_SECONDS) == {"GPU-3": "new"}


def test_a_worker_is_one_thread_however_often_it_works_and_goes_when_it_is_let_go(
    shop: Shop,
) -> None:
    for number in range(20):
        shop.do("GPU-let-go", str(number))
        assert shop.workers.gather(["GPU-let-go"], LONG_SECONDS) == {"GPU-let-go": str(number)}
    assert running("GPU-let-go") == 1
    shop.workers.keep(["another"])
    wait_for(lambda: running("GPU-let-go") == 0, "the thread's end")


def test_a_worker_that_hangs_is_not_replaced_by_another_when_it_is_let_go(shop: Shop) -> None:
    gate = shop.hang("GPU-hung")
    shop.workers.keep([])
    assert not shop.do("GPU-hung", "a second call of one that is out")
    assert running("GPU-hung") == 1
    shop.let_go(gate, "GPU-hung")
    wait_for(lambda: _is_gone(shop, "GPU-hung"), "the thread's end")
    assert shop.do("GPU-hung", "anew")
    assert shop.workers.gather(["GPU-hung"], LONG_SECONDS) == {"GPU-hung": "anew"}


def _is_gone(shop: Shop, key: str) -> bool:
    shop.workers.keep([])
    return running(key) == 0


def test_each_call_that_returned_is_counted_with_its_time(shop: Shop) -> None:
    def work(calling: Calling) -> str:
        for call in ("nvmlA", "nvmlB", "nvmlA"):
            calling(call)
        return ""

    hanging = shop.hang("GPU-1")
    for _ in range(3):
        shop.workers.begin("GPU-0", work)
        shop.workers.gather(["GPU-0"], LONG_SECONDS)
    assert shop.times.counts == {"nvmlA": 6, "nvmlB": 3}, "a call that is out is not counted"
    assert shop.times.seconds.keys() == {"nvmlA", "nvmlB"}
    assert all(seconds > 0 for seconds in shop.times.seconds.values())
    shop.let_go(hanging, "GPU-1")
    assert shop.times.counts["nvmlX"] == 1


def test_no_call_is_lost_from_the_count_where_many_count_at_once() -> None:
    times, start = CallTimes(), Event()

    def count() -> None:
        start.wait(LONG_SECONDS)
        for _ in range(20_000):
            times.add("nvmlX", 0.5)

    counting = [Thread(target=count) for _ in range(4)]
    for thread in counting:
        thread.start()
    start.set()
    for thread in counting:
        thread.join()
    assert (times.counts, times.seconds) == ({"nvmlX": 80_000}, {"nvmlX": 40_000.0})
