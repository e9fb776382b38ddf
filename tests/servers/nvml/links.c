/* What joins GPUs to each other and to the host: NVLink, its fabric, PCIe. */
#include "library.h"

#define LINK_FIELD(function, id) \
    API result function(device d, unsigned link, unsigned *number) { \
        unsigned type; \
        u64 its; \
        REACH(d); \
        if (link >= LINKS) return INVALID_ARGUMENT; \
        CHECK(field_of(d->gpu, id, link, &type, &its)); \
        *number = (unsigned)its; \
        return OK; \
    }

LINK_FIELD(nvmlDeviceGetNvLinkState, 165)
LINK_FIELD(nvmlDeviceGetNvLinkVersion, 166)

/* Replays, recoveries, CRC errors, then two kinds that this generation counts elsewhere. */
API result nvmlDeviceGetNvLinkErrorCounter(device d, unsigned link, unsigned counter, u64 *count) {
    unsigned type;
    REACH(d);
    if (link >= LINKS || counter > 4) return INVALID_ARGUMENT;
    *count = 0;
    return counter > 2 ? OK : field_of(d->gpu, 161 + counter, link, &type, count);
}

API result nvmlDeviceGetNvLinkCapability(
    device d, unsigned link, unsigned capability, unsigned *can
) {
    REACH(d);
    if (link >= LINKS || capability > 5) return INVALID_ARGUMENT;
    *can = capability != 4; /* no SLI bridge */
    return OK;
}

/* Four switches, which share the links. */
API result nvmlDeviceGetNvLinkRemotePciInfo_v2(device d, unsigned link, pci *p) {
    REACH(d);
    if (link >= LINKS) return INVALID_ARGUMENT;
    memset(p, 0, sizeof *p);
    p->bus = 5 + link % 4;
    p->device = 0x22a310de;
    snprintf(p->legacy, sizeof p->legacy, "0000:%02X:00.0", p->bus & 0xff);
    snprintf(p->address, sizeof p->address, "00000000:%02X:00.0", p->bus);
    return OK;
}

API result nvmlDeviceGetNvLinkRemoteDeviceType(device d, unsigned link, unsigned *type) {
    REACH(d);
    if (link >= LINKS) return INVALID_ARGUMENT;
    *type = (unsigned)value("nvlink_remote", d->gpu, 2); /* a switch */
    return OK;
}

/* -- the fabric -- */

typedef struct { unsigned char cluster[16]; result status; unsigned clique, state; } fabric;
typedef struct { unsigned version; fabric its; unsigned health; } fabric_v2;
typedef struct { unsigned version; fabric its; unsigned health; unsigned char summary; } fabric_v3;
AS_DECLARED(fabric, SIZE_OF_FABRIC);
AS_DECLARED(fabric_v2, SIZE_OF_FABRIC_V2);
AS_DECLARED(fabric_v3, SIZE_OF_FABRIC_V3);

static fabric fabric_of(unsigned gpu) {
    fabric f = { .status = (result)value("fabric.status", gpu, OK) };
    u64 cluster = value("fabric.cluster", gpu, 0);
    for (int i = 15; i >= 8; i--, cluster >>= 8) f.cluster[i] = (unsigned char)cluster;
    f.clique = (unsigned)value("fabric.clique", gpu, 0);
    f.state = (unsigned)value("fabric.state", gpu, 3);
    return f;
}

API result nvmlDeviceGetGpuFabricInfo(device d, fabric *f) {
    REACH(d);
    *f = fabric_of(d->gpu);
    return OK;
}

API result nvmlDeviceGetGpuFabricInfoV(device d, fabric_v3 *f) {
    REACH(d);
    int third = f->version == VERSION(fabric_v3, 3u);
    if (!third && f->version != VERSION(fabric_v2, 2u)) return VERSION_MISMATCH;
    f->its = fabric_of(d->gpu);
    f->health = (unsigned)value("fabric.health", d->gpu, 0);
    if (third) f->summary = (unsigned char)value("fabric.summary", d->gpu, 0);
    return OK;
}

/* -- PCIe -- */

NUMBER(nvmlDeviceGetCurrPcieLinkGeneration, "pcie_generation", 5)
NUMBER(nvmlDeviceGetMaxPcieLinkGeneration, "pcie_generation_max", 5)
NUMBER(nvmlDeviceGetGpuMaxPcieLinkGeneration, "pcie_generation_max", 5)
NUMBER(nvmlDeviceGetCurrPcieLinkWidth, "pcie_width", 16)
NUMBER(nvmlDeviceGetMaxPcieLinkWidth, "pcie_width_max", 16)
NUMBER(nvmlDeviceGetPcieSpeed, "pcie_speed", 32000)
FIELD(nvmlDeviceGetPcieReplayCounter, 94)

/* In KB/s, sent 0, received 1; NVML counts for 20 ms before it answers, and so does this. */
API result nvmlDeviceGetPcieThroughput(device d, unsigned direction, unsigned *rate) {
    REACH(d);
    if (direction > 1) return INVALID_ARGUMENT;
    take(value("pcie_window", d->gpu, 20000));
    *rate = (unsigned)value(direction ? "pcie_received" : "pcie_sent", d->gpu, 48000);
    return OK;
}
