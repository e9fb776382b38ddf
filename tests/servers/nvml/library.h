/* A library of ours with the ABI of libnvidia-ml.so.1, for nodes that have no GPU.
 *
 * It says what an H100 SXM says, but for what the control table says otherwise; nvml_library.py
 * writes that table while the library is in use. A name in it may end in ":<gpu>" to speak of one
 * GPU alone:
 *
 *   gpus                          how many there are
 *   lost:3                        it fell off the bus; NVML sees it again only after a restart
 *   hang.<function>:3             the call does not return while this stands
 *   latency.<function>:3          microseconds that the call takes
 *   error.<function>:3            the call fails with this code; of all three, "*" is every call
 *   temperature:3, power_usage …  values, in NVML's own units; the C sources name them
 *   <value>.rate:3                by how much the value grows each second since this was set
 *   field.230:3, field.165.4:3    a field, for all its scopes or for one (here: NVLink 4)
 *   field_error.230:3             this field of a batch fails with this code
 *   event.0:3, event_type.0, events   what to deliver, in order, each on its GPU
 *   mig.count:3, process.0:3, gpm.2   parts, processes, profiling; see the file of that name
 *
 * Structures are as nvidia-ml-py declares them; the SIZE_OF_… that it is built with are its own.
 */
#ifndef THIRDSHIFT_NVML_LIBRARY_H
#define THIRDSHIFT_NVML_LIBRARY_H

#include <stdio.h>
#include <string.h>

#define API __attribute__((visibility("default")))
#define MOST_GPUS 64
#define NO_GPU MOST_GPUS
#define MOST_INSTANCES 7
#define LINKS 18
#define ALL_LINKS 0xffffffffu
#define NO_INSTANCE 0xffffffffu
#define GIB (1ull << 30)

enum {
    OK = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6,
    INSUFFICIENT_SIZE = 7, TIMEOUT = 10, LOST = 15, NO_DATA = 21, VERSION_MISMATCH = 25,
};

typedef int result;
typedef unsigned long long u64;

#define AS_DECLARED(type, size) _Static_assert(sizeof(type) == (size), #type)
#define VERSION(type, number) (sizeof(type) | (number) << 24)

typedef struct {
    char legacy[16];
    unsigned domain, bus, slot, device, subsystem;
    char address[32];
} pci;
AS_DECLARED(pci, SIZE_OF_PCI);

/* A handle: a GPU, or, where `instance` is not 0, the MIG device of that number on it. */
typedef struct card { unsigned gpu, instance; int lost; u64 watched; } *device;

/* -- control.c: the names that stand in the table, each known by its hash -- */

u64 named(const char *text);
u64 joined(u64 name, const char *text);
u64 numbered(u64 name, char mark, u64 number);
int stands(u64 name, u64 *number);
int told(u64 name, unsigned gpu, u64 *number);
u64 grown(u64 name, unsigned gpu);
u64 value(const char *name, unsigned gpu, u64 otherwise);
u64 microseconds(int clock);
void take(u64 microseconds);
void await_change(u64 microseconds);
void await_no_more(void);

/* -- cards.c and mig.c -- */

extern struct card devices[MOST_GPUS];
extern unsigned found[MOST_GPUS], found_count;
extern int users;
unsigned instances(unsigned gpu);
device mig_device(unsigned gpu, unsigned index);

/* -- fields.c: most of what other calls say is a field too, and is said once -- */

enum { WORD = 1, WIDE = 3, SIGNED = 5 };
result field_of(unsigned gpu, unsigned id, unsigned scope, unsigned *type, u64 *number);
u64 field(unsigned gpu, unsigned id, unsigned scope);

/* -- what comes before every call -- */

result enter(const char *function, unsigned gpu);
result reach(device d, const char *function);
result reach_any(device d, const char *function);

#define CHECK(found) do { result r_ = found; if (r_) return r_; } while (0)
#define ENTER() CHECK(enter(__func__, NO_GPU))
#define REACH(d) CHECK(reach(d, __func__))
#define REACH_ANY(d) CHECK(reach_any(d, __func__)) /* a MIG device will do */

/* -- the shapes that most calls have -- */

#define NUMBER(function, name, otherwise) \
    API result function(device d, unsigned *number) { \
        REACH(d); \
        *number = (unsigned)value(name, d->gpu, otherwise); \
        return OK; \
    }

/* What an H100 SXM does not have. */
#define OPTIONAL(function, name) \
    API result function(device d, unsigned *number) { \
        u64 its; \
        REACH(d); \
        if (!told(named(name), d->gpu, &its)) return NOT_SUPPORTED; \
        *number = (unsigned)its; \
        return OK; \
    }

#define FIELD(function, id) \
    API result function(device d, unsigned *number) { \
        unsigned type; \
        u64 its; \
        REACH(d); \
        CHECK(field_of(d->gpu, id, 0, &type, &its)); \
        *number = (unsigned)its; \
        return OK; \
    }

#define TEXT(function, ...) \
    API result function(device d, char *text, unsigned size) { \
        REACH(d); \
        snprintf(text, size, __VA_ARGS__); \
        return OK; \
    }

/* What pynvml looks up and no source here has. */
#define ABSENT(function) \
    __attribute__((weak)) API result function(void) { \
        ENTER(); \
        return NOT_SUPPORTED; \
    }

#endif
