"""XIDs as the driver announces them, whatever becomes of the GPUs meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fakes.node_clock import Uptime
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.gpu import DriverError
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.nvml.driver import RENEW_SECONDS

NOW = datetime(2026, 11, 2, tzinfo=UTC)


def event(driver: NvmlDriver, seconds: float = 0.02) -> tuple[str, str | None] | None:
    seen = driver.wait_event(seconds, NOW)
    return (seen.code, seen.pci_address) if seen else None


def test_an_xid_is_delivered_with_the_gpu_it_is_about(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    identity = driver.gpus()[5].identity
    library.send_xid(gpu=5, xid=79)
    seen = driver.wait_event(0.1, NOW)
    assert seen is not None
    assert (seen.at, f"{seen.kind}:{seen.code}", seen.source) == (NOW, "xid:79", "nvml_event")
    assert (seen.gpu_uuid, seen.pci_address) == (identity.uuid, identity.pci_address)
    assert event(driver) is None


def test_xids_come_in_order(library: NvmlLibrary, driver: NvmlDriver) -> None:
    driver.gpus()
    for gpu, xid in ((5, 48), (5, 63), (1, 31)):
        library.send_xid(gpu, xid)
    assert [event(driver) for _ in range(4)] == [
        ("48", "00000000:6b:00.0"),
        ("63", "00000000:6b:00.0"),
        ("31", "00000000:2b:00.0"),
        None,
    ]


def test_gpus_without_events_do_not_silence_the_others(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    library.set("event_types", 0, gpu=0)
    library.set("error.nvmlDeviceGetSupportedEventTypes", 3, gpu=1)
    library.set("error.nvmlDeviceRegisterEvents", 3, gpu=2)
    driver.gpus()
    library.send_xid(gpu=3, xid=79)
    assert event(driver) == ("79", "00000000:4b:00.0")


def test_a_node_without_events_says_so(library: NvmlLibrary, driver: NvmlDriver) -> None:
    library.set("event_types", 0)
    driver.gpus()
    with pytest.raises(DriverError, match="no GPU here delivers events"):
        driver.wait_event(0.02, NOW)


def test_a_wait_that_fails_is_begun_anew(library: NvmlLibrary, driver: NvmlDriver) -> None:
    driver.gpus()
    library.set("error.nvmlEventSetWait_v2", 999)
    with pytest.raises(DriverError, match="the wait for events ended"):
        driver.wait_event(0.02, NOW)
    library.clear("error.nvmlEventSetWait_v2")
    library.send_xid(gpu=3, xid=31)
    assert event(driver) == ("31", "00000000:4b:00.0")


def test_no_event_is_waited_for_with_handles_of_an_earlier_start(library: NvmlLibrary) -> None:
    driver = NvmlDriver()
    for _ in range(2):
        with pytest.raises(DriverError, match="no GPU has been found"):
            driver.wait_event(0.02, NOW)
        driver.gpus()
        assert event(driver) is None
        driver.close()


def test_a_lost_gpu_ends_the_wait_and_the_next_one_goes_on_without_it(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    driver.gpus()
    assert event(driver) is None
    library.set("lost", 1, gpu=5)
    with pytest.raises(DriverError, match="GPU is lost"):
        driver.wait_event(0.02, NOW)
    library.send_xid(gpu=3, xid=31)
    assert event(driver) == ("31", "00000000:4b:00.0")


def test_a_gpu_that_came_back_delivers_events_again(library: NvmlLibrary) -> None:
    uptime = Uptime()
    driver = NvmlDriver(monotonic=uptime)
    driver.gpus()
    library.set("lost", 1, gpu=5)
    driver.gpus()
    assert event(driver) is None
    library.clear("lost", gpu=5)
    uptime.seconds = RENEW_SECONDS
    driver.gpus()
    library.send_xid(gpu=5, xid=94)
    assert event(driver) == ("94", "00000000:6b:00.0")
    driver.close()
