/* A GPU that is divided: mig.count:<gpu> says into how many, each a 1g.10gb. */
#include "library.h"

static struct card parts[MOST_GPUS][MOST_INSTANCES];

unsigned instances(unsigned gpu) {
    u64 count = value("mig.count", gpu, 0);
    return (unsigned)(count < MOST_INSTANCES ? count : MOST_INSTANCES);
}

device mig_device(unsigned gpu, unsigned index) {
    parts[gpu][index].gpu = gpu;
    parts[gpu][index].instance = index + 1;
    return &parts[gpu][index];
}

API result nvmlDeviceGetMigMode(device d, unsigned *now, unsigned *next) {
    REACH(d);
    *now = (unsigned)value("mig.mode", d->gpu, instances(d->gpu) > 0);
    *next = (unsigned)value("mig.pending", d->gpu, *now);
    return OK;
}

NUMBER(nvmlDeviceGetMaxMigDeviceCount, "mig.most", MOST_INSTANCES)

API result nvmlDeviceGetMigDeviceHandleByIndex(device d, unsigned index, device *part) {
    REACH(d);
    if (index >= MOST_INSTANCES) return INVALID_ARGUMENT;
    if (index >= instances(d->gpu)) return NOT_FOUND;
    *part = mig_device(d->gpu, index);
    return OK;
}

API result nvmlDeviceGetDeviceHandleFromMigDeviceHandle(device d, device *whole) {
    REACH_ANY(d);
    if (!d->instance) return INVALID_ARGUMENT;
    *whole = &devices[d->gpu];
    return OK;
}

API result nvmlDeviceIsMigDeviceHandle(device d, unsigned *is) {
    REACH_ANY(d);
    *is = d->instance != 0;
    return OK;
}

API result nvmlDeviceGetGpuInstanceId(device d, unsigned *id) {
    REACH_ANY(d);
    if (!d->instance) return NOT_SUPPORTED;
    *id = d->instance + 6; /* the slices of this size are numbered 7 to 13 */
    return OK;
}

API result nvmlDeviceGetComputeInstanceId(device d, unsigned *id) {
    REACH_ANY(d);
    if (!d->instance) return NOT_SUPPORTED;
    *id = 0;
    return OK;
}

typedef struct {
    unsigned multiprocessors, copy_engines, decoders, encoders, jpeg_engines, optical_flow_engines;
    unsigned gpu_slices, compute_slices;
    u64 memory_mebibytes;
} attributes;
AS_DECLARED(attributes, SIZE_OF_ATTRIBUTES);

API result nvmlDeviceGetAttributes_v2(device d, attributes *a) {
    REACH_ANY(d);
    if (!d->instance) return NOT_SUPPORTED;
    *a = (attributes){ 16, 1, 1, 0, 1, 0, 1, 1, 9856 };
    return OK;
}
