#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "enclave/platform/sim.h"
#include "framework/core/bytes.h"
#include "framework/wire/cose.h"

enum { HEX_ROOM = 2 * POBF_PUBLIC_KEY_BYTES + 1 };

static int start(void **state)
{
    (void)state;
    return sodium_init() < 0 ? -1 : 0;
}

static void the_key_in_the_verifiers_folder_is_this_key(void **state)
{
    uint8_t key[POBF_PUBLIC_KEY_BYTES];
    char ours[HEX_ROOM];
    char theirs[HEX_ROOM] = {0};
    FILE *file = fopen("verifier/trust/sim.pub", "r");

    (void)state;
    assert_non_null(file);
    assert_int_equal(fread(theirs, 1, HEX_ROOM - 1, file), HEX_ROOM - 1);
    fclose(file);
    assert_int_equal(sim_public_key(key), POBF_OK);
    sodium_bin2hex(ours, sizeof ours, key, sizeof key);
    print_message("sim.pub is %s\n", ours);
    assert_string_equal(ours, theirs);
}

static void evidence_verifies_under_it_and_under_no_other(void **state)
{
    struct pobf_evidence evidence = {.backend = POBF_BACKEND_PROCESS};
    struct pobf_evidence parsed;
    uint8_t key[POBF_PUBLIC_KEY_BYTES];
    uint8_t digest[POBF_DIGEST_BYTES];
    uint8_t out[POBF_EVIDENCE_ROOM];
    size_t size;

    (void)state;
    memset(evidence.nonce, 7, sizeof evidence.nonce);
    memset(evidence.boot_id, 8, sizeof evidence.boot_id);
    assert_int_equal(sim_sign(out, sizeof out, &size, &evidence), POBF_OK);
    assert_int_equal(sim_public_key(key), POBF_OK);
    assert_int_equal(pobf_cose_verify(out, size, key), POBF_OK);
    assert_int_equal(pobf_evidence_parse(&parsed, out, size), POBF_OK);
    assert_int_equal(parsed.platform, POBF_PLATFORM_SIM);
    assert_int_equal(pobf_evidence_bind(digest, &parsed), POBF_OK);
    assert_memory_equal(digest, parsed.report_data, sizeof digest);
    key[0] ^= 1;
    assert_int_not_equal(pobf_cose_verify(out, size, key), POBF_OK);
}

static void evidence_without_room_is_none(void **state)
{
    const struct pobf_evidence evidence = {.backend = POBF_BACKEND_PROCESS};
    uint8_t out[64];
    size_t size;

    (void)state;
    memset(out, 0x5a, sizeof out);
    assert_int_not_equal(sim_sign(out, sizeof out, &size, &evidence), POBF_OK);
    assert_int_equal(size, 0);
    assert_int_equal(pobf_bytes_are_zero(out, sizeof out), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_in_the_verifiers_folder_is_this_key),
        cmocka_unit_test(evidence_verifies_under_it_and_under_no_other),
        cmocka_unit_test(evidence_without_room_is_none),
    };

    return cmocka_run_group_tests_name("enclave/platform/sim", tests, start, NULL);
}
