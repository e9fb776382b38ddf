/* Who a GPU is, by which names it is found, and how it is set up. */
#include "library.h"

static void write_uuid(unsigned gpu, char *text, unsigned size) {
    snprintf(text, size, "GPU-%08x-0000-4000-8000-%012llx", gpu, value("card", gpu, 0));
}

static void write_serial(unsigned gpu, char *text, unsigned size) {
    snprintf(text, size, "16512300%05llu", gpu + 100 * value("card", gpu, 0));
}

static unsigned domain(unsigned gpu) { return (unsigned)value("domain", gpu, 0); }
static unsigned bus(unsigned gpu) { return (unsigned)value("bus", gpu, 0x1b + 0x10 * gpu); }

/* -- handles -- */

API result nvmlDeviceGetHandleByIndex_v2(unsigned index, device *d) {
    if (!users) return UNINITIALIZED;
    if (index >= found_count) return INVALID_ARGUMENT;
    *d = &devices[found[index]];
    return reach(*d, __func__);
}

static device instance_named(unsigned gpu, const char *uuid) {
    char its[96];
    for (unsigned index = 0; index < instances(gpu); index++) {
        snprintf(its, sizeof its, "MIG-%08x-0000-5000-8000-%012x", gpu, index);
        if (strcmp(its, uuid) == 0) return mig_device(gpu, index);
    }
    return NULL;
}

API result nvmlDeviceGetHandleByUUID(const char *uuid, device *d) {
    char its[96];
    ENTER();
    if (!users) return UNINITIALIZED;
    for (unsigned i = 0; i < found_count; i++) {
        write_uuid(found[i], its, sizeof its);
        *d = strcmp(its, uuid) == 0 ? &devices[found[i]] : instance_named(found[i], uuid);
        if (*d) return reach_any(*d, __func__);
    }
    return NOT_FOUND;
}

API result nvmlDeviceGetHandleBySerial(const char *serial, device *d) {
    char its[32];
    ENTER();
    if (!users) return UNINITIALIZED;
    for (unsigned i = 0; i < found_count; i++) {
        write_serial(found[i], its, sizeof its);
        if (strcmp(its, serial) != 0) continue;
        *d = &devices[found[i]];
        return reach(*d, __func__);
    }
    return NOT_FOUND;
}

API result nvmlDeviceGetHandleByPciBusId_v2(const char *address, device *d) {
    unsigned in_domain, on_bus, slot;
    ENTER();
    if (!users) return UNINITIALIZED;
    if (sscanf(address, "%x:%x:%x", &in_domain, &on_bus, &slot) != 3) return INVALID_ARGUMENT;
    for (unsigned i = 0; i < found_count; i++) {
        if (domain(found[i]) != in_domain || bus(found[i]) != on_bus || slot) continue;
        *d = &devices[found[i]];
        return reach(*d, __func__);
    }
    return NOT_FOUND;
}

/* -- names and numbers -- */

API result nvmlDeviceGetIndex(device d, unsigned *index) {
    REACH_ANY(d);
    *index = d->instance ? d->instance - 1 : d->gpu;
    return OK;
}

API result nvmlDeviceGetUUID(device d, char *text, unsigned size) {
    REACH_ANY(d);
    if (!d->instance) write_uuid(d->gpu, text, size);
    else snprintf(text, size, "MIG-%08x-0000-5000-8000-%012x", d->gpu, d->instance - 1);
    return OK;
}

API result nvmlDeviceGetName(device d, char *text, unsigned size) {
    REACH_ANY(d);
    snprintf(text, size, "NVIDIA H100 80GB HBM3%s", d->instance ? " MIG 1g.10gb" : "");
    return OK;
}

API result nvmlDeviceGetSerial(device d, char *text, unsigned size) {
    REACH(d);
    write_serial(d->gpu, text, size);
    return OK;
}

API result nvmlDeviceGetPciInfo_v3(device d, pci *p) {
    REACH(d);
    memset(p, 0, sizeof *p);
    p->domain = domain(d->gpu);
    p->bus = bus(d->gpu);
    p->device = 0x233010de;
    p->subsystem = 0x16c110de;
    snprintf(p->legacy, sizeof p->legacy, "%04X:%02X:00.0", p->domain & 0xffff, p->bus & 0xff);
    snprintf(p->address, sizeof p->address, "%08X:%02X:00.0", p->domain, p->bus);
    return OK;
}

typedef struct {
    unsigned version;
    char guid[16], chassis_serial[16];
    unsigned char slot, tray, host, peer, module;
} platform;
AS_DECLARED(platform, SIZE_OF_PLATFORM);

API result nvmlDeviceGetPlatformInfo(device d, platform *p) {
    u64 chassis;
    REACH(d);
    if (!told(named("platform.chassis"), d->gpu, &chassis)) return NOT_SUPPORTED;
    if (p->version != VERSION(platform, 2u)) return VERSION_MISMATCH;
    memset(p->guid, 0, sizeof p->guid);
    snprintf(p->chassis_serial, sizeof p->chassis_serial, "%013llu", chassis);
    p->slot = (unsigned char)value("platform.slot", d->gpu, 1);
    p->tray = (unsigned char)value("platform.tray", d->gpu, 0);
    p->host = (unsigned char)value("platform.host", d->gpu, 1);
    p->peer = (unsigned char)value("platform.peer", d->gpu, 1);
    p->module = (unsigned char)value("platform.module", d->gpu, d->gpu + 1);
    return OK;
}

TEXT(nvmlDeviceGetVbiosVersion, "96.00.89.00.%02llX", value("vbios", d->gpu, 1))
TEXT(nvmlDeviceGetInforomImageVersion, "G520.0200.00.%02llu", value("inforom", d->gpu, 5))
TEXT(nvmlDeviceGetBoardPartNumber, "692-2G520-0200-000")

API result nvmlDeviceGetGspFirmwareVersion(device d, char *text) {
    REACH(d);
    strcpy(text, "580.95.05");
    return OK;
}

OPTIONAL(nvmlDeviceGetModuleId, "module")
NUMBER(nvmlDeviceGetMinorNumber, "minor", d->gpu)
NUMBER(nvmlDeviceGetBoardId, "board", bus(d->gpu) << 8)
NUMBER(nvmlDeviceGetMultiGpuBoard, "multi_gpu_board", 0)
NUMBER(nvmlDeviceGetBrand, "brand", 14)
NUMBER(nvmlDeviceGetArchitecture, "architecture", 9)
NUMBER(nvmlDeviceGetNumGpuCores, "cores", 16896)
NUMBER(nvmlDeviceGetMemoryBusWidth, "memory_bus_width", 5120)
NUMBER(nvmlDeviceGetNumaNodeId, "numa_node", d->gpu / 4)
NUMBER(nvmlDeviceGetDisplayMode, "display_mode", 0)
NUMBER(nvmlDeviceGetDisplayActive, "display_active", 0)
NUMBER(nvmlDeviceGetPersistenceMode, "persistence", 1)
NUMBER(nvmlDeviceGetComputeMode, "compute_mode", 0)

API result nvmlDeviceGetCudaComputeCapability(device d, int *major, int *minor) {
    REACH_ANY(d);
    *major = 9;
    *minor = 0;
    return OK;
}

API result nvmlDeviceGetTopologyCommonAncestor(device d, device other, unsigned *level) {
    REACH(d);
    if (!other) return INVALID_ARGUMENT;
    *level = d->gpu == other->gpu ? 0 : d->gpu / 4 == other->gpu / 4 ? 40 : 50;
    return OK;
}
