#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "verifier/certificate/certificate.h"
#include "verifier/corim/corim.h"
#include "verifier/cose/endorsed.h"
#include "verifier/hardware/common.h"
#include "verifier/tpm/measured.h"

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
static int judge_signature(struct hardware_appraisal *appraisal, const struct pobf_corim *corim)
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

static void judge_match(struct hardware_appraisal *appraisal, const struct pobf_corim *corim)
{
    const struct hardware_data *measurement = &appraisal->found.measurement;
    const uint64_t number = strcmp(appraisal->platform, "snp") == 0 ? SNP_MEASUREMENT : 0;
    char seen[2 * HARDWARE_DATA_MAX + 1];
    char expected[CHECK_TEXT_ROOM];

    if (measurement->size == 0) {
        return;
    }
    sodium_bin2hex(seen, sizeof seen, measurement->bytes, measurement->size);
    snprintf(expected, sizeof expected, "one of the %zu reference values", corim->values.count);
    check_judge(item(appraisal, COMMON_REFERENCE_MATCH),
                corim_has(corim, appraisal->input->reference.bytes, number, measurement->bytes,
                          measurement->size),
                expected, seen);
}

static void judge_corim(struct hardware_appraisal *appraisal)
{
    const struct hardware_item *reference = &appraisal->input->reference;
    static struct pobf_corim corim; /* large; one appraisal at a time */
    const int parsed = pobf_corim_parse(&corim, reference->bytes, reference->size) == POBF_OK;

    check_judge(item(appraisal, COMMON_REFERENCE), parsed, "a CoRIM, in shortest form",
                parsed ? "just that" : "something else");
    if (parsed && judge_signature(appraisal, &corim)) {
        hardware_validity(appraisal, COMMON_REFERENCE_VALIDITY, "the reference values", corim.from,
                          corim.until);
        judge_match(appraisal, &corim);
    }
}

/* 1 where it says all that a certificate has to, under the key that is named. */
static int judge_certifier(struct hardware_appraisal *appraisal, struct certificate *certificate)
{
    const struct hardware_item *reference = &appraisal->input->reference;
    const struct hardware_item *named = &appraisal->input->reference_key;
    struct check *check = item(appraisal, COMMON_REFERENCE_SIGNATURE);
    struct checks checks = {.count = 0};
    const struct check *failed;
    struct key *key = NULL;
    char seen[2 * CHECK_TEXT_ROOM] = "just that";

    check->mandatory = 1;
    if (named->bytes != NULL && key_parse(&key, named->bytes, named->size) != POBF_OK) {
        check_judge(check, 0, "the key of a certifier: P-256 or Ed25519, PEM", "something else");
        return 0;
    }
    certificate_verify(certificate, &checks, reference->bytes, reference->size, key);
    key_close(key);
    failed = checks_reason(&checks, CHECK_FAIL);
    if (failed != NULL) {
        snprintf(seen, sizeof seen, "%s: %s", failed->id, failed->seen);
    }
    if (failed != NULL || named->bytes != NULL) { /* else nobody says by whom: cannot tell */
        check_judge(check, failed == NULL, "a certificate that this key signed, and that holds",
                    seen);
    }
    return checks_verdict(&checks) == VERDICT_AFFIRMED;
}

/*
 * The image of a certificate, in either of its monitors, is in the register of a TPM that a host
 * measures both into. What measures other things is not comparable: then it cannot be told.
 */
static void judge_image(struct hardware_appraisal *appraisal, const struct certificate *certificate)
{
    const uint8_t *const monitors[] = {certificate->monitor, certificate->trustlet};
    const char *seen = measured_seen(appraisal->found.claims);
    char expected[MEASURED_TEXT];
    int found = 0;

    if (seen == NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof monitors / sizeof monitors[0]; i++) {
        if (measured_expect(expected, monitors[i], certificate->measurement) != POBF_OK) {
            return;
        }
        found |= strcmp(expected, seen) == 0;
    }
    check_judge(item(appraisal, COMMON_REFERENCE_MATCH), found,
                "in register " MEASURED_REGISTER ", the certificate's monitor and image", seen);
}

/* It has no dates: it speaks of a program, and that one stays what it is. */
static void judge_certificate(struct hardware_appraisal *appraisal)
{
    struct certificate certificate;

    check_judge(item(appraisal, COMMON_REFERENCE), 1, "a CoRIM, or a certificate", "a certificate");
    item(appraisal, COMMON_REFERENCE_VALIDITY)->mandatory = 0;
    if (judge_certifier(appraisal, &certificate)) {
        judge_image(appraisal, &certificate);
    }
}

void reference_judge(struct hardware_appraisal *appraisal)
{
    const struct hardware_item *reference = &appraisal->input->reference;

    if (reference->bytes == NULL) {
        return;
    }
    if (certificate_is(reference->bytes, reference->size)) {
        judge_certificate(appraisal);
    } else {
        judge_corim(appraisal);
    }
}
