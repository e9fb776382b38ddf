/* Who computes on a GPU: process.<n>:<gpu> is a pid, process.<n>.memory:<gpu> its bytes.
 *
 * graphics.<n> and mps.<n> are likewise; process.<n>.instance is the MIG instance that it runs on,
 * process.<n>.sm the share of the SMs that it keeps busy, in %.
 */
#include <time.h>

#include "library.h"

#define MOST 256

typedef struct { unsigned pid; u64 memory; unsigned gpu_instance, compute_instance; } process;
AS_DECLARED(process, SIZE_OF_PROCESS);

static u64 nth(const char *kind, unsigned n) { return numbered(named(kind), '.', n); }

static unsigned gather(device d, const char *kind, process *its) {
    unsigned count = 0;
    u64 pid, instance, memory;
    for (unsigned n = 0; n < MOST && told(nth(kind, n), d->gpu, &pid); n++) {
        instance = NO_INSTANCE, memory = GIB;
        told(joined(nth(kind, n), ".instance"), d->gpu, &instance);
        told(joined(nth(kind, n), ".memory"), d->gpu, &memory);
        if (d->instance && instance != d->instance + 6) continue;
        unsigned compute = instance == NO_INSTANCE ? NO_INSTANCE : 0;
        its[count++] = (process){ (unsigned)pid, memory, (unsigned)instance, compute };
    }
    return count;
}

/* As NVML does: where the room is too little, it says how much would do. */
static result list(device d, const char *kind, unsigned *count, process *room) {
    process its[MOST];
    unsigned there = gather(d, kind, its), size = *count;
    *count = there;
    if (there > size || (there && !room)) return INSUFFICIENT_SIZE;
    for (unsigned i = 0; i < there; i++) room[i] = its[i];
    return OK;
}

#define LIST(function, kind) \
    API result function(device d, unsigned *count, process *room) { \
        REACH_ANY(d); \
        return list(d, kind, count, room); \
    }

LIST(nvmlDeviceGetComputeRunningProcesses_v2, "process")
LIST(nvmlDeviceGetComputeRunningProcesses_v3, "process")
LIST(nvmlDeviceGetGraphicsRunningProcesses_v2, "graphics")
LIST(nvmlDeviceGetGraphicsRunningProcesses_v3, "graphics")
LIST(nvmlDeviceGetMPSComputeRunningProcesses_v2, "mps")
LIST(nvmlDeviceGetMPSComputeRunningProcesses_v3, "mps")

typedef struct { unsigned pid; u64 at; unsigned sm, memory, encoder, decoder; } share;
AS_DECLARED(share, SIZE_OF_SHARE);

API result nvmlDeviceGetProcessUtilization(device d, share *room, unsigned *count, u64 since) {
    unsigned there = 0, size = *count;
    u64 pid, sm, now = microseconds(CLOCK_REALTIME);
    REACH(d);
    for (unsigned n = 0; n < MOST && told(nth("process", n), d->gpu, &pid); n++) {
        if (now <= since || !told(joined(nth("process", n), ".sm"), d->gpu, &sm)) continue;
        if (room && there < size) room[there] = (share){ (unsigned)pid, now, (unsigned)sm, 0, 0, 0 };
        there++;
    }
    *count = there;
    if (!there) return NOT_FOUND;
    return there > size || !room ? INSUFFICIENT_SIZE : OK;
}
