/* A library of ours with the ABI of libnvidia-ml.so.1, for nodes that have no GPU.
 *
 * What it says is read anew at every call from the file that THIRDSHIFT_NVML names, one
 * "key number" a line. A key may end in ":<gpu>" to speak of one GPU alone:
 *
 *   gpus 8                              how many there are
 *   lost:3 1                            it fell off the bus; NVML sees it again only after a restart
 *   error.<function>:3 15               the call fails with this code; error.*:3 is every call
 *   hang.<function>:3 1                 the call does not return while this line stands
 *   temperature:3 60, field.230:3 1, …  values, in NVML's own units; see below for the names
 *   field_error.230:3 3                 this field of a batch fails with this code
 *   events 2, event.0:3 79, event.1 …   XIDs to deliver, in order, each on its GPU
 *
 * Structures are as nvidia-ml-py declares them; the SIZE_OF_… that it is built with are its own.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define API __attribute__((visibility("default")))
#define MOST_GPUS 64
enum { OK = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, TIMEOUT = 10, LOST = 15 };

typedef int result;
typedef unsigned long long u64;
typedef struct card { unsigned gpu; int lost, watched; } *device;
typedef struct set { u64 next; } *event_set;

static struct card devices[MOST_GPUS];
static struct set the_set;
static unsigned found[MOST_GPUS], found_count;
static int users, hears; /* a process hears no event from before its first init */
static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;

/* -- the control file ------------------------------------------------------------------------ */

static int stands(const char *key, u64 *value) {
    const char *path = getenv("THIRDSHIFT_NVML");
    FILE *file = path ? fopen(path, "r") : NULL;
    char name[160];
    u64 number;
    int hit = 0;
    if (!file) return 0;
    while (!hit && fscanf(file, "%159s %llu", name, &number) == 2)
        if (strcmp(name, key) == 0) { *value = number; hit = 1; }
    fclose(file);
    return hit;
}

static int told(const char *name, unsigned gpu, u64 *value) {
    char key[160];
    snprintf(key, sizeof key, "%s:%u", name, gpu);
    return stands(key, value) || stands(name, value);
}

static u64 value(const char *name, unsigned gpu, u64 otherwise) {
    told(name, gpu, &otherwise);
    return otherwise;
}

static void nap(long milliseconds) {
    struct timespec span = { milliseconds / 1000, milliseconds % 1000 * 1000000 };
    nanosleep(&span, NULL);
}

/* What happens before every call: it may hang, it may fail. */
static result enter(const char *function, unsigned gpu) {
    char key[160];
    u64 code;
    snprintf(key, sizeof key, "hang.%s", function);
    while (told(key, gpu, &code)) nap(5);
    snprintf(key, sizeof key, "error.%s", function);
    return told(key, gpu, &code) || told("error.*", gpu, &code) ? (result)code : OK;
}

static result reach(device d, const char *function) {
    u64 gone;
    if (!users) return UNINITIALIZED;
    if (!d) return INVALID_ARGUMENT;
    if (told("lost", d->gpu, &gone) && gone) d->lost = 1;
    return d->lost ? LOST : enter(function, d->gpu);
}

#define AS_DECLARED(type, size) _Static_assert(sizeof(type) == (size), #type)
#define REACH(d) do { result r_ = reach(d, __func__); if (r_) return r_; } while (0)
#define ENTER() do { result r_ = enter(__func__, MOST_GPUS); if (r_) return r_; } while (0)

/* -- the library ------------------------------------------------------------------------------ */

static void enumerate(void) {
    u64 gone;
    unsigned gpus = (unsigned)value("gpus", MOST_GPUS, 8);
    found_count = 0;
    for (unsigned gpu = 0; gpu < gpus && gpu < MOST_GPUS; gpu++) {
        devices[gpu].gpu = gpu;
        devices[gpu].lost = devices[gpu].watched = 0;
        if (!(told("lost", gpu, &gone) && gone)) found[found_count++] = gpu;
    }
}

API result nvmlInitWithFlags(unsigned flags) {
    (void)flags;
    ENTER();
    pthread_mutex_lock(&starting);
    if (!hears) { the_set.next = value("events", MOST_GPUS, 0); hears = 1; }
    if (!users++) enumerate();
    pthread_mutex_unlock(&starting);
    return OK;
}

API result nvmlInit_v2(void) { return nvmlInitWithFlags(0); }

API result nvmlShutdown(void) {
    ENTER();
    pthread_mutex_lock(&starting);
    if (users) users--;
    pthread_mutex_unlock(&starting);
    return OK;
}

API const char *nvmlErrorString(result code) {
    return code == LOST ? "GPU is lost" : "an error of the test library";
}

API result nvmlSystemGetDriverVersion(char *text, unsigned size) {
    ENTER();
    snprintf(text, size, "580.95.05");
    return users ? OK : UNINITIALIZED;
}

API result nvmlSystemGetNVMLVersion(char *text, unsigned size) {
    snprintf(text, size, "13.580.95.05");
    return OK;
}

/* -- who is there ------------------------------------------------------------------------------ */

API result nvmlDeviceGetCount_v2(unsigned *count) {
    ENTER();
    *count = found_count;
    return users ? OK : UNINITIALIZED;
}

API result nvmlDeviceGetHandleByIndex_v2(unsigned index, device *d) {
    if (!users) return UNINITIALIZED;
    if (index >= found_count) return INVALID_ARGUMENT;
    *d = &devices[found[index]];
    return reach(*d, __func__);
}

API result nvmlDeviceGetIndex(device d, unsigned *index) { REACH(d); *index = d->gpu; return OK; }

API result nvmlDeviceGetUUID(device d, char *text, unsigned size) {
    REACH(d);
    snprintf(text, size, "GPU-%08x-0000-4000-8000-%012llx", d->gpu, value("card", d->gpu, 0));
    return OK;
}

API result nvmlDeviceGetSerial(device d, char *text, unsigned size) {
    REACH(d);
    snprintf(text, size, "16512300%05llu", d->gpu + 100 * value("card", d->gpu, 0));
    return OK;
}

API result nvmlDeviceGetName(device d, char *text, unsigned size) {
    REACH(d);
    snprintf(text, size, "NVIDIA H100 80GB HBM3");
    return OK;
}

API result nvmlDeviceGetModuleId(device d, unsigned *module) {
    u64 number;
    REACH(d);
    if (!told("module", d->gpu, &number)) return NOT_SUPPORTED;
    *module = (unsigned)number;
    return OK;
}

typedef struct {
    char legacy[16];
    unsigned domain, bus, slot, device, subsystem;
    char address[32];
} pci;
AS_DECLARED(pci, SIZE_OF_PCI);

API result nvmlDeviceGetPciInfo_v3(device d, pci *p) {
    REACH(d);
    memset(p, 0, sizeof *p);
    p->domain = (unsigned)value("domain", d->gpu, 0);
    p->bus = (unsigned)value("bus", d->gpu, 0x1b + 0x10 * d->gpu);
    p->device = 0x233010de;
    snprintf(p->legacy, sizeof p->legacy, "%04X:%02X:00.0", p->domain & 0xffff, p->bus & 0xff);
    snprintf(p->address, sizeof p->address, "%08X:%02X:00.0", p->domain, p->bus);
    return OK;
}

/* -- readings ---------------------------------------------------------------------------------- */

#define NUMBER(function, name, otherwise) \
    API result function(device d, unsigned *number) { \
        REACH(d); \
        *number = (unsigned)value(name, d->gpu, otherwise); \
        return OK; \
    }

NUMBER(nvmlDeviceGetPowerUsage, "power_usage", 341000)
NUMBER(nvmlDeviceGetEnforcedPowerLimit, "enforced_limit", 650000)
NUMBER(nvmlDeviceGetCurrPcieLinkGeneration, "pcie_generation", 5)
NUMBER(nvmlDeviceGetMaxPcieLinkGeneration, "pcie_generation_max", 5)
NUMBER(nvmlDeviceGetCurrPcieLinkWidth, "pcie_width", 16)
NUMBER(nvmlDeviceGetMaxPcieLinkWidth, "pcie_width_max", 16)

API result nvmlDeviceGetTemperature(device d, int sensor, unsigned *celsius) {
    (void)sensor;
    REACH(d);
    *celsius = (unsigned)value("temperature", d->gpu, 50 + d->gpu);
    return OK;
}

typedef struct { unsigned version; int sensor; int celsius; } temperature;
AS_DECLARED(temperature, SIZE_OF_TEMPERATURE);

API result nvmlDeviceGetTemperatureV(device d, temperature *t) {
    REACH(d);
    t->celsius = (int)value("temperature", d->gpu, 50 + d->gpu);
    return OK;
}

API result nvmlDeviceGetClockInfo(device d, int clock, unsigned *megahertz) {
    REACH(d);
    *megahertz = clock == 1 ? (unsigned)value("sm_clock", d->gpu, 1755)
                            : (unsigned)value("memory_clock", d->gpu, 2619);
    return OK;
}

typedef struct { unsigned gpu, memory; } utilisation;
AS_DECLARED(utilisation, SIZE_OF_UTILISATION);

API result nvmlDeviceGetUtilizationRates(device d, utilisation *u) {
    REACH(d);
    u->gpu = (unsigned)value("utilisation", d->gpu, 98);
    u->memory = 40;
    return OK;
}

typedef struct { u64 total, free, used; } memory;
typedef struct { unsigned version; u64 total, reserved, free, used; } memory_v2;
AS_DECLARED(memory_v2, SIZE_OF_MEMORY_V2);

API result nvmlDeviceGetMemoryInfo(device d, memory *m) {
    REACH(d);
    m->total = value("memory_total", d->gpu, 80ull << 30);
    m->used = value("memory_used_v1", d->gpu, 21ull << 30);
    m->free = m->total - m->used;
    return OK;
}

API result nvmlDeviceGetMemoryInfo_v2(device d, memory_v2 *m) {
    REACH(d);
    if (m->version != (sizeof *m | 2u << 24)) return 25;
    m->total = value("memory_total", d->gpu, 80ull << 30);
    m->reserved = 1ull << 30;
    m->used = value("memory_used", d->gpu, 20ull << 30);
    m->free = m->total - m->reserved - m->used;
    return OK;
}

API result nvmlDeviceGetCurrentClocksEventReasons(device d, u64 *bits) {
    REACH(d);
    *bits = value("throttle", d->gpu, 0);
    return OK;
}

API result nvmlDeviceGetCurrentClocksThrottleReasons(device d, u64 *bits) {
    REACH(d);
    *bits = value("throttle", d->gpu, 0);
    return OK;
}

/* -- fields ------------------------------------------------------------------------------------ */

typedef struct {
    unsigned id, scope;
    long long timestamp, latency;
    unsigned type;
    result code;
    union { double real; unsigned word; u64 wide; } value;
} field;
AS_DECLARED(field, SIZE_OF_FIELD);

enum { WORD = 1, WIDE = 3 };

static const struct { unsigned id, type; u64 otherwise; } known_fields[] = {
    {5, WIDE, 12},      {6, WIDE, 1},        {82, WORD, 61},      {83, WIDE, 123456789},
    {142, WORD, 0},     {143, WORD, 2},      {144, WORD, 0},      {145, WORD, 0},
    {185, WORD, 342500}, {190, WORD, 700000}, {230, WORD, 0},
};

static void fill(device d, field *f) {
    char key[40];
    u64 code;
    f->code = INVALID_ARGUMENT;
    for (unsigned i = 0; i < sizeof known_fields / sizeof *known_fields; i++) {
        if (known_fields[i].id != f->id) continue;
        snprintf(key, sizeof key, "field.%u", f->id);
        u64 number = value(key, d->gpu, known_fields[i].otherwise);
        f->type = known_fields[i].type;
        if (f->type == WIDE) f->value.wide = number; else f->value.word = (unsigned)number;
        snprintf(key, sizeof key, "field_error.%u", f->id);
        f->code = told(key, d->gpu, &code) ? (result)code : OK;
    }
}

API result nvmlDeviceGetFieldValues(device d, int count, field *fields) {
    REACH(d);
    for (int i = 0; i < count; i++) fill(d, &fields[i]);
    return OK;
}

/* -- events ------------------------------------------------------------------------------------ */

typedef struct { device who; u64 type, data; unsigned gpu_instance, compute_instance; } event;
AS_DECLARED(event, SIZE_OF_EVENT);

API result nvmlDeviceGetSupportedEventTypes(device d, u64 *types) {
    REACH(d);
    *types = value("event_types", d->gpu, 0x8 | 0x2);
    return OK;
}

API result nvmlEventSetCreate(event_set *set) {
    ENTER();
    *set = &the_set;
    return users ? OK : UNINITIALIZED;
}

API result nvmlEventSetFree(event_set set) {
    (void)set;
    for (unsigned gpu = 0; gpu < MOST_GPUS; gpu++) devices[gpu].watched = 0;
    return OK;
}

API result nvmlDeviceRegisterEvents(device d, u64 types, event_set set) {
    (void)types;
    (void)set;
    REACH(d);
    d->watched = 1;
    return OK;
}

/* As the driver does: a watched GPU that is lost ends every wait at once. */
static int any_lost(void) {
    u64 gone;
    for (unsigned i = 0; i < found_count; i++)
        if (devices[found[i]].watched && told("lost", found[i], &gone) && gone) return 1;
    return 0;
}

static int next_event(event_set set, event *e) {
    char key[40];
    u64 xid;
    if (set->next >= value("events", MOST_GPUS, 0)) return 0;
    for (unsigned gpu = 0; gpu < MOST_GPUS; gpu++) {
        snprintf(key, sizeof key, "event.%llu:%u", set->next, gpu);
        if (!stands(key, &xid)) continue;
        memset(e, 0, sizeof *e);
        e->who = &devices[gpu];
        e->type = 0x8;
        e->data = xid;
        e->gpu_instance = e->compute_instance = 0xffffffff;
        set->next++;
        return devices[gpu].watched;
    }
    return 0;
}

API result nvmlEventSetWait_v2(event_set set, event *e, unsigned timeout) {
    ENTER();
    for (unsigned waited = 0;; waited += 5) {
        if (!users) return UNINITIALIZED;
        if (next_event(set, e)) return OK;
        if (any_lost()) return LOST;
        if (waited >= timeout) return TIMEOUT;
        nap(5);
    }
}
