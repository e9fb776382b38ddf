/* Events: event.<n>:<gpu> is the data of the nth, event_type.<n> its type where it is no XID. */
#include <time.h>

#include "library.h"

typedef struct set { u64 next; } *event_set;
typedef struct { device who; u64 type, data; unsigned gpu_instance, compute_instance; } event;
AS_DECLARED(event, SIZE_OF_EVENT);

enum { XID = 0x8, OF_A_HOPPER = 0xfe1b };

static struct set the_set;
static int hears; /* a process hears no event from before its first init */

void events_begin(void) {
    if (!hears) the_set.next = value("events", NO_GPU, 0);
    hears = 1;
}

API result nvmlDeviceGetSupportedEventTypes(device d, u64 *types) {
    REACH(d);
    *types = value("event_types", d->gpu, OF_A_HOPPER);
    return OK;
}

API result nvmlEventSetCreate(event_set *set) {
    ENTER();
    *set = &the_set;
    return users ? OK : UNINITIALIZED;
}

API result nvmlEventSetFree(event_set set) {
    (void)set;
    ENTER();
    for (unsigned gpu = 0; gpu < MOST_GPUS; gpu++) devices[gpu].watched = 0;
    await_no_more();
    return OK;
}

API result nvmlDeviceRegisterEvents(device d, u64 types, event_set set) {
    (void)set;
    REACH(d);
    if (types & ~value("event_types", d->gpu, OF_A_HOPPER)) return NOT_SUPPORTED;
    d->watched |= types;
    return OK;
}

/* As the driver does: a watched GPU that is lost ends every wait at once. */
static int any_lost(void) {
    u64 gone;
    for (unsigned i = 0; i < found_count; i++)
        if (devices[found[i]].watched && told(named("lost"), found[i], &gone) && gone) return 1;
    return 0;
}

static int came(u64 n, unsigned gpu, event *e) {
    u64 data, type = XID;
    if (!stands(numbered(numbered(named("event"), '.', n), ':', gpu), &data)) return 0;
    told(numbered(named("event_type"), '.', n), gpu, &type);
    *e = (event){ &devices[gpu], type, data, NO_INSTANCE, NO_INSTANCE };
    return 1;
}

static int next_event(event_set set, event *e) {
    while (set->next < value("events", NO_GPU, 0)) {
        u64 n = set->next++;
        for (unsigned gpu = 0; gpu < MOST_GPUS; gpu++)
            if (came(n, gpu, e) && devices[gpu].watched & e->type) return 1;
    }
    return 0;
}

API result nvmlEventSetWait_v2(event_set set, event *e, unsigned timeout_milliseconds) {
    u64 now = microseconds(CLOCK_MONOTONIC), end = now + timeout_milliseconds * 1000ull;
    ENTER();
    for (;; now = microseconds(CLOCK_MONOTONIC)) {
        if (!users) return UNINITIALIZED;
        if (next_event(set, e)) return OK;
        if (any_lost()) return LOST;
        if (now >= end) return TIMEOUT;
        await_change(end - now);
    }
}
