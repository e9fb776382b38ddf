/* What a GPU's sensors and meters say now. */
#include <time.h>

#include "library.h"

/* -- clocks, in MHz, by NVML's number of each: graphics, SM, memory, video -- */

static const struct { const char *now, *most; unsigned is, can; } clocks[] = {
    { "graphics_clock", "graphics_clock_max", 1755, 1980 },
    { "sm_clock", "sm_clock_max", 1755, 1980 },
    { "memory_clock", "memory_clock_max", 2619, 2619 },
    { "video_clock", "video_clock_max", 1545, 1545 },
};

API result nvmlDeviceGetClockInfo(device d, unsigned clock, unsigned *megahertz) {
    REACH(d);
    if (clock >= 4) return INVALID_ARGUMENT;
    *megahertz = (unsigned)value(clocks[clock].now, d->gpu, clocks[clock].is);
    return OK;
}

API result nvmlDeviceGetMaxClockInfo(device d, unsigned clock, unsigned *megahertz) {
    REACH(d);
    if (clock >= 4) return INVALID_ARGUMENT;
    *megahertz = (unsigned)value(clocks[clock].most, d->gpu, clocks[clock].can);
    return OK;
}

API result nvmlDeviceGetClock(device d, unsigned clock, unsigned which, unsigned *megahertz) {
    REACH(d);
    if (clock >= 4 || which >= 4) return INVALID_ARGUMENT;
    *megahertz = (unsigned)(which ? value(clocks[clock].most, d->gpu, clocks[clock].can)
                                  : value(clocks[clock].now, d->gpu, clocks[clock].is));
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

API result nvmlDeviceGetSupportedClocksEventReasons(device d, u64 *bits) {
    REACH(d);
    *bits = value("throttle_supported", d->gpu, 0x1ff);
    return OK;
}

API result nvmlDeviceGetSupportedClocksThrottleReasons(device d, u64 *bits) {
    REACH(d);
    *bits = value("throttle_supported", d->gpu, 0x1ff);
    return OK;
}

NUMBER(nvmlDeviceGetPerformanceState, "performance_state", 0)
NUMBER(nvmlDeviceGetPowerState, "performance_state", 0)

typedef struct { u64 reference, violation; } violation;
AS_DECLARED(violation, SIZE_OF_VIOLATION);

API result nvmlDeviceGetViolationStatus(device d, unsigned policy, violation *v) {
    REACH(d);
    if (policy > 11 || (policy > 5 && policy < 10)) return INVALID_ARGUMENT;
    v->reference = microseconds(CLOCK_REALTIME);
    v->violation = field(d->gpu, policy > 5 ? 70 + policy : 74 + policy, 0);
    return OK;
}

/* -- how busy it is, in % -- */

typedef struct { unsigned gpu, memory; } utilisation;
AS_DECLARED(utilisation, SIZE_OF_UTILISATION);

API result nvmlDeviceGetUtilizationRates(device d, utilisation *u) {
    REACH(d);
    if (instances(d->gpu)) return NOT_SUPPORTED;
    u->gpu = (unsigned)value("utilisation", d->gpu, 98);
    u->memory = (unsigned)value("memory_utilisation", d->gpu, 40);
    return OK;
}

#define ENGINE(function, name) \
    API result function(device d, unsigned *percent, unsigned *period_microseconds) { \
        REACH(d); \
        *percent = (unsigned)value(name, d->gpu, 0); \
        *period_microseconds = 167000; \
        return OK; \
    }

ENGINE(nvmlDeviceGetEncoderUtilization, "encoder_utilisation")
ENGINE(nvmlDeviceGetDecoderUtilization, "decoder_utilisation")
ENGINE(nvmlDeviceGetJpgUtilization, "jpeg_utilisation")
ENGINE(nvmlDeviceGetOfaUtilization, "ofa_utilisation")

/* -- power in mW, energy in mJ -- */

NUMBER(nvmlDeviceGetPowerUsage, "power_usage", 341000)
NUMBER(nvmlDeviceGetEnforcedPowerLimit, "enforced_limit", 650000)
NUMBER(nvmlDeviceGetPowerManagementMode, "power_management", 1)
FIELD(nvmlDeviceGetPowerManagementLimit, 192)
FIELD(nvmlDeviceGetPowerManagementDefaultLimit, 189)

API result nvmlDeviceGetPowerManagementLimitConstraints(device d, unsigned *least, unsigned *most) {
    REACH(d);
    *least = (unsigned)field(d->gpu, 187, 0);
    *most = (unsigned)field(d->gpu, 188, 0);
    return OK;
}

API result nvmlDeviceGetTotalEnergyConsumption(device d, u64 *millijoules) {
    REACH(d);
    *millijoules = field(d->gpu, 83, 0);
    return OK;
}

/* -- temperatures in °C; the margin is what is left to the hottest that it may be -- */

#define HOTTEST 87

static unsigned celsius(device d) { return (unsigned)value("temperature", d->gpu, 50 + d->gpu); }

API result nvmlDeviceGetTemperature(device d, unsigned sensor, unsigned *degrees) {
    REACH(d);
    if (sensor) return INVALID_ARGUMENT;
    *degrees = celsius(d);
    return OK;
}

typedef struct { unsigned version, sensor; int celsius; } temperature;
AS_DECLARED(temperature, SIZE_OF_TEMPERATURE);

API result nvmlDeviceGetTemperatureV(device d, temperature *t) {
    REACH(d);
    if (t->version != VERSION(temperature, 1u)) return VERSION_MISMATCH;
    if (t->sensor) return INVALID_ARGUMENT;
    t->celsius = (int)celsius(d);
    return OK;
}

typedef struct { unsigned version; int celsius; } margin;
AS_DECLARED(margin, SIZE_OF_MARGIN);

API result nvmlDeviceGetMarginTemperature(device d, margin *m) {
    REACH(d);
    if (m->version != VERSION(margin, 1u)) return VERSION_MISMATCH;
    m->celsius = (int)value("margin", d->gpu, (u64)HOTTEST - celsius(d));
    return OK;
}

/* Shutdown, slowdown, memory's most, GPU's most; the acoustic ones are for cards with fans. */
API result nvmlDeviceGetTemperatureThreshold(device d, unsigned which, unsigned *degrees) {
    static const unsigned its[] = { HOTTEST + 8, HOTTEST + 2, 95, HOTTEST };
    u64 number;
    REACH(d);
    if (which >= 8) return INVALID_ARGUMENT;
    if (told(numbered(named("threshold"), '.', which), d->gpu, &number)) *degrees = (unsigned)number;
    else if (which < 4) *degrees = its[which];
    else return NOT_SUPPORTED;
    return OK;
}

/* -- fans: an SXM module has none -- */

OPTIONAL(nvmlDeviceGetNumFans, "fans")
OPTIONAL(nvmlDeviceGetFanSpeed, "fan.0")

API result nvmlDeviceGetFanSpeed_v2(device d, unsigned fan, unsigned *percent) {
    u64 fans, number = 30;
    REACH(d);
    if (!told(named("fans"), d->gpu, &fans)) return NOT_SUPPORTED;
    if (fan >= fans) return INVALID_ARGUMENT;
    told(numbered(named("fan"), '.', fan), d->gpu, &number);
    *percent = (unsigned)number;
    return OK;
}

typedef struct { unsigned version, fan, speed; } fan_rpm;
AS_DECLARED(fan_rpm, SIZE_OF_FAN_RPM);

API result nvmlDeviceGetFanSpeedRPM(device d, fan_rpm *f) {
    u64 number;
    REACH(d);
    if (!told(numbered(named("fan_rpm"), '.', f->fan), d->gpu, &number)) return NOT_SUPPORTED;
    f->speed = (unsigned)number;
    return OK;
}
