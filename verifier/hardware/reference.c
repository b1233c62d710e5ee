#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "verifier/corim/corim.h"
#include "verifier/cose/endorsed.h"
#include "verifier/hardware/common.h"

enum { SNP_MEASUREMENT = 641 }; /* the key of CoRIM's profile for SEV-SNP */

static struct check *item(struct hardware_appraisal *appraisal, enum common_place place)
{
    return hardware_check_at(appraisal, place);
}

void reference_list(struct hardware_appraisal *appraisal)
{
    const int is_given = appraisal->input->reference.bytes != NULL;

    item(appraisal, COMMON_REFERENCE)->mandatory = is_given;
    item(appraisal, COMMON_REFERENCE_SIGNATURE)->mandatory =
        is_given && appraisal->input->reference_key.bytes != NULL;
    item(appraisal, COMMON_REFERENCE_VALIDITY)->mandatory = is_given;
    item(appraisal, COMMON_REFERENCE_MATCH)->mandatory = is_given;
}

/* 1 where nothing speaks against its origin: it is signed by the key, or neither is there. */
static int judge_signature(struct hardware_appraisal *appraisal, const struct corim *corim)
{
    const struct hardware_input *input = appraisal->input;
    struct check *check = item(appraisal, COMMON_REFERENCE_SIGNATURE);
    EVP_PKEY *key;
    int good;

    check->mandatory |= corim->is_signed;
    if (input->reference_key.bytes == NULL) {
        return !corim->is_signed; /* signed, and nobody says by whom: cannot tell */
    }
    key = endorsed_open(&input->reference_key);
    good = key != NULL && corim_verify(corim, input->reference.bytes, key) == POBF_OK;
    check_judge(check, good, "signed by the key that you name",
                good               ? "just that"
                : key == NULL      ? "no key that is understood"
                : corim->is_signed ? "signed by another, or changed"
                                   : "not signed");
    EVP_PKEY_free(key);
    return good;
}

static void judge_match(struct hardware_appraisal *appraisal, const struct corim *corim)
{
    const struct hardware_data *measurement = &appraisal->found.measurement;
    const uint64_t number = strcmp(appraisal->platform, "snp") == 0 ? SNP_MEASUREMENT : 0;
    char seen[2 * HARDWARE_DATA_MAX + 1];
    char expected[CHECK_TEXT_ROOM];

    if (measurement->size == 0) {
        return;
    }
    sodium_bin2hex(seen, sizeof seen, measurement->bytes, measurement->size);
    snprintf(expected, sizeof expected, "one of the %zu reference values", corim->count);
    check_judge(item(appraisal, COMMON_REFERENCE_MATCH),
                corim_has(corim, appraisal->input->reference.bytes, number, measurement->bytes,
                          measurement->size),
                expected, seen);
}

void reference_judge(struct hardware_appraisal *appraisal)
{
    const struct hardware_item *reference = &appraisal->input->reference;
    static struct corim corim; /* large; one appraisal at a time */
    int parsed;

    if (reference->bytes == NULL) {
        return;
    }
    parsed = corim_parse(&corim, reference->bytes, reference->size) == POBF_OK;
    check_judge(item(appraisal, COMMON_REFERENCE), parsed, "a CoRIM, in shortest form",
                parsed ? "just that" : "something else");
    if (parsed && judge_signature(appraisal, &corim)) {
        hardware_validity(appraisal, COMMON_REFERENCE_VALIDITY, "the reference values", corim.from,
                          corim.until);
        judge_match(appraisal, &corim);
    }
}
