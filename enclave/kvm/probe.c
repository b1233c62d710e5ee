#include "enclave/kvm/probe.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "enclave/kvm/machine.h"
#include "enclave/kvm/plan.h"
#include "enclave/kvm/watchdog.h"

enum { CROSSINGS = 10, ROUNDS = 50, PATIENCE_US = 2000000 };

extern const uint8_t probe_monitor[], probe_monitor_end[];
extern const uint8_t probe_function[], probe_function_end[];

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* The real gate, and around it a monitor of a few instructions. */
static enum pobf_status make_program(struct program *program)
{
    const enum pobf_status status =
        program_parse(program, program_bytes, (size_t)(program_end - program_bytes));
    const uint64_t size = (uint64_t)(probe_monitor_end - probe_monitor);

    program->text = (struct program_segment){TRUSTLET_MONITOR, probe_monitor, size, size};
    program->entry = TRUSTLET_MONITOR;
    return status;
}

/* A function without a file: a stack, a page of text, and that is all. */
static struct image make_image(void)
{
    const uint64_t size = (uint64_t)(probe_function_end - probe_function);

    return (struct image){
        .bytes = probe_function,
        .size = size,
        .text = {.address = IMAGE_TEXT_AT, .file_size = size, .memory_size = size},
        .entry = IMAGE_TEXT_AT,
        .stack = {.at = IMAGE_PAGE, .size = IMAGE_PAGE},
        .zone_size = 2 * IMAGE_PAGE,
    };
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

/* The least of some rounds: whoever else uses the processor only adds to a time. */
static const char *measure(struct probe *probe, struct machine *machine)
{
    probe->crossing_us = probe->round_trip_us = 1e6;
    for (int i = 0; i < ROUNDS; i++) {
        const double start = now_us();
        double between;

        if (machine_run(machine) != MACHINE_READY) {
            return "the gate between the address spaces does not work";
        }
        between = now_us();
        if (machine_run(machine) != MACHINE_READY) {
            return "a port does not stop the machine";
        }
        probe->crossing_us = smaller(probe->crossing_us, between - start);
        probe->round_trip_us = smaller(probe->round_trip_us, now_us() - between);
    }
    probe->crossing_us = (probe->crossing_us - probe->round_trip_us) / CROSSINGS;
    return NULL;
}

/* A machine that never stops by itself is stopped: then it is not one that we can use. */
static const char *watch(struct probe *probe, struct machine *machine)
{
    const char *missing;

    if (watchdog_open(machine->run) != POBF_OK) {
        return "no timer";
    }
    watchdog_arm(PATIENCE_US);
    missing = measure(probe, machine);
    watchdog_disarm();
    watchdog_close();
    return missing;
}

static const char *try(struct probe *probe, const struct guest *guest, struct plan *plan)
{
    struct machine machine;
    const char *missing;

    if (plan_build(plan, guest) != POBF_OK) {
        return "the address spaces cannot be built";
    }
    if (machine_open(&machine, guest, plan->program->entry, &missing) != POBF_OK) {
        return missing;
    }
    missing = watch(probe, &machine);
    machine_close(&machine);
    return missing;
}

enum pobf_status probe_run(struct probe *probe)
{
    const struct image image = make_image();
    const int descriptor = memfd_create("pobf probe", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    struct window window = {.size = IMAGE_PAGE};
    struct program program;
    struct guest guest;
    struct plan plan;

    *probe = (struct probe){.missing = "no memory"};
    if (make_program(&program) != POBF_OK || descriptor < 0) {
        return POBF_E_SYSTEM;
    }
    plan_make(&plan, &image, &program, &window);
    if (ftruncate(descriptor, (off_t)window.size) == 0 &&
        fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK) == 0 &&
        guest_open(&guest, plan_private_size(&plan), &window, descriptor) == POBF_OK) {
        probe->missing = try(probe, &guest, &plan);
        guest_close(&guest);
    }
    close(descriptor);
    return probe->missing == NULL ? POBF_OK : POBF_E_SYSTEM;
}
