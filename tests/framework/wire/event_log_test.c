#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "framework/wire/event_log.h"
#include "framework/wire/tpm.h"

/* A first event that announces SHA-1 and a hash of 7 bytes that nobody knows; then an event of both. */
enum { NAME = 32, COUNT = 56, FIRST_SIZE = 60, VENDOR = 68, SECOND = 71, DIGESTS = 79 };

static const uint8_t good[] = {
    /* register 0, no action, 20 bytes of digest, 39 bytes of data */
    0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 39, 0, 0, 0,
    /* the name, class, versions */
    'S', 'p', 'e', 'c', ' ', 'I', 'D', ' ', 'E', 'v', 'e', 'n', 't', '0', '3', 0, 0, 0, 0, 0, 0, 2,
    0, 2,
    /* two hashes, two bytes of the vendor's */
    2, 0, 0, 0, 4, 0, 20, 0, 0x77, 0x66, 7, 0, 2, 9, 9,
    /* register 5, type 8, two digests, three bytes */
    5, 0, 0, 0, 8, 0, 0, 0, 2, 0, 0, 0, 0x77, 0x66, 1, 1, 1, 1, 1, 1, 1, 4, 0, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0, 0, 0, 'a', 'b', 'c'};

static struct pobf_event_log_hashes hashes;
static struct pobf_fixed_reader reader;
static struct pobf_event event;

/* Read both events from a copy with nothing behind it; one byte of it may be another. */
static enum pobf_status read_all(size_t size, size_t at, uint8_t byte, uint32_t bank)
{
    uint8_t *bytes = malloc(size + 1);
    enum pobf_status status;

    memcpy(bytes, good, size);
    if (at < size) {
        bytes[at] = byte;
    }
    bytes = realloc(bytes, size > 0 ? size : 1);
    pobf_fixed_init(&reader, bytes, size);
    status = pobf_event_log_begin(&hashes, &reader);
    if (status == POBF_OK) {
        status = pobf_event_log_next(&event, &reader, &hashes, bank);
    }
    if (status == POBF_OK) {
        status = pobf_fixed_end(&reader);
    }
    free(bytes);
    return status;
}

static const size_t nowhere = SIZE_MAX;

static void events_are_read_with_the_digest_of_the_bank(void **state)
{
    (void)state;
    assert_int_equal(read_all(sizeof good, nowhere, 0, POBF_TPM_SHA1), POBF_OK);
    assert_int_equal(hashes.count, 2);
    assert_int_equal(hashes.id[1], 0x6677);
    assert_int_equal(hashes.size[1], 7);
    assert_int_equal(event.pcr, 5);
    assert_int_equal(event.type, 8);
    assert_int_equal(event.digest_size, 20);
    assert_int_equal(event.data_size, 3);
    assert_int_equal(read_all(sizeof good, nowhere, 0, 0x6677), POBF_OK);
    assert_int_equal(event.digest_size, 7);
    assert_int_equal(read_all(sizeof good, nowhere, 0, POBF_TPM_SHA256), POBF_OK);
    assert_null(event.digest);
}

static void no_part_of_a_log_is_one_and_nothing_is_left_over(void **state)
{
    static const struct pobf_event none = {.pcr = 0};

    (void)state;
    for (size_t size = 0; size < sizeof good; size++) {
        memset(&event, 0, sizeof event);
        if (size == SECOND) {
            continue; /* a log of no event: begin takes it, and next has nothing */
        }
        assert_int_equal(read_all(size, nowhere, 0, POBF_TPM_SHA1), POBF_E_INPUT);
        assert_memory_equal(&event, &none, sizeof none);
    }
}

static void each_defect_is_refused(void **state)
{
    static const struct {
        size_t at;
        uint8_t byte;
    } wrong[] = {
        {0, 1},               /* another register       */
        {4, 4},               /* an event with action   */
        {28, 38},             /* data that ends before  */
        {NAME + 14, '2'},     /* another version        */
        {COUNT, 0},           /* no hash                */
        {COUNT, 9},           /* more than there may be */
        {FIRST_SIZE + 2, 32}, /* SHA-1 of 32 bytes      */
        {FIRST_SIZE + 6, 0},  /* digests of no bytes    */
        {FIRST_SIZE + 6, 65}, /* of too many            */
        {VENDOR, 3},          /* more of the vendor's than there is */
        {DIGESTS, 9},         /* more digests than hashes may be    */
        {DIGESTS + 4, 0x78},  /* one that was not announced         */
        {sizeof good - 7, 4}, /* more data than there is            */
        {sizeof good - 4, 1}, /* much more                          */
    };

    (void)state;
    assert_int_equal(good[VENDOR], 2); /* controls: these are the places that are meant */
    assert_int_equal(good[DIGESTS], 2);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(read_all(sizeof good, wrong[i].at, wrong[i].byte, POBF_TPM_SHA1),
                         POBF_E_INPUT);
    }
}

/* Of the first event alone: what follows would be refused for other reasons. */
static void a_hash_has_64_bytes_at_most(void **state)
{
    uint8_t first[SECOND];

    (void)state;
    memcpy(first, good, sizeof first);
    for (uint8_t size = 64; size <= 65; size++) {
        first[FIRST_SIZE + 6] = size;
        pobf_fixed_init(&reader, first, sizeof first);
        assert_int_equal(pobf_event_log_begin(&hashes, &reader),
                         size == 64 ? POBF_OK : POBF_E_INPUT);
    }
}

/* Both digests are of one bank then: which of them went into the register? */
static void two_digests_of_a_bank_are_refused(void **state)
{
    uint8_t twice[sizeof good];
    const size_t first = DIGESTS + 4, second = first + 2 + 7;

    (void)state;
    memcpy(twice, good, sizeof good);
    memcpy(twice + FIRST_SIZE + 4, (uint8_t[]){4, 0, 20, 0}, 4);
    memcpy(twice + FIRST_SIZE, (uint8_t[]){0x77, 0x66, 7, 0}, 4);
    pobf_fixed_init(&reader, twice, sizeof twice);
    assert_int_equal(pobf_event_log_begin(&hashes, &reader), POBF_OK);
    assert_int_equal(pobf_event_log_next(&event, &reader, &hashes, 4), POBF_OK); /* the control */
    memcpy(twice + second, (uint8_t[]){0x77, 0x66}, 2);
    pobf_fixed_init(&reader, twice, sizeof twice);
    assert_int_equal(pobf_event_log_begin(&hashes, &reader), POBF_OK);
    assert_int_equal(pobf_event_log_next(&event, &reader, &hashes, 0x6677), POBF_E_INPUT);
    assert_null(event.digest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_read_with_the_digest_of_the_bank),
        cmocka_unit_test(no_part_of_a_log_is_one_and_nothing_is_left_over),
        cmocka_unit_test(each_defect_is_refused),
        cmocka_unit_test(a_hash_has_64_bytes_at_most),
        cmocka_unit_test(two_digests_of_a_bank_are_refused),
    };

    return cmocka_run_group_tests_name("framework/wire/event_log", tests, NULL, NULL);
}
