#ifndef POBF_TESTS_ENCLAVE_PROCESS_CODE_H
#define POBF_TESTS_ENCLAVE_PROCESS_CODE_H

/* Functions of a few instructions, in a nursery of their own. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "enclave/process/gate.h"
#include "enclave/process/nursery.h"
#include "enclave/process/registers.h"
#include "enclave/process/secret.h"

enum { PAGE = 4096, ZONE_BYTES = 12 * PAGE, DEADLINE_MS = 5000 };
enum { PAUSE_US = 2000, PAUSES = 15000 };

/* The zone's parts, each one page: call, variables, stack, arena, input, output, with guards. */
#define PART(index)                                                                                \
    {                                                                                              \
        .at = 2 * (index)*PAGE, .size = PAGE                                                       \
    }
#define OUTPUT_AT (10 * PAGE)

/* A function in assembly: what a compiler would not write. */
#define CODE(name, text)                                                                           \
    extern const uint8_t name[];                                                                   \
    extern const uint8_t name##_end[];                                                             \
    __asm__(".pushsection .rodata\n" #name ":\n" text "\n" #name "_end:\n.popsection\n")

static struct secret zone;
static struct nursery nursery;

static inline int make_zone(void **state)
{
    (void)state;
    registers_init();
    return secret_open(&zone, ZONE_BYTES) == POBF_OK ? 0 : -1;
}

static inline int drop_zone(void **state)
{
    (void)state;
    secret_close(&zone);
    return 0;
}

static inline void start(const uint8_t *code, const uint8_t *end)
{
    const size_t size = (size_t)(end - code);
    const struct image image = {
        .bytes = code,
        .size = size,
        .text = {.address = IMAGE_TEXT_AT, .file_size = size, .memory_size = size},
        .entry = IMAGE_TEXT_AT,
        .call = PART(0),
        .variables = PART(1),
        .stack = PART(2),
        .arena = PART(3),
        .input = PART(4),
        .output = PART(5),
        .zone_size = ZONE_BYTES,
    };

    memset(zone.bytes, 0, zone.size);
    assert_int_equal(nursery_open(&nursery, &image, zone.descriptor), POBF_OK);
}

static inline void stop(void)
{
    kill(nursery.process, SIGKILL);
    waitpid(nursery.process, NULL, 0);
    if (nursery.next > 0) {
        kill(nursery.next, SIGKILL);
        waitpid(nursery.next, NULL, 0);
    }
    close(nursery.go);
    close(nursery.heard);
    close(nursery.orders);
}

static inline enum pobf_exit run_within(uint32_t deadline_ms)
{
    struct ground_result result;

    assert_int_equal(nursery_run(&nursery, &result, deadline_ms), POBF_OK);
    assert_int_equal(nursery_renew(&nursery), POBF_OK);
    return result.exit;
}

#endif
