"""What our NVML library says: an H100 SXM's values, and any other that is set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pynvml
import pytest

from servers.nvml_library import NvmlLibrary

MIB, GIB = 1024**2, 1024**3
EVERY_LINK = 0xFFFF_FFFF
FIELDS = {
    1: 1, 3: 0, 7: None, 29: None, 74: 0, 91: 18, 94: 9, 186: 338_000, 192: 700_000, 193: -8,
    194: -2, 196: 0, 201: None, 230: 0, 271: 0, 999: None,
}  # fmt: skip


@pytest.fixture
def gpu(library: NvmlLibrary) -> Iterator[Any]:
    """GPU 3."""
    pynvml.nvmlInit()
    yield pynvml.nvmlDeviceGetHandleByIndex(3)
    pynvml.nvmlShutdown()


def refusal(call: Any, *arguments: Any) -> int:
    with pytest.raises(pynvml.NVMLError) as caught:
        call(*arguments)
    return int(caught.value.value)


def field(gpu: Any, number: int, scope: int = 0) -> int | None:
    """A field's value by its type; None where it is not supported."""
    (found,) = pynvml.nvmlDeviceGetFieldValues(gpu, [(number, scope)])
    if found.nvmlReturn == pynvml.NVML_ERROR_NOT_SUPPORTED:
        return None
    assert found.nvmlReturn == 0
    member = {1: "uiVal", 3: "ullVal", 5: "siVal"}[found.valueType]
    return int(getattr(found.value, member))


@pytest.mark.parametrize(
    ("call", "arguments", "value"),
    [
        ("nvmlDeviceGetClockInfo", [0], 1755),
        ("nvmlDeviceGetClockInfo", [2], 2619),
        ("nvmlDeviceGetClockInfo", [3], 1545),
        ("nvmlDeviceGetMaxClockInfo", [1], 1980),
        ("nvmlDeviceGetEncoderUtilization", [], [0, 167000]),
        ("nvmlDeviceGetDecoderUtilization", [], [0, 167000]),
        ("nvmlDeviceGetPerformanceState", [], 0),
        ("nvmlDeviceGetPowerManagementLimit", [], 700_000),
        ("nvmlDeviceGetPowerManagementDefaultLimit", [], 700_000),
        ("nvmlDeviceGetPowerManagementLimitConstraints", [], [200_000, 700_000]),
        ("nvmlDeviceGetTotalEnergyConsumption", [], 123_456_789),
        ("nvmlDeviceGetTemperature", [0], 53),
        ("nvmlDeviceGetMarginTemperature", [], 34),
        ("nvmlDeviceGetTemperatureThreshold", [0], 95),
        ("nvmlDeviceGetTemperatureThreshold", [1], 89),
        ("nvmlDeviceGetSupportedClocksEventReasons", [], 0x1FF),
        ("nvmlDeviceGetEccMode", [], [1, 1]),
        ("nvmlDeviceGetTotalEccErrors", [0, 1], 12),
        ("nvmlDeviceGetMemoryErrorCounter", [0, 1, 2], 12),
        ("nvmlDeviceGetMemoryErrorCounter", [1, 0, 7], 0),
        ("nvmlDeviceGetRemappedRows", [], (0, 2, 0, 0)),
        ("nvmlDeviceGetNvLinkState", [17], 1),
        ("nvmlDeviceGetNvLinkVersion", [0], pynvml.NVML_NVLINK_VERSION_4_0),
        ("nvmlDeviceGetNvLinkCapability", [0, 0], 1),
        ("nvmlDeviceGetNvLinkErrorCounter", [4, 0], 0),
        ("nvmlDeviceGetNvLinkRemoteDeviceType", [0], pynvml.NVML_NVLINK_DEVICE_TYPE_SWITCH),
        ("nvmlDeviceGetPcieReplayCounter", [], 9),
        ("nvmlDeviceGetPcieThroughput", [0], 48_000),
        ("nvmlDeviceGetMigMode", [], [0, 0]),
        ("nvmlDeviceGetMaxMigDeviceCount", [], 7),
        ("nvmlDeviceGetComputeRunningProcesses", [], []),
        ("nvmlDeviceGetVbiosVersion", [], "96.00.89.00.01"),
        ("nvmlDeviceGetInforomImageVersion", [], "G520.0200.00.05"),
        ("nvmlDeviceGetBoardPartNumber", [], "692-2G520-0200-000"),
        ("nvmlDeviceGetMinorNumber", [], 3),
        ("nvmlDeviceGetPersistenceMode", [], 1),
        ("nvmlDeviceGetComputeMode", [], 0),
        ("nvmlDeviceGetBrand", [], pynvml.NVML_BRAND_NVIDIA),
        ("nvmlDeviceGetArchitecture", [], pynvml.NVML_DEVICE_ARCH_HOPPER),
        ("nvmlDeviceGetCudaComputeCapability", [], (9, 0)),
        ("nvmlDeviceGetNumGpuCores", [], 16_896),
        ("nvmlDeviceGetNumaNodeId", [], 0),
        ("nvmlDeviceGetRepairStatus", [], [0, 0]),
    ],
)
def test_an_h100_answers(gpu: Any, call: str, arguments: Sequence[int], value: object) -> None:
    assert getattr(pynvml, call)(gpu, *arguments) == value


@pytest.mark.parametrize(
    ("call", "arguments", "key", "value"),
    [
        ("nvmlDeviceGetNumFans", [], "fans", 2),
        ("nvmlDeviceGetModuleId", [], "module", 4),
        ("nvmlDeviceGetTemperatureThreshold", [4], "threshold.4", 40),
        ("nvmlDeviceGetMemoryErrorCounter", [1, 1, 0], "ecc.1.1.0", 5),
        ("nvmlDeviceGetRetiredPagesPendingStatus", [], "field.31", 1),
    ],
)
def test_what_an_h100_does_not_have_can_be_set(
    library: NvmlLibrary, gpu: Any, call: str, arguments: Sequence[int], key: str, value: int
) -> None:
    ask = getattr(pynvml, call)
    assert refusal(ask, gpu, *arguments) == pynvml.NVML_ERROR_NOT_SUPPORTED
    library.set(key, value, gpu=3)
    assert ask(gpu, *arguments) == value


def test_the_node_says_its_versions(gpu: Any) -> None:
    assert pynvml.nvmlSystemGetCudaDriverVersion() == 13_000
    assert pynvml.nvmlSystemGetCudaDriverVersion_v2() == 13_000
    assert pynvml.nvmlSystemGetNVMLVersion() == "13.580.95.05"


def test_memory_is_told_in_both_ways_and_of_the_bar(gpu: Any) -> None:
    new = pynvml.nvmlDeviceGetMemoryInfo(gpu, version=pynvml.nvmlMemory_v2)
    old, bar = pynvml.nvmlDeviceGetMemoryInfo(gpu), pynvml.nvmlDeviceGetBAR1MemoryInfo(gpu)
    assert (new.total, new.used, new.reserved) == (80 * GIB, 20 * GIB, GIB)
    assert (old.total, old.used, old.free) == (80 * GIB, 21 * GIB, 59 * GIB)
    assert (bar.bar1Total, bar.bar1Used) == (128 * GIB, 6 * MIB)


@pytest.mark.parametrize(
    "find",
    [
        lambda gpu: pynvml.nvmlDeviceGetHandleByUUID(pynvml.nvmlDeviceGetUUID(gpu)),
        lambda gpu: pynvml.nvmlDeviceGetHandleBySerial(pynvml.nvmlDeviceGetSerial(gpu)),
        lambda gpu: pynvml.nvmlDeviceGetHandleByPciBusId(pynvml.nvmlDeviceGetPciInfo(gpu).busId),
    ],
)
def test_a_gpu_is_found_by_what_it_says_of_itself(gpu: Any, find: Any) -> None:
    assert pynvml.nvmlDeviceGetIndex(find(gpu)) == 3


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("nvmlDeviceGetHandleByUUID", "GPU-none"),
        ("nvmlDeviceGetHandleBySerial", "0"),
        ("nvmlDeviceGetHandleByPciBusId", "00000000:FF:00.0"),
    ],
)
def test_a_gpu_that_is_not_there_is_not_found(gpu: Any, call: str, name: str) -> None:
    assert refusal(getattr(pynvml, call), name.encode()) == pynvml.NVML_ERROR_NOT_FOUND


@pytest.mark.parametrize(("number", "value"), FIELDS.items())
def test_a_field_has_its_value_and_type(gpu: Any, number: int, value: int | None) -> None:
    assert field(gpu, number) == value


def test_any_field_can_be_set(library: NvmlLibrary, gpu: Any) -> None:
    library.set("field.222", 12, gpu=3)
    library.set("field.193", -5, gpu=3)
    assert (field(gpu, 222), field(gpu, 193)) == (12, -5)


def test_a_link_has_values_of_its_own(library: NvmlLibrary, gpu: Any) -> None:
    library.set("field.161.4", 7, gpu=3)
    library.set("field.165", 0, gpu=3)
    library.set("field.165.4", 1, gpu=3)
    assert [field(gpu, 161, link) for link in (3, 4, 5)] == [0, 7, 0]
    assert [field(gpu, 165, link) for link in (3, 4, 5)] == [0, 1, 0]
    assert pynvml.nvmlDeviceGetNvLinkErrorCounter(gpu, 4, 0) == 7
    assert pynvml.nvmlDeviceGetNvLinkState(gpu, 5) == 0
    assert field(gpu, 52) == 7


def test_a_scope_that_is_all_links_is_their_sum(library: NvmlLibrary, gpu: Any) -> None:
    library.set("field.138", 10, gpu=3)
    library.set("field.138.4", 20, gpu=3)
    assert field(gpu, 138, EVERY_LINK) == 17 * 10 + 20


def test_a_scope_that_the_gpu_does_not_have_is_told(gpu: Any) -> None:
    assert field(gpu, 185, 1) is None
    (beyond,) = pynvml.nvmlDeviceGetFieldValues(gpu, [(165, 18)])
    assert beyond.nvmlReturn == pynvml.NVML_ERROR_INVALID_ARGUMENT
    assert refusal(pynvml.nvmlDeviceGetNvLinkState, gpu, 18) == pynvml.NVML_ERROR_INVALID_ARGUMENT


def test_a_switch_is_at_the_far_end_of_each_link(gpu: Any) -> None:
    far = {pynvml.nvmlDeviceGetNvLinkRemotePciInfo(gpu, link).busId for link in range(18)}
    assert far == {f"00000000:0{bus}:00.0" for bus in range(5, 9)}


def test_time_held_back_is_told_by_policy(library: NvmlLibrary, gpu: Any) -> None:
    library.set("field.75", 11, gpu=3)
    library.set("field.81", 13, gpu=3)
    told = [pynvml.nvmlDeviceGetViolationStatus(gpu, policy).violationTime for policy in (1, 11, 0)]
    assert told == [11, 13, 0]


def test_errors_of_the_sram_are_told_apart(library: NvmlLibrary, gpu: Any) -> None:
    library.set("sram.4", 2, gpu=3)
    library.set("sram.threshold_exceeded", 1, gpu=3)
    status = pynvml.c_nvmlEccSramErrorStatus_v1_t()
    pynvml.nvmlDeviceGetSramEccErrorStatus(gpu, pynvml.byref(status))
    assert (status.volatileUncSecDed, status.aggregateCor, status.bThresholdExceeded) == (2, 0, 1)


def test_spare_rows_are_fewer_by_those_in_use(gpu: Any) -> None:
    told = pynvml.nvmlDeviceGetRowRemapperHistogram(gpu)
    assert (told.max, told.high, told.partial, told.none) == (2558, 2, 0, 0)


def test_pages_are_retired_as_often_as_the_fields_say(library: NvmlLibrary, gpu: Any) -> None:
    assert refusal(pynvml.nvmlDeviceGetRetiredPages, gpu, 1) == pynvml.NVML_ERROR_NOT_SUPPORTED
    library.set("field.30", 2, gpu=3)
    assert len(pynvml.nvmlDeviceGetRetiredPages(gpu, 1)) == 2


@pytest.mark.parametrize("version", [2, 3])
def test_the_fabric_is_told_in_each_version(library: NvmlLibrary, gpu: Any, version: int) -> None:
    info = getattr(pynvml, f"c_nvmlGpuFabricInfo_v{version}_t")()
    info.version = getattr(pynvml, f"nvmlGpuFabricInfo_v{version}")
    library.set("fabric.clique", 5, gpu=3)
    library.set("fabric.health", 0x2A, gpu=3)
    library.set("fabric.summary", 2, gpu=3)
    pynvml.nvmlDeviceGetGpuFabricInfoV(gpu, pynvml.byref(info))
    assert (info.state, info.status, info.cliqueId, info.healthMask) == (3, 0, 5, 0x2A)
    assert version == 2 or info.healthSummary == 2


def test_a_structure_of_a_version_that_it_does_not_know_is_refused(gpu: Any) -> None:
    info = pynvml.c_nvmlGpuFabricInfo_v3_t()
    info.version += 1
    ask = pynvml.nvmlDeviceGetGpuFabricInfoV
    refused = refusal(ask, gpu, pynvml.byref(info))
    assert refused == pynvml.NVML_ERROR_ARGUMENT_VERSION_MISMATCH


def test_where_it_sits_is_told_by_a_platform_that_knows(library: NvmlLibrary, gpu: Any) -> None:
    info = pynvml.c_nvmlPlatformInfo_v2_t()
    ask = pynvml.nvmlDeviceGetPlatformInfo
    assert refusal(ask, gpu, pynvml.byref(info)) == pynvml.NVML_ERROR_NOT_SUPPORTED
    library.set("platform.chassis", 1_820_000_000_001)
    library.set("platform.slot", 7)
    ask(gpu, pynvml.byref(info))
    assert (info.chassisSerialNumber, ord(info.slotNumber)) == ("1820000000001", 7)


def test_a_gpu_can_be_divided(library: NvmlLibrary, gpu: Any) -> None:
    find = pynvml.nvmlDeviceGetMigDeviceHandleByIndex
    assert refusal(find, gpu, 0) == pynvml.NVML_ERROR_NOT_FOUND
    library.set("mig.count", 2, gpu=3)
    library.set("mig.1.memory_used", 3 * GIB, gpu=3)
    part = find(gpu, 1)
    assert refusal(find, gpu, 2) == pynvml.NVML_ERROR_NOT_FOUND
    assert pynvml.nvmlDeviceGetMigMode(gpu) == [1, 1]
    assert bool(pynvml.nvmlDeviceIsMigDeviceHandle(part).value)
    assert pynvml.nvmlDeviceGetUUID(part) == "MIG-00000003-0000-5000-8000-000000000001"
    assert pynvml.nvmlDeviceGetGpuInstanceId(part) == 8
    assert pynvml.nvmlDeviceGetMemoryInfo(part).used == 3 * GIB
    assert pynvml.nvmlDeviceGetAttributes(part).memorySizeMB == 9856
    whole = pynvml.nvmlDeviceGetDeviceHandleFromMigDeviceHandle(part)
    assert pynvml.nvmlDeviceGetIndex(whole) == 3


def test_a_divided_gpu_keeps_some_things_to_itself(library: NvmlLibrary, gpu: Any) -> None:
    library.set("mig.count", 1, gpu=3)
    part = pynvml.nvmlDeviceGetMigDeviceHandleByIndex(gpu, 0)
    for ask, who in (
        (pynvml.nvmlDeviceGetUtilizationRates, gpu),
        (pynvml.nvmlDeviceGetRemappedRows, gpu),
        (pynvml.nvmlDeviceGetPowerUsage, part),
    ):
        assert refusal(ask, who) == pynvml.NVML_ERROR_NOT_SUPPORTED
    assert field(gpu, 145) is None


def test_processes_are_listed_with_their_memory(library: NvmlLibrary, gpu: Any) -> None:
    for number in range(9):
        library.set(f"process.{number}", 4000 + number, gpu=3)
    library.set("process.8.memory", 5 * GIB, gpu=3)
    told = pynvml.nvmlDeviceGetComputeRunningProcesses(gpu)
    assert [one.pid for one in told] == list(range(4000, 4009))
    assert (told[0].usedGpuMemory, told[8].usedGpuMemory) == (GIB, 5 * GIB)
    assert pynvml.nvmlDeviceGetGraphicsRunningProcesses(gpu) == []


def test_what_each_process_uses_is_told_where_it_is_known(library: NvmlLibrary, gpu: Any) -> None:
    ask = pynvml.nvmlDeviceGetProcessUtilization
    assert refusal(ask, gpu, 0) == pynvml.NVML_ERROR_NOT_FOUND
    library.set("process.0", 4000, gpu=3)
    library.set("process.0.sm", 55, gpu=3)
    (told,) = ask(gpu, 0)
    assert (told.pid, told.smUtil) == (4000, 55)


def test_profiling_measures_between_two_samples(library: NvmlLibrary, gpu: Any) -> None:
    assert pynvml.nvmlGpmQueryDeviceSupport(gpu).isSupportedDevice == 1
    library.set("gpm.3", 12_345, gpu=3)
    query = pynvml.c_nvmlGpmMetricsGet_t()
    query.version, query.numMetrics = pynvml.NVML_GPM_METRICS_GET_VERSION, 3
    for place, metric in enumerate((2, 3, 14)):
        query.metrics[place].metricId = metric
    query.sample1, query.sample2 = pynvml.nvmlGpmSampleAlloc(), pynvml.nvmlGpmSampleAlloc()
    pynvml.nvmlGpmSampleGet(gpu, query.sample1)
    library.set("latency.nvmlGpmSampleGet", 10)
    pynvml.nvmlGpmSampleGet(gpu, query.sample2)
    pynvml.nvmlGpmMetricsGet(query)
    told = [(one.nvmlReturn, one.value) for one in query.metrics[:3]]
    assert told == [(0, 91.5), (0, 12.345), (pynvml.NVML_ERROR_NOT_SUPPORTED, 0.0)]
    for sample in (query.sample1, query.sample2):
        pynvml.nvmlGpmSampleFree(sample)
