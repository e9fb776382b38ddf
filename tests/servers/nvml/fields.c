/* The values that come in batches. What no line of the table has is not supported until it is set. */
#include <time.h>

#include "library.h"

typedef struct {
    unsigned id, scope;
    long long timestamp, latency;
    unsigned type;
    result code;
    union { double real; int whole; unsigned word; u64 wide; } value;
} field_value;
AS_DECLARED(field_value, SIZE_OF_FIELD);

enum { CARD, LINK };

static const struct { unsigned first, last, type, scope; u64 otherwise; } known[] = {
    { 1, 2, WORD, CARD, 1 },           /* ECC on, now and next */
    { 3, 4, WIDE, CARD, 0 },           /* ECC errors since the driver was loaded … */
    { 5, 5, WIDE, CARD, 12 },          /* … and ever: corrected */
    { 6, 6, WIDE, CARD, 1 },           /* uncorrected */
    { 11, 12, WIDE, CARD, 0 },         /* the same of the DRAM alone */
    { 22, 22, WIDE, CARD, 12 },
    { 23, 23, WIDE, CARD, 1 },
    { 74, 81, WIDE, CARD, 0 },         /* ns held back, by policy */
    { 82, 82, WORD, CARD, 61 },        /* memory temperature */
    { 83, 83, WIDE, CARD, 123456789 }, /* energy */
    { 84, 90, WORD, CARD, 26562 },     /* NVLink's speed in MB/s, links 0 to 5 and common */
    { 91, 91, WORD, CARD, LINKS },
    { 94, 94, WORD, CARD, 9 },         /* PCIe replays */
    { 95, 95, WORD, CARD, 0 },
    { 132, 137, WORD, CARD, 26562 },   /* links 6 to 11 */
    { 138, 139, WIDE, LINK, 4096000 }, /* KiB of data sent, received */
    { 140, 141, WIDE, LINK, 4505600 }, /* the same with the protocol's own */
    { 142, 142, WORD, CARD, 0 },       /* remapped rows: corrected, uncorrected, pending, failed */
    { 143, 143, WORD, CARD, 2 },
    { 144, 145, WORD, CARD, 0 },
    { 147, 147, WORD, CARD, LINKS },   /* links to a switch */
    { 161, 163, WIDE, LINK, 0 },       /* replays, recoveries, CRC errors */
    { 164, 164, WORD, LINK, 26562 },
    { 165, 165, WORD, LINK, 1 },       /* active */
    { 166, 166, WORD, LINK, 6 },       /* NVLink 4.0 */
    { 167, 167, WORD, LINK, 0 },       /* at full power */
    { 169, 169, WORD, CARD, 0 },       /* PCIe: fell back to recovery */
    { 173, 183, WORD, CARD, 0 },       /* PCIe's error counters */
    { 184, 184, WORD, CARD, 1 },
    { 185, 185, WORD, CARD, 342500 },  /* power: average, instant, least, most, default, current */
    { 186, 186, WORD, CARD, 338000 },
    { 187, 187, WORD, CARD, 200000 },
    { 188, 190, WORD, CARD, 700000 },
    { 192, 192, WORD, CARD, 700000 },  /* requested */
    { 193, 193, SIGNED, CARD, -8 },    /* °C beyond the limit: shutdown, slowdown, memory, GPU */
    { 194, 194, SIGNED, CARD, -2 },
    { 195, 196, SIGNED, CARD, 0 },
    { 197, 198, WIDE, CARD, 987654321 }, /* PCIe bytes sent, received */
    { 199, 199, WORD, CARD, 1 },
    { 230, 230, WORD, CARD, 0 },       /* recovery action: none */
    { 269, 271, WIDE, CARD, 0 },       /* ns held back by heat and by the power brake */
};

/* Totals of an older kind, of all links: CRC errors, replays, recoveries. */
static const struct { unsigned total, each; } totals[] = { { 38, 163 }, { 52, 161 }, { 59, 162 } };

static result sum(unsigned gpu, unsigned each, unsigned *type, u64 *number) {
    u64 one;
    *number = 0;
    for (unsigned link = 0; link < LINKS; link++) {
        CHECK(field_of(gpu, each, link, type, &one));
        *number += one;
    }
    return OK;
}

static result supported(unsigned gpu, unsigned id, unsigned scope, unsigned *type, u64 *number) {
    u64 name = numbered(named("field"), '.', id), scoped = numbered(name, '.', scope);
    int stands = told(scoped, gpu, number), known_here = 0, one_scope = 0;
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        if (id < known[i].first || id > known[i].last) continue;
        if (known[i].scope == LINK && scope >= LINKS) return INVALID_ARGUMENT;
        one_scope = known[i].scope == CARD && scope;
        *type = known[i].type;
        if (!stands && !one_scope) *number = known[i].otherwise;
        known_here = !one_scope;
    }
    if (!stands && !one_scope) stands = told(name, gpu, number);
    if (!stands && !known_here) return NOT_SUPPORTED;
    u64 growth = grown(scoped, gpu);
    *number += growth ? growth : one_scope ? 0 : grown(name, gpu);
    return OK;
}

/* Rows that were remapped are not told while the GPU is divided. */
static int hidden(unsigned gpu, unsigned id) { return id >= 142 && id <= 145 && instances(gpu); }

result field_of(unsigned gpu, unsigned id, unsigned scope, unsigned *type, u64 *number) {
    u64 failing = numbered(named("field_error"), '.', id), code;
    if (told(numbered(failing, '.', scope), gpu, &code) || told(failing, gpu, &code))
        return (result)code;
    if (hidden(gpu, id)) return NOT_SUPPORTED;
    *type = WIDE;
    if (id >= 138 && id <= 141 && scope == ALL_LINKS) return sum(gpu, id, type, number);
    result outcome = supported(gpu, id, scope, type, number);
    for (unsigned i = 0; i < sizeof totals / sizeof *totals; i++)
        if (outcome == NOT_SUPPORTED && id == totals[i].total)
            return sum(gpu, totals[i].each, type, number);
    return outcome;
}

u64 field(unsigned gpu, unsigned id, unsigned scope) {
    unsigned type;
    u64 number = 0;
    return field_of(gpu, id, scope, &type, &number) == OK ? number : 0;
}

static void fill(device d, field_value *f) {
    u64 number = 0;
    f->code = field_of(d->gpu, f->id, f->scope, &f->type, &number);
    f->value.wide = 0;
    if (f->type == WIDE) f->value.wide = number;
    else f->value.word = (unsigned)number;
}

API result nvmlDeviceGetFieldValues(device d, int count, field_value *fields) {
    u64 began = microseconds(CLOCK_REALTIME);
    REACH(d);
    if (count < 1 || !fields) return INVALID_ARGUMENT;
    for (int i = 0; i < count; i++) fill(d, &fields[i]);
    u64 ended = microseconds(CLOCK_REALTIME);
    for (int i = 0; i < count; i++) {
        fields[i].timestamp = (long long)ended;
        fields[i].latency = (long long)(ended - began) / count;
    }
    return OK;
}
