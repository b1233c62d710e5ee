#ifndef POBF_TESTS_FRAMEWORK_CHAIN_WORLD_H
#define POBF_TESTS_FRAMEWORK_CHAIN_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "framework/chain/steps.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

/*
 * A whole small world: an enclave with a zone, and a data provider who has an input for it. The
 * function of this world reverses every bit of its input.
 */
enum { WORLD_ZONE = 8192, WORLD_GOLDEN = 1000, WORLD_WINDOW = 512, WORLD_INPUT = 64 };
enum { WORLD_SEALED = WORLD_INPUT + POBF_SEALED_OVERHEAD };

static uint8_t world_zone_bytes[WORLD_ZONE];
static uint8_t world_golden[WORLD_GOLDEN];
static uint8_t world_measurement[POBF_DIGEST_BYTES];
static uint8_t world_policy[POBF_DIGEST_BYTES];
static const struct pobf_zone world_zone = {
    .base = world_zone_bytes,
    .golden = world_golden,
    .size = WORLD_ZONE,
    .golden_size = WORLD_GOLDEN,
    .input_at = 2048,
    .input_room = WORLD_WINDOW,
    .output_at = 4096,
    .output_room = WORLD_WINDOW,
};

static struct pobf_chain world_chain;
static struct pobf_task world_task;
static struct pobf_receipt world_receipt;
static struct pobf_provider world_provider;
static uint8_t world_offer[POBF_OFFER_ROOM];
static size_t world_offer_size;
static uint8_t world_sealed[WORLD_SEALED]; /* the sealed input, in host memory */
static uint8_t world_outbox[WORLD_SEALED];
static size_t world_outbox_size;
static uint8_t world_signed[POBF_RECEIPT_ROOM];
static size_t world_signed_size;
static uint8_t world_input_commitment[POBF_COMMITMENT_BYTES]; /* as the provider computed them */

/* The clear text is made where it is needed, so that it stands nowhere else. */
static inline void world_make_input(uint8_t input[WORLD_INPUT])
{
    for (size_t i = 0; i < WORLD_INPUT; i++) {
        input[i] = (uint8_t)(0xC0 ^ (i * 29 + 1));
    }
}

static inline void world_make_output(uint8_t output[WORLD_INPUT])
{
    world_make_input(output);
    for (size_t i = 0; i < WORLD_INPUT; i++) {
        output[i] = (uint8_t)~output[i];
    }
}

static inline void world_begin(void)
{
    memset(&world_task, 0, sizeof world_task);
    memset(&world_receipt, 0, sizeof world_receipt);
    memset(world_golden, 0x11, sizeof world_golden);
    memset(world_measurement, 0x22, sizeof world_measurement);
    memset(world_policy, 0x33, sizeof world_policy);
    memset(world_zone_bytes, 0, sizeof world_zone_bytes);
    memcpy(world_zone_bytes, world_golden, sizeof world_golden);
    assert_int_equal(pobf_chain_begin(&world_chain, world_measurement, world_policy, &world_zone),
                     POBF_OK);
}

static inline enum pobf_status world_start(struct pobf_fresh *fresh)
{
    memset(&world_receipt, 0, sizeof world_receipt);
    world_receipt.issued_at_s = 1800000000;
    world_receipt.registers_cleared = 1;
    return pobf_start(fresh, &world_task, &world_chain, world_offer, sizeof world_offer,
                      &world_offer_size);
}

/* The provider's half: read the offer, seal the input to it. */
static inline void world_provide(void)
{
    struct pobf_offer offer;
    uint8_t ephemeral[POBF_X25519_BYTES];

    memset(ephemeral, 0x77, sizeof ephemeral);
    assert_int_equal(pobf_offer_parse(&offer, world_offer, world_offer_size), POBF_OK);
    assert_int_equal(
        pobf_provider_begin(&world_provider, &offer, world_measurement, world_policy, ephemeral),
        POBF_OK);
    world_make_input(world_sealed + POBF_X25519_BYTES);
    assert_int_equal(
        pobf_provider_seal(&world_provider, world_sealed, WORLD_INPUT, world_input_commitment),
        POBF_OK);
}

static inline enum pobf_status world_bind(struct pobf_bound *bound, struct pobf_fresh *fresh)
{
    return pobf_bind(bound, fresh, &world_chain, world_sealed);
}

static inline enum pobf_status world_load(struct pobf_loaded *loaded, struct pobf_bound *bound)
{
    size_t size;

    return pobf_load(loaded, bound, &world_receipt, &world_chain, &world_zone,
                     world_sealed + POBF_X25519_BYTES, WORLD_SEALED - POBF_X25519_BYTES, &size);
}

static inline enum pobf_status world_compute(struct pobf_computed *computed,
                                             struct pobf_loaded *loaded)
{
    for (size_t i = 0; i < WORLD_INPUT; i++) {
        world_zone.base[world_zone.output_at + i] =
            (uint8_t)~world_zone.base[world_zone.input_at + i];
    }
    return pobf_compute(computed, loaded, &world_chain, &world_zone, WORLD_INPUT);
}

static inline enum pobf_status world_seal(struct pobf_sealed *sealed,
                                          struct pobf_computed *computed)
{
    return pobf_seal(sealed, computed, &world_receipt, &world_chain, &world_zone, WORLD_INPUT,
                     world_outbox, sizeof world_outbox, &world_outbox_size);
}

static inline enum pobf_status world_end(enum pobf_exit exit)
{
    world_receipt.exit = exit;
    return pobf_end(&world_chain, &world_task, &world_zone, &world_receipt, world_signed,
                    sizeof world_signed, &world_signed_size);
}

/* All of it up to SEALED; the first failure ends it. */
static inline enum pobf_status world_work(void)
{
    struct pobf_fresh fresh;
    struct pobf_bound bound;
    struct pobf_loaded loaded;
    struct pobf_computed computed;
    struct pobf_sealed sealed;
    enum pobf_status status = world_start(&fresh);

    if (status == POBF_OK) {
        world_provide();
        status = world_bind(&bound, &fresh);
    }
    if (status == POBF_OK) {
        status = world_load(&loaded, &bound);
    }
    if (status == POBF_OK) {
        status = world_compute(&computed, &loaded);
    }
    if (status == POBF_OK) {
        status = world_seal(&sealed, &computed);
    }
    return status;
}

static inline void world_check_forgotten(const struct pobf_task *task)
{
    assert_int_equal(task->state, POBF_FORGOTTEN);
    assert_true(pobf_bytes_are_zero(task->private_key, sizeof task->private_key));
    assert_true(pobf_bytes_are_zero((const uint8_t *)&task->hpke, sizeof task->hpke));
    assert_true(pobf_bytes_are_zero(task->input_salt, sizeof task->input_salt));
    assert_true(pobf_bytes_are_zero(task->output_salt, sizeof task->output_salt));
}

static inline void world_check_golden(void)
{
    assert_int_equal(pobf_zone_compare(&world_zone), 1);
}

static inline void world_check_zero(const void *bytes, size_t size)
{
    assert_true(pobf_bytes_are_zero(bytes, size));
}

/* A task with something in every secret, as if it stood in `state`. */
static inline void world_fill_task(struct pobf_task *task, enum pobf_state state)
{
    memset(task, 0xA5, sizeof *task);
    task->state = state;
    task->hpke.aead.uses = 1;
}

#endif
