/* The control table: a file in shared memory that the test writes and every call reads anew.
 *
 * A name is known by its FNV-1a hash alone, so that looking it up builds no text and makes no
 * system call. What the writer set before a call began, the call sees.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "library.h"

typedef struct { u64 name, number, set_at, stands; } slot;
AS_DECLARED(slot, SIZE_OF_SLOT);
_Static_assert((SLOTS & (SLOTS - 1)) == 0, "a power of two");

static const volatile slot *table;
static int changes = -1;

__attribute__((constructor)) static void attach(void) {
    const char *path = getenv("THIRDSHIFT_NVML");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *at = mmap(NULL, SLOTS * sizeof(slot), PROT_READ, MAP_SHARED, file, 0);
    if (at != MAP_FAILED) table = at;
    close(file);
}

/* -- names -- */

static u64 mixed(u64 name, unsigned char byte) { return (name ^ byte) * 0x100000001b3ull; }

u64 joined(u64 name, const char *text) {
    while (*text) name = mixed(name, (unsigned char)*text++);
    return name;
}

u64 named(const char *text) { return joined(0xcbf29ce484222325ull, text); }

u64 numbered(u64 name, char mark, u64 number) {
    char digits[20];
    int count = 0;
    do digits[count++] = (char)('0' + number % 10); while (number /= 10);
    name = mixed(name, (unsigned char)mark);
    while (count) name = mixed(name, (unsigned char)digits[--count]);
    return name;
}

/* -- what stands in the table -- */

static const volatile slot *standing(u64 name) {
    if (!table) return NULL;
    for (unsigned i = 0; i < SLOTS; i++) {
        const volatile slot *one = &table[(name + i) & (SLOTS - 1)];
        if (!one->name) return NULL;
        if (one->name == name) return __atomic_load_n(&one->stands, __ATOMIC_ACQUIRE) ? one : NULL;
    }
    return NULL;
}

int stands(u64 name, u64 *number) {
    const volatile slot *one = standing(name);
    if (one) *number = one->number;
    return one != NULL;
}

int told(u64 name, unsigned gpu, u64 *number) {
    return stands(numbered(name, ':', gpu), number) || stands(name, number);
}

u64 grown(u64 name, unsigned gpu) {
    u64 rated = joined(name, ".rate");
    const volatile slot *rate = standing(numbered(rated, ':', gpu));
    if (!rate) rate = standing(rated);
    if (!rate) return 0;
    u64 since = microseconds(CLOCK_MONOTONIC) - rate->set_at / 1000;
    return (u64)((unsigned __int128)rate->number * since / 1000000);
}

u64 value(const char *name, unsigned gpu, u64 otherwise) {
    told(named(name), gpu, &otherwise);
    return otherwise + grown(named(name), gpu);
}

/* -- time -- */

u64 microseconds(int clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (u64)now.tv_sec * 1000000 + (u64)now.tv_nsec / 1000;
}

void take(u64 span) {
    struct timespec nap = { (time_t)(span / 1000000), (long)(span % 1000000) * 1000 };
    u64 end = microseconds(CLOCK_MONOTONIC) + span;
    if (span < 500) while (microseconds(CLOCK_MONOTONIC) < end) continue;
    else nanosleep(&nap, NULL);
}

/* Sleep until the table is written, as a driver's interrupt wakes who waits; at most so long. */
void await_change(u64 span) {
    char told_of[4096];
    if (changes < 0) {
        changes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        inotify_add_watch(changes, getenv("THIRDSHIFT_NVML"), IN_ATTRIB);
        span = 0; /* it may have been written before the watch stood */
    }
    if (changes < 0 && span > 5000) span = 5000;
    struct pollfd one = { .fd = changes, .events = POLLIN };
    poll(&one, 1, (int)((span + 999) / 1000));
    while (changes >= 0 && read(changes, told_of, sizeof told_of) > 0) continue;
}

void await_no_more(void) {
    if (changes >= 0) close(changes);
    changes = -1;
}

/* -- what comes before every call: it may hang, take its time, fail -- */

static int disturbed(const char *how, const char *function, unsigned gpu, u64 *number) {
    u64 name = named(how);
    return told(joined(name, function), gpu, number) || told(joined(name, "*"), gpu, number);
}

result enter(const char *function, unsigned gpu) {
    u64 number;
    while (disturbed("hang.", function, gpu, &number)) take(5000);
    if (disturbed("latency.", function, gpu, &number)) take(number);
    return disturbed("error.", function, gpu, &number) ? (result)number : OK;
}

result reach_any(device d, const char *function) {
    u64 gone;
    if (!users) return UNINITIALIZED;
    if (!d) return INVALID_ARGUMENT;
    device whole = &devices[d->gpu];
    if (told(named("lost"), d->gpu, &gone) && gone) whole->lost = 1;
    return whole->lost ? LOST : enter(function, d->gpu);
}

result reach(device d, const char *function) {
    CHECK(reach_any(d, function));
    return d->instance ? NOT_SUPPORTED : OK;
}
