"""Which GPUs a node has: who they are, where they sit, and what a driver that is not there says."""

from __future__ import annotations

import time
from threading import Event, Thread

import pynvml
import pytest

from fakes.node_clock import Uptime
from fakes.reading import told_by
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.gpu import DriverError
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.nvml.driver import RENEW_SECONDS
from thirdshift_agent.wire import GpuIdentity, GpuReading


def slots(driver: NvmlDriver) -> list[int]:
    return [gpu.identity.slot for gpu in driver.gpus()]


def test_the_driver_says_its_version(driver: NvmlDriver) -> None:
    assert driver.version() == "580.95.05"


def test_a_version_that_is_not_told_is_none(library: NvmlLibrary, driver: NvmlDriver) -> None:
    library.set("error.nvmlSystemGetDriverVersion", 999)
    assert driver.version() is None


def test_a_gpu_is_known_by_serial_uuid_and_address(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    library.set("domain", 0x0008, gpu=2)
    library.set("bus", 0xAB, gpu=2)
    library.set("module", 3, gpu=2)
    known = {gpu.identity.uuid: gpu.identity for gpu in driver.gpus()}
    assert known["GPU-00000002-0000-4000-8000-000000000000"] == GpuIdentity(
        slot=7,
        uuid="GPU-00000002-0000-4000-8000-000000000000",
        serial="1651230000002",
        pci_address="00000008:ab:00.0",
        name="NVIDIA H100 80GB HBM3",
    )


def test_a_gpu_without_a_serial_has_none(library: NvmlLibrary, driver: NvmlDriver) -> None:
    library.set("error.nvmlDeviceGetSerial", 3)
    assert driver.gpus()[0].identity.serial is None


@pytest.mark.parametrize("first", [0, 1])
def test_modules_of_a_baseboard_number_the_slots(
    library: NvmlLibrary, driver: NvmlDriver, first: int
) -> None:
    for gpu in range(8):
        library.set("module", first + 7 - gpu, gpu=gpu)
    assert [(gpu.identity.slot, gpu.identity.pci_address[9:11]) for gpu in driver.gpus()] == [
        (0, "8b"), (1, "7b"), (2, "6b"), (3, "5b"), (4, "4b"), (5, "3b"), (6, "2b"), (7, "1b")
    ]  # fmt: skip


def test_cards_without_a_baseboard_are_numbered_by_address(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    library.set("module", 0)
    assert slots(driver) == list(range(8))
    assert driver.gpus()[3].identity.pci_address == "00000000:4b:00.0"


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (9, "modprobe nvidia"),
        (18, "reboot the node"),
        (4, "run the agent as root"),
        (12, "install the NVIDIA driver"),
        (999, "nvmlInit"),
    ],
)
def test_a_driver_that_does_not_start_is_explained_and_tried_again(
    library: NvmlLibrary, driver: NvmlDriver, code: int, remedy: str
) -> None:
    library.set("error.nvmlInitWithFlags", code)
    with pytest.raises(DriverError, match=remedy):
        driver.gpus()
    library.clear("error.nvmlInitWithFlags")
    assert slots(driver) == list(range(8))


def test_a_node_without_the_library_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(pynvml, "nvmlLib", None)
    monkeypatch.setattr(pynvml, "CDLL", absent)
    with pytest.raises(DriverError, match=r"libnvidia-ml\.so\.1 is not there"):
        NvmlDriver().gpus()


def test_a_node_that_forbids_every_gpu_is_not_one_without_gpus(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    library.set("error.nvmlDeviceGetHandleByIndex_v2", 4)
    with pytest.raises(DriverError, match="no permission"):
        driver.gpus()


def test_a_driver_that_went_away_is_started_anew(library: NvmlLibrary, driver: NvmlDriver) -> None:
    driver.gpus()
    library.set("error.nvmlDeviceGetCount_v2", 1)
    with pytest.raises(DriverError):
        driver.gpus()
    library.clear("error.nvmlDeviceGetCount_v2")
    assert slots(driver) == list(range(8))


@pytest.mark.parametrize("function", ["HandleByIndex_v2", "UUID", "PciInfo_v3"])
def test_a_gpu_that_does_not_say_who_it_is_does_not_hide_the_others(
    library: NvmlLibrary, driver: NvmlDriver, function: str
) -> None:
    library.set(f"error.nvmlDeviceGet{function}", 999, gpu=0)
    assert [gpu.identity.pci_address[9:11] for gpu in driver.gpus()] == [
        "2b", "3b", "4b", "5b", "6b", "7b", "8b"
    ]  # fmt: skip
    (problem,) = driver.problems()
    assert problem.startswith("NVML index 0 gives no GPU: nvmlDeviceGet")
    assert problem.endswith("(NVML error 999)")
    library.clear(f"error.nvmlDeviceGet{function}", gpu=0)
    assert (len(driver.gpus()), driver.problems()) == (8, ())


def test_a_gpu_that_came_back_is_found_by_starting_nvml_anew(library: NvmlLibrary) -> None:
    uptime = Uptime()
    driver = NvmlDriver(monotonic=uptime)
    assert len(driver.gpus()) == 8
    library.set("lost", 1, gpu=5)
    assert len(driver.gpus()) == 7
    assert "NVML index 5 gives no GPU" in str(driver.problems())
    library.clear("lost", gpu=5)
    assert len(driver.gpus()) == 7
    uptime.seconds = RENEW_SECONDS
    assert len(driver.gpus()) == 8
    assert told_by(driver.gpus()[5]).temperature_celsius == 55
    driver.close()


def test_nvml_is_not_started_anew_under_a_call_that_is_out(library: NvmlLibrary) -> None:
    uptime = Uptime()
    driver = NvmlDriver(monotonic=uptime)
    library.set("hang.nvmlDeviceGetUtilizationRates", 1, gpu=3)
    entered, values = Event(), list[GpuReading]()

    def calling(call: str) -> None:
        if call == "nvmlDeviceGetUtilizationRates":
            entered.set()

    gpus = driver.gpus()
    reading = Thread(target=lambda: values.append(told_by(gpus[3], calling)))
    reading.start()
    assert entered.wait(10)
    library.set("lost", 1, gpu=5)
    uptime.seconds = RENEW_SECONDS
    assert len(driver.gpus()) == 7
    library.clear("hang.nvmlDeviceGetUtilizationRates", gpu=3)
    reading.join(timeout=10)
    assert [value.utilisation_ratio for value in values] == [0.98]
    driver.close()


def test_a_handle_of_an_earlier_start_is_not_used(library: NvmlLibrary) -> None:
    driver = NvmlDriver()
    old = driver.gpus()[3]
    driver.close()
    driver.gpus()
    with pytest.raises(DriverError, match="started anew"):
        told_by(old)
    driver.close()


def test_a_start_that_hangs_holds_up_no_gpu_of_an_earlier_one(library: NvmlLibrary) -> None:
    driver = NvmlDriver()
    gpus = driver.gpus()
    driver.close()
    library.set("hang.nvmlInitWithFlags", 1)
    found = list[int]()
    starting = Thread(target=lambda: found.append(len(driver.gpus())))
    starting.start()
    time.sleep(0.2)
    for gpu in gpus:
        with pytest.raises(DriverError, match="the next look finds the GPU again"):
            told_by(gpu)
    assert not driver.close()
    library.clear("hang.nvmlInitWithFlags")
    starting.join(timeout=10)
    assert found == [8]
    driver.close()
