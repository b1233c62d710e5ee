#ifndef POBF_TESTS_VERIFIER_HARDWARE_FIXTURE_H
#define POBF_TESTS_VERIFIER_HARDWARE_FIXTURE_H

#include <stdio.h>

#include "tests/vectors/folder.h"
#include "tests/verifier/x509/chain.h"
#include "verifier/hardware/hardware.h"

/* What tests of platforms share: an input to fill, an appraisal, and which of its checks failed. */

enum { FIXTURE_FILES = 8, FIXTURE_FILE_ROOM = 64 * 1024 };

static struct hardware_policy fixture_policy;
static struct hardware_item fixture_endorsements[FIXTURE_FILES];
static struct hardware_item fixture_collateral[FIXTURE_FILES];
static struct hardware_input fixture_input;
static struct hardware_appraisal fixture;

/* An input at this instant that any report data satisfies, with nothing in it. */
static inline void fixture_begin(int64_t at)
{
    policy_clear(&fixture_policy);
    policy_affirming(&fixture_policy);
    fixture_input = (struct hardware_input){.endorsements = fixture_endorsements,
                                            .collateral = fixture_collateral,
                                            .at = at,
                                            .any_report_data = 1,
                                            .policy = &fixture_policy};
}

static inline void fixture_endorse(const uint8_t *bytes, size_t size)
{
    assert_true(fixture_input.endorsement_count < FIXTURE_FILES);
    fixture_endorsements[fixture_input.endorsement_count++] = (struct hardware_item){bytes, size};
    fixture_input.named_count = fixture_input.endorsement_count;
}

static inline void fixture_collate(const uint8_t *bytes, size_t size)
{
    assert_true(fixture_input.collateral_count < FIXTURE_FILES);
    fixture_collateral[fixture_input.collateral_count++] = (struct hardware_item){bytes, size};
}

/* Appraise these bytes; the result is in `fixture`. */
static inline void fixture_appraise(const char *platform, const uint8_t *bytes, size_t size)
{
    hardware_clear(&fixture);
    fixture_input.evidence = (struct hardware_item){bytes, size};
    hardware_appraise(&fixture, &fixture_input, platform);
}

/* The ids of the checks that failed, in order, with blanks between. */
static inline const char *fixture_failed(void)
{
    static char text[4096];
    size_t at = 0;

    text[0] = '\0';
    for (size_t i = 0; i < fixture.checks.count; i++) {
        const struct check *check = &fixture.checks.item[i];

        if (check->result == CHECK_FAIL) {
            at +=
                (size_t)snprintf(text + at, sizeof text - at, "%s%s", at > 0 ? " " : "", check->id);
        }
    }
    return text;
}

/* Just these checks fail, and nothing is accepted. */
static inline void assert_failed(const char *ids)
{
    assert_string_equal(fixture_failed(), ids);
    assert_int_equal(fixture.accepted, 0);
    assert_int_equal(hardware_exit_code(&fixture), 1);
}

static inline void assert_affirming(void)
{
    assert_string_equal(fixture_failed(), "");
    assert_int_equal(fixture.verdict, HARDWARE_AFFIRMING);
    assert_int_equal(hardware_exit_code(&fixture), 0);
}

/* A file among the vectors; where it is absent, the test says so and skips. */
static inline size_t fixture_vector(uint8_t *bytes, size_t room, const char *folder,
                                    const char *name)
{
    char path[600];
    FILE *file;
    size_t size;

    snprintf(path, sizeof path, "%s/evidence/%s/%s", vectors_folder(), folder, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        printf("SKIP: no evidence/%s/%s: set POBF_VECTORS to the folder that holds it\n", folder,
               name);
        skip();
    }
    size = fread(bytes, 1, room, file);
    assert_true(size < room);
    fclose(file);
    return size;
}

/* Flip the bits bit, bit + step, .. of bytes[from .. until - 1], one at a time: none is accepted. */
static inline void assert_flips_are_refused(const char *platform, uint8_t *bytes, size_t size,
                                            size_t from, size_t until, size_t step)
{
    fixture_appraise(platform, bytes,
                     size); /* the control: accepted before, and again afterwards */
    assert_int_equal(fixture.accepted, 1);
    for (size_t bit = 8 * from; bit < 8 * until; bit += step) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        fixture_appraise(platform, bytes, size);
        if (fixture.accepted) {
            fail_msg("bit %zu of byte %zu may be flipped", bit % 8, bit / 8);
        }
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    fixture_appraise(platform, bytes, size);
    assert_int_equal(fixture.accepted, 1);
}

/* Every bit of bytes[from .. until - 1]. */
static inline void assert_every_flip_is_refused(const char *platform, uint8_t *bytes, size_t size,
                                                size_t from, size_t until)
{
    assert_flips_are_refused(platform, bytes, size, from, until, 1);
}

/*
 * How far apart the bits are that are flipped where a try costs a chain of slow signatures: 1 with
 * POBF_FLIPS=all, else 61, which is one in some eight bytes, at all eight places.
 */
static inline size_t fixture_flip_step(void)
{
    const char *flips = getenv("POBF_FLIPS");

    return flips != NULL && strcmp(flips, "all") == 0 ? 1 : 61;
}

static inline void assert_flips_all_over_are_refused(const char *platform, uint8_t *bytes,
                                                     size_t size)
{
    assert_flips_are_refused(platform, bytes, size, 0, size, fixture_flip_step());
}

#endif
