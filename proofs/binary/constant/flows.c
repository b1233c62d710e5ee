/*
 * Does a branch or an address depend on a secret? Under valgrind's memcheck the secret is "undefined",
 * and memcheck reports every branch and every address that comes of it (Langley's ctgrind).
 * One line of JSON a target: how many reports. The last three are controls, which must have some.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>
#include <valgrind/memcheck.h>

#include "framework/chain/provider.h"
#include "framework/chain/steps.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"
#include "framework/crypto/sign.h"

enum { SECRET_BYTES = 64, ZONE_BYTES = 8192, GOLDEN_BYTES = 1000, TEXT_BYTES = 64 };
enum { SEALED_BYTES = TEXT_BYTES + POBF_SEALED_OVERHEAD };

static uint8_t secret[SECRET_BYTES];
static uint8_t out[256];
static volatile uint8_t sink;

static void hide(void *bytes, size_t size)
{
    (void)VALGRIND_MAKE_MEM_UNDEFINED(bytes, size);
}

/* What a target gives back says whether it worked; it may have been computed from the secret. */
static int worked(enum pobf_status status)
{
    (void)VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
    return status == POBF_OK;
}

static int wipe(void)
{
    pobf_wipe(secret, sizeof secret);
    return 1;
}

static int copy(void)
{
    pobf_bytes_copy(out, secret, sizeof secret);
    return 1;
}

static int compare(void)
{
    sink = (uint8_t)(pobf_bytes_equal(secret, secret + 32, 32) ^
                     pobf_bytes_are_zero(secret, sizeof secret));
    return 1;
}

static int make_key(void)
{
    return worked(pobf_kem_public_key(out, secret));
}

static int decapsulate(void)
{
    uint8_t encapsulated[POBF_X25519_BYTES] = {9};

    return worked(pobf_kem_decapsulate(out, encapsulated, secret));
}

static int derive(void)
{
    static const uint8_t info[16] = {1};
    uint8_t encapsulated[POBF_X25519_BYTES] = {9};
    struct pobf_hpke hpke;
    struct pobf_aead answer;

    return worked(pobf_hpke_setup_receiver(&hpke, encapsulated, secret, info, sizeof info)) &&
           worked(pobf_hpke_export(out, &hpke, info, sizeof info)) &&
           worked(pobf_hpke_answer_key(&answer, &hpke, encapsulated, encapsulated));
}

static int commit(void)
{
    return worked(pobf_commitment_make(out, secret, secret + 32, 32));
}

static int sign(void)
{
    uint8_t public_key[POBF_ED25519_PUBLIC_BYTES];
    uint8_t key[64];

    return worked(pobf_sign_keypair(public_key, key, secret)) &&
           worked(pobf_sign_make(out, secret, sizeof secret, key));
}

/* A whole task: bind, load, compute, seal, forget, compare, sign; its key and the boot's hidden. */
struct world {
    uint8_t zone_bytes[ZONE_BYTES];
    uint8_t golden[GOLDEN_BYTES];
    uint8_t measurement[POBF_DIGEST_BYTES];
    uint8_t policy[POBF_DIGEST_BYTES];
    struct pobf_chain chain;
    struct pobf_task task;
    struct pobf_receipt receipt;
    uint8_t sealed[SEALED_BYTES];
    uint8_t outbox[SEALED_BYTES];
    uint8_t signed_receipt[POBF_RECEIPT_ROOM];
};

static struct world world;

static struct pobf_zone zone_of_world(void)
{
    return (struct pobf_zone){
        .base = world.zone_bytes,
        .golden = world.golden,
        .size = ZONE_BYTES,
        .golden_size = GOLDEN_BYTES,
        .input_at = 2048,
        .input_room = 512,
        .output_at = 4096,
        .output_room = 512,
    };
}

static int provide(const uint8_t *offer_bytes, size_t size)
{
    static const uint8_t ephemeral[POBF_X25519_BYTES] = {7};
    struct pobf_provider provider;
    struct pobf_offer offer;
    uint8_t commitment[POBF_COMMITMENT_BYTES];

    return pobf_offer_parse(&offer, offer_bytes, size) == POBF_OK &&
           pobf_provider_begin(&provider, &offer, world.measurement, world.policy, ephemeral) ==
               POBF_OK &&
           pobf_provider_seal(&provider, world.sealed, TEXT_BYTES, commitment) == POBF_OK;
}

static int work(const struct pobf_zone *zone, struct pobf_fresh *fresh)
{
    struct pobf_bound bound;
    struct pobf_loaded loaded;
    struct pobf_computed computed;
    struct pobf_sealed sealed;
    size_t size;

    if (!worked(pobf_bind(&bound, fresh, &world.chain, world.sealed)) ||
        !worked(pobf_load(&loaded, &bound, &world.receipt, &world.chain, zone,
                          world.sealed + POBF_X25519_BYTES, SEALED_BYTES - POBF_X25519_BYTES,
                          &size))) {
        return 0;
    }
    memcpy(zone->base + zone->output_at, zone->base + zone->input_at, TEXT_BYTES);
    return worked(pobf_compute(&computed, &loaded, &world.chain, zone, TEXT_BYTES)) &&
           worked(pobf_seal(&sealed, &computed, &world.receipt, &world.chain, zone, TEXT_BYTES,
                            world.outbox, sizeof world.outbox, &size));
}

static int whole_task(void)
{
    const struct pobf_zone zone = zone_of_world();
    struct pobf_fresh fresh;
    uint8_t offer[POBF_OFFER_ROOM];
    size_t size;

    world.receipt.registers_cleared = 1;
    world.receipt.exit = POBF_EXIT_RETURNED;
    if (!worked(pobf_chain_begin(&world.chain, world.measurement, world.policy, &zone)) ||
        !worked(pobf_start(&fresh, &world.task, &world.chain, offer, sizeof offer, &size)) ||
        !provide(offer, size)) {
        return 0;
    }
    hide(world.task.private_key, sizeof world.task.private_key);
    hide(world.chain.signing_key, sizeof world.chain.signing_key);
    return work(&zone, &fresh) &&
           worked(pobf_end(&world.chain, &world.task, &zone, &world.receipt, world.signed_receipt,
                           sizeof world.signed_receipt, &size)) &&
           world.receipt.mismatches == 0;
}

static int control_compare(void)
{
    for (size_t i = 0; i < 32; i++) {
        if (secret[i] != secret[32 + i]) {
            sink = 1;
            break;
        }
    }
    return 1;
}

static int control_table(void)
{
    static const uint8_t table[256] = {1, 2, 3};
    const volatile uint8_t *at = table;

    sink = at[secret[0]];
    return 1;
}

static int control_wipe(void)
{
    for (size_t i = 0; i < sizeof secret; i++) {
        if (secret[i] != 0) {
            *(volatile uint8_t *)&secret[i] = 0;
        }
    }
    return 1;
}

static const struct {
    const char *name;
    int (*run)(void);
} targets[] = {
    {"wipe", wipe},
    {"copy", copy},
    {"compare", compare},
    {"key", make_key},
    {"decapsulate", decapsulate},
    {"derive", derive},
    {"commit", commit},
    {"sign", sign},
    {"whole task", whole_task},
    {"control: a comparison that ends early", control_compare},
    {"control: a table", control_table},
    {"control: a wipe that skips zeros", control_wipe},
};

int main(void)
{
    int all_worked = sodium_init() >= 0 && RUNNING_ON_VALGRIND;

    for (size_t i = 0; all_worked && i < sizeof targets / sizeof targets[0]; i++) {
        const unsigned before = VALGRIND_COUNT_ERRORS;

        memset(secret, 0x5a, sizeof secret);
        hide(secret, sizeof secret);
        all_worked = targets[i].run();
        printf("{\"target\": \"%s\", \"reports\": %u}\n", targets[i].name,
               VALGRIND_COUNT_ERRORS - before);
    }
    return all_worked ? 0 : 3;
}
