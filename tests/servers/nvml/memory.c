/* Memory: how much, what is broken in it, and what was mended. */
#include "library.h"

typedef struct { u64 total, free, used; } memory;
typedef struct { unsigned version; u64 total, reserved, free, used; } memory_v2;
AS_DECLARED(memory, SIZE_OF_MEMORY);
AS_DECLARED(memory_v2, SIZE_OF_MEMORY_V2);

static u64 of_instance(device d, const char *name, u64 otherwise) {
    told(joined(numbered(named("mig"), '.', d->instance - 1), name), d->gpu, &otherwise);
    return otherwise;
}

static memory_v2 memory_of(device d) {
    memory_v2 m = { .version = VERSION(memory_v2, 2u) };
    if (d->instance) {
        m.total = of_instance(d, ".memory_total", 9856ull << 20);
        m.used = of_instance(d, ".memory_used", 1 * GIB);
    } else {
        m.total = value("memory_total", d->gpu, 80 * GIB);
        m.reserved = value("memory_reserved", d->gpu, 1 * GIB);
        m.used = value("memory_used", d->gpu, 20 * GIB);
    }
    m.free = m.total - m.reserved - m.used;
    return m;
}

/* The older call counts what is reserved as used. */
API result nvmlDeviceGetMemoryInfo(device d, memory *m) {
    REACH_ANY(d);
    memory_v2 its = memory_of(d);
    m->total = its.total;
    m->used = d->instance ? its.used : value("memory_used_v1", d->gpu, 21 * GIB);
    m->free = m->total - m->used;
    return OK;
}

API result nvmlDeviceGetMemoryInfo_v2(device d, memory_v2 *m) {
    REACH_ANY(d);
    if (m->version != VERSION(memory_v2, 2u)) return VERSION_MISMATCH;
    *m = memory_of(d);
    return OK;
}

API result nvmlDeviceGetBAR1MemoryInfo(device d, memory *m) {
    REACH_ANY(d);
    m->total = d->instance ? 16 * GIB : value("bar1_total", d->gpu, 128 * GIB);
    m->used = d->instance ? 1ull << 20 : value("bar1_used", d->gpu, 6ull << 20);
    m->free = m->total - m->used;
    return OK;
}

/* -- errors that ECC saw; corrected 0, uncorrected 1; volatile 0, aggregate 1 -- */

API result nvmlDeviceGetEccMode(device d, unsigned *now, unsigned *next) {
    REACH(d);
    *now = (unsigned)field(d->gpu, 1, 0);
    *next = (unsigned)field(d->gpu, 2, 0);
    return OK;
}

NUMBER(nvmlDeviceGetDefaultEccMode, "ecc_default", 1)

API result nvmlDeviceGetTotalEccErrors(device d, unsigned type, unsigned counter, u64 *count) {
    REACH_ANY(d);
    if (type > 1 || counter > 1) return INVALID_ARGUMENT;
    *count = field(d->gpu, 3 + 2 * counter + type, 0);
    return OK;
}

enum { DRAM = 2, SRAM = 7, LOCATIONS = 8 };

/* ecc.<type>.<counter>.<location>; what is not set of the DRAM is what the fields say. */
API result nvmlDeviceGetMemoryErrorCounter(
    device d, unsigned type, unsigned counter, unsigned location, u64 *count
) {
    REACH(d);
    if (type > 1 || counter > 1 || location >= LOCATIONS) return INVALID_ARGUMENT;
    u64 name = numbered(numbered(named("ecc"), '.', type), '.', counter);
    if (told(numbered(name, '.', location), d->gpu, count)) return OK;
    if (location != DRAM && location != SRAM) return NOT_SUPPORTED;
    *count = location == DRAM ? field(d->gpu, (counter ? 22 : 11) + type, 0) : 0;
    return OK;
}

/* sram.<n>: the counters in the order in which NVML declares them. */
typedef struct { unsigned version; u64 counters[11]; unsigned threshold_exceeded; } sram_status;
AS_DECLARED(sram_status, SIZE_OF_SRAM_STATUS);

API result nvmlDeviceGetSramEccErrorStatus(device d, sram_status *s) {
    REACH(d);
    if (s->version != VERSION(sram_status, 1u)) return VERSION_MISMATCH;
    for (unsigned i = 0; i < 11; i++) {
        s->counters[i] = 0;
        told(numbered(named("sram"), '.', i), d->gpu, &s->counters[i]);
    }
    s->threshold_exceeded = (unsigned)value("sram.threshold_exceeded", d->gpu, 0);
    return OK;
}

/* -- rows that were remapped; a GPU that is divided does not say -- */

API result nvmlDeviceGetRemappedRows(
    device d, unsigned *corrected, unsigned *uncorrected, unsigned *pending, unsigned *failed
) {
    REACH(d);
    if (instances(d->gpu)) return NOT_SUPPORTED;
    *corrected = (unsigned)field(d->gpu, 142, 0);
    *uncorrected = (unsigned)field(d->gpu, 143, 0);
    *pending = (unsigned)field(d->gpu, 144, 0);
    *failed = (unsigned)field(d->gpu, 145, 0);
    return OK;
}

typedef struct { unsigned full, high, partial, low, none; } spares;
AS_DECLARED(spares, SIZE_OF_SPARES);

API result nvmlDeviceGetRowRemapperHistogram(device d, spares *s) {
    REACH(d);
    s->high = (unsigned)value("banks.high", d->gpu, field(d->gpu, 142, 0) + field(d->gpu, 143, 0));
    s->partial = (unsigned)value("banks.partial", d->gpu, 0);
    s->low = (unsigned)value("banks.low", d->gpu, 0);
    s->none = (unsigned)value("banks.none", d->gpu, 0);
    unsigned used = s->high + s->partial + s->low + s->none;
    s->full = (unsigned)value("banks.full", d->gpu, 2560 - used);
    return OK;
}

/* -- pages that were retired, before there were rows to remap: as many as fields 29 and 30 say -- */

API result nvmlDeviceGetRetiredPages(device d, unsigned cause, unsigned *count, u64 *pages) {
    unsigned type, room = *count;
    u64 retired;
    REACH(d);
    if (cause > 1) return INVALID_ARGUMENT;
    CHECK(field_of(d->gpu, 29 + cause, 0, &type, &retired));
    *count = (unsigned)retired;
    if (retired > room) return INSUFFICIENT_SIZE;
    for (unsigned i = 0; i < retired; i++) pages[i] = 0x10000ull * (i + 1);
    return OK;
}

FIELD(nvmlDeviceGetRetiredPagesPendingStatus, 31)

typedef struct { unsigned version, channels, tpcs; } repairs;
AS_DECLARED(repairs, SIZE_OF_REPAIRS);

API result nvmlDeviceGetRepairStatus(device d, repairs *r) {
    REACH(d);
    r->channels = (unsigned)value("repair.channels", d->gpu, 0);
    r->tpcs = (unsigned)value("repair.tpcs", d->gpu, 0);
    return OK;
}
