/* Profiling metrics: what happened between two samples. gpm.<metric> is in thousandths. */
#include <stdlib.h>
#include <time.h>

#include "library.h"

typedef struct { unsigned gpu; u64 at; } *sample;
typedef struct { unsigned id; result code; double value; const char *names[3]; } metric;
typedef struct { unsigned version, count; sample first, second; metric metrics[GPM_METRICS]; } query;
typedef struct { unsigned version, supported; } support;
AS_DECLARED(query, SIZE_OF_GPM_QUERY);
AS_DECLARED(support, SIZE_OF_GPM_SUPPORT);

static const struct { unsigned first, last; u64 otherwise; } known[] = {
    { 1, 1, 98000 },            /* graphics engine busy, in % as the next ones */
    { 2, 2, 91500 },            /* SMs busy */
    { 3, 3, 44250 },            /* warps */
    { 4, 4, 12000 },            /* integer */
    { 5, 5, 61750 },            /* tensor cores: any, then by kind */
    { 6, 6, 0 },
    { 7, 7, 61750 },
    { 8, 9, 0 },
    { 10, 10, 42125 },          /* DRAM bandwidth */
    { 11, 11, 0 },              /* FP64, FP32, FP16 */
    { 12, 12, 14000 },
    { 13, 13, 2000 },
    { 20, 21, 46875 },          /* PCIe sent, received, in MiB/s as the next ones */
    { 30, 36, 0 },              /* video decoders, JPEG engines, optical flow, in % */
    { 40, 46, 0 },
    { 50, 50, 0 },
    { 60, 61, LINKS * 12000000ull }, /* NVLink received, sent: all links, then each */
    { 62, 97, 12000000 },
};

API result nvmlGpmQueryDeviceSupport(device d, support *s) {
    REACH(d);
    if (s->version != 1) return VERSION_MISMATCH;
    s->supported = (unsigned)value("gpm.supported", d->gpu, 1);
    return OK;
}

API result nvmlGpmSampleAlloc(sample *s) {
    ENTER();
    *s = calloc(1, sizeof **s);
    return OK;
}

API result nvmlGpmSampleFree(sample s) {
    ENTER();
    free(s);
    return OK;
}

API result nvmlGpmSampleGet(device d, sample s) {
    REACH(d);
    if (!s) return INVALID_ARGUMENT;
    if (!value("gpm.supported", d->gpu, 1)) return NOT_SUPPORTED;
    s->gpu = d->gpu;
    s->at = microseconds(CLOCK_MONOTONIC);
    return OK;
}

static void measure(unsigned gpu, metric *m) {
    u64 number;
    int stands = told(numbered(named("gpm"), '.', m->id), gpu, &number);
    for (unsigned i = 0; !stands && i < sizeof known / sizeof *known; i++) {
        if (m->id < known[i].first || m->id > known[i].last) continue;
        number = known[i].otherwise;
        stands = 1;
    }
    m->code = stands ? OK : NOT_SUPPORTED;
    m->value = stands ? (double)number / 1000 : 0;
    m->names[0] = m->names[1] = m->names[2] = NULL;
}

API result nvmlGpmMetricsGet(query *q) {
    if (!q || !q->first || !q->second || q->count > GPM_METRICS) return INVALID_ARGUMENT;
    if (q->version != 1) return VERSION_MISMATCH;
    sample first = q->first, second = q->second;
    CHECK(reach(&devices[second->gpu], __func__));
    if (first->gpu != second->gpu || !first->at || first->at >= second->at) return INVALID_ARGUMENT;
    for (unsigned i = 0; i < q->count; i++) measure(second->gpu, &q->metrics[i]);
    return OK;
}
