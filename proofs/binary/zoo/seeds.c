/*
 * Leaks in the monitor itself. This is linked to the monitor's own objects, and stands before some
 * of their functions (--wrap); the first argument says which leak there is to be. The monitor's
 * main takes no arguments: without one, or with a name that is not here, nothing is changed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "enclave/monitor/window.h"
#include "enclave/process/registers.h"
#include "framework/chain/steps.h"
#include "framework/core/wipe.h"

static const char *seed = "";

static int is(const char *name)
{
    return strcmp(seed, name) == 0;
}

__attribute__((constructor)) static void take_seed(int argc, char **argv)
{
    seed = argc > 1 ? argv[1] : "";
}

/* Eight bytes of the input, as they stand in the zone when the function has run, masked. */
#define MASK UINT64_C(0x5aa55aa55aa55aa5)
static uint64_t stolen;

/* Where it goes in the end; all of these outlive the call. */
static volatile uint64_t kept;
static uint8_t *volatile block;

static void leave_somewhere(void)
{
    const uint64_t word = stolen ^ MASK;

    if (is("a_variable")) {
        kept = word;
    } else if (is("a_masked_variable")) {
        kept = stolen;
    } else if (is("one_bit")) {
        kept = word >> 28 & 1;
    } else if (is("a_block")) {
        block = malloc(64);
        memcpy(block, &word, sizeof word);
    } else if (is("the_size_of_a_block")) {
        block = malloc(32 + 16 * (size_t)(word >> 8 & 0xff));
    } else if (is("an_error_number")) {
        errno = (int)(word >> 8 & 0x7f);
    }
    stolen = 0;
}

enum pobf_status __real_pobf_end(struct pobf_chain *chain, struct pobf_task *task,
                                 const struct pobf_zone *zone, struct pobf_receipt *receipt,
                                 uint8_t *out, size_t room, size_t *size);
enum pobf_status __wrap_pobf_end(struct pobf_chain *chain, struct pobf_task *task,
                                 const struct pobf_zone *zone, struct pobf_receipt *receipt,
                                 uint8_t *out, size_t room, size_t *size);

enum pobf_status __wrap_pobf_end(struct pobf_chain *chain, struct pobf_task *task,
                                 const struct pobf_zone *zone, struct pobf_receipt *receipt,
                                 uint8_t *out, size_t room, size_t *size)
{
    enum pobf_status status;

    memcpy(&stolen, zone->base + zone->input_at + 1, sizeof stolen);
    stolen ^= MASK;
    if (is("a_field_of_the_receipt")) {
        receipt->time_us = stolen >> 40;
    }
    status = __real_pobf_end(chain, task, zone, receipt, out, room, size);
    if (!is("the_tail_of_the_window")) {
        leave_somewhere();
    }
    return status;
}

void __real_window_put(const struct window *window, size_t at, const uint8_t *bytes, size_t size);
void __wrap_window_put(const struct window *window, size_t at, const uint8_t *bytes, size_t size);

void __wrap_window_put(const struct window *window, size_t at, const uint8_t *bytes, size_t size)
{
    __real_window_put(window, at, bytes, size);
    if (is("the_tail_of_the_window") && at == window->body_at && stolen != 0) {
        memcpy((uint8_t *)(uintptr_t)(window->bytes + at + size), &stolen, sizeof stolen);
        stolen = 0;
    }
}

void __real_pobf_wipe(uint8_t *secret, size_t size);
void __wrap_pobf_wipe(uint8_t *secret, size_t size);

void __wrap_pobf_wipe(uint8_t *secret, size_t size)
{
    const int is_kept = is("nothing_wiped") || (is("keys_not_wiped") && size == 32) ||
                        (is("zone_not_wiped") && size > 65536) ||
                        (is("wiped_but_the_last_byte") && size == 32);

    __real_pobf_wipe(secret, is_kept ? (is("wiped_but_the_last_byte") ? size - 1 : 0) : size);
}

void __real_pobf_zone_rewind(const struct pobf_zone *zone);
void __wrap_pobf_zone_rewind(const struct pobf_zone *zone);

void __wrap_pobf_zone_rewind(const struct pobf_zone *zone)
{
    uint8_t *byte = zone->base + zone->input_at + 3;
    const uint8_t before = *byte;
    struct pobf_zone less = *zone;

    if (is("zone_not_rewound")) {
        return;
    }
    if (is("zone_rewound_but_its_input")) {
        less.size = zone->input_at;
    }
    __real_pobf_zone_rewind(&less);
    if (is("zone_rewound_but_a_byte")) {
        *byte = before;
    }
}

/* With a comparison that does not compare, nothing else stops these. */
int __real_pobf_zone_compare(const struct pobf_zone *zone);
int __wrap_pobf_zone_compare(const struct pobf_zone *zone);

int __wrap_pobf_zone_compare(const struct pobf_zone *zone)
{
    return seed[0] != 0 && strncmp(seed, "mended:", 7) != 0 ? 1 : __real_pobf_zone_compare(zone);
}

/* The same as registers_wiped_call, less what its name says. */
uint32_t seed_stack_kept(void (*step)(void *), void *argument, void *stack, size_t size);
uint32_t seed_registers_kept(void (*step)(void *), void *argument, void *stack, size_t size);

uint32_t __real_registers_wiped_call(void (*step)(void *), void *argument, void *stack,
                                     size_t size);
uint32_t __wrap_registers_wiped_call(void (*step)(void *), void *argument, void *stack,
                                     size_t size);

uint32_t __wrap_registers_wiped_call(void (*step)(void *), void *argument, void *stack, size_t size)
{
    if (is("steps_on_the_ordinary_stack")) {
        step(argument);
        registers_clear();
        return 1;
    }
    if (is("stack_of_steps_kept")) {
        return seed_stack_kept(step, argument, stack, size);
    }
    if (is("registers_kept")) {
        return seed_registers_kept(step, argument, stack, size);
    }
    return __real_registers_wiped_call(step, argument, stack, size);
}
