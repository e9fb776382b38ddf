/* The library's start and end, and what it says of the node as a whole. */
#include <pthread.h>

#include "library.h"

struct card devices[MOST_GPUS];
unsigned found[MOST_GPUS], found_count;
int users;

static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;

void events_begin(void);

static void enumerate(void) {
    u64 gone;
    unsigned gpus = (unsigned)value("gpus", NO_GPU, 8);
    found_count = 0;
    for (unsigned gpu = 0; gpu < gpus && gpu < MOST_GPUS; gpu++) {
        devices[gpu] = (struct card){ .gpu = gpu };
        if (!(told(named("lost"), gpu, &gone) && gone)) found[found_count++] = gpu;
    }
}

API result nvmlInitWithFlags(unsigned flags) {
    (void)flags;
    ENTER();
    pthread_mutex_lock(&starting);
    events_begin();
    if (!users++) enumerate();
    pthread_mutex_unlock(&starting);
    return OK;
}

API result nvmlInit_v2(void) { return nvmlInitWithFlags(0); }

API result nvmlShutdown(void) {
    ENTER();
    pthread_mutex_lock(&starting);
    result outcome = users ? OK : UNINITIALIZED;
    if (users && !--users) await_no_more();
    pthread_mutex_unlock(&starting);
    return outcome;
}

static const char *const errors[] = {
    [OK] = "Success",
    [UNINITIALIZED] = "Uninitialized",
    [INVALID_ARGUMENT] = "Invalid Argument",
    [NOT_SUPPORTED] = "Not Supported",
    [NOT_FOUND] = "Not Found",
    [INSUFFICIENT_SIZE] = "Insufficient Size",
    [TIMEOUT] = "Timeout",
    [LOST] = "GPU is lost",
    [NO_DATA] = "No data",
    [VERSION_MISMATCH] = "Argument version mismatch",
};

API const char *nvmlErrorString(result code) {
    const unsigned count = sizeof errors / sizeof *errors;
    const char *text = code >= 0 && (unsigned)code < count ? errors[code] : NULL;
    return text ? text : "an error of the test library";
}

static result say(char *text, unsigned size, const char *what) {
    snprintf(text, size, "%s", what);
    return users ? OK : UNINITIALIZED;
}

API result nvmlSystemGetDriverVersion(char *text, unsigned size) {
    ENTER();
    return say(text, size, "580.95.05");
}

API result nvmlSystemGetNVMLVersion(char *text, unsigned size) {
    ENTER();
    snprintf(text, size, "13.580.95.05"); /* told before the start, too */
    return OK;
}

API result nvmlSystemGetCudaDriverVersion(int *version) {
    ENTER();
    *version = (int)value("cuda_version", NO_GPU, 13000);
    return OK;
}

API result nvmlSystemGetCudaDriverVersion_v2(int *version) {
    ENTER();
    *version = (int)value("cuda_version", NO_GPU, 13000);
    return OK;
}

API result nvmlSystemGetProcessName(unsigned pid, char *text, unsigned size) {
    (void)pid;
    ENTER();
    return say(text, size, "/usr/bin/python3");
}

API result nvmlDeviceGetCount_v2(unsigned *count) {
    ENTER();
    *count = found_count;
    return users ? OK : UNINITIALIZED;
}
