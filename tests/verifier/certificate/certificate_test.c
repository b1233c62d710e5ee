#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "tests/verifier/certificate/levels.h"
#include "verifier/certificate/certificate.h"
#include "verifier/certificate/dsse.h"
#include "verifier/certificate/statement.h"

static struct key *key;
static struct statement good;

static int make_good(void **state)
{
    static const uint8_t digest[POBF_DIGEST_BYTES] = {0xd1};

    (void)state;
    good.facts = (struct certificate){.measurement = {1},
                                      .policy = {2},
                                      .monitor = {3},
                                      .trustlet = {5},
                                      .source = {4},
                                      .proved = 370,
                                      .goals = 370,
                                      .issued_at_s = 1790000000};
    good.builds = 2;
    good.identical = 1;
    good.passed = 1;
    give_levels(&good, "framework/core/wipe.c", "framework/core/zone.c");
    good.configuration = json_pack("[o]", statement_item("frama-c", digest, NULL));
    return key_generate(&key, KEY_EDDSA) == POBF_OK ? 0 : -1;
}

static int drop_it(void **state)
{
    (void)state;
    statement_clear(&good);
    key_close(key);
    return 0;
}

static enum check_result result_of(const struct checks *checks, const char *id)
{
    for (size_t i = 0; i < checks->count; i++) {
        if (strcmp(checks->item[i].id, id) == 0) {
            return checks->item[i].result;
        }
    }
    fail_msg("there is no check %s", id);
    return CHECK_NOT_EVALUATED;
}

/* Exactly this check fails, and so the verdict does. */
static void assert_fails_alone(const struct checks *checks, const char *id)
{
    for (size_t i = 0; i < checks->count; i++) {
        const int is_it = strcmp(checks->item[i].id, id) == 0;

        if ((checks->item[i].result == CHECK_FAIL) != is_it) {
            fail_msg("%s: expected %s to fail alone, seen %s", checks->item[i].id, id,
                     checks->item[i].seen);
        }
    }
    assert_int_equal(checks_verdict(checks), VERDICT_REFUSED);
}

/* Sign whatever the text says: what certificate_sign would never do. */
static char *sign_anyway(const char *text)
{
    char *envelope;

    assert_int_equal(
        dsse_sign(&envelope, STATEMENT_PAYLOAD_TYPE, (const uint8_t *)text, strlen(text), key),
        POBF_OK);
    return envelope;
}

static void a_good_certificate_passes_every_check(void **state)
{
    struct checks checks = {.count = 0};
    struct certificate facts;
    uint8_t digest[POBF_DIGEST_BYTES];
    char *envelope;

    (void)state;
    assert_int_equal(certificate_sign(&envelope, &good, key), POBF_OK);
    assert_true(certificate_is((const uint8_t *)envelope, strlen(envelope)));
    certificate_verify(&facts, &checks, (const uint8_t *)envelope, strlen(envelope), key);
    assert_int_equal(checks.count, 8);
    assert_int_equal(checks_verdict(&checks), VERDICT_AFFIRMED);
    crypto_hash_sha256(digest, (const uint8_t *)envelope, strlen(envelope));
    assert_memory_equal(facts.digest, digest, sizeof digest);
    memset(facts.digest, 0, sizeof digest);
    assert_memory_equal(&facts, &good.facts, sizeof facts);
    free(envelope);
}

static void without_a_key_nobody_can_tell(void **state)
{
    struct checks checks = {.count = 0};
    struct certificate facts;
    char *envelope;

    (void)state;
    assert_int_equal(certificate_sign(&envelope, &good, key), POBF_OK);
    certificate_verify(&facts, &checks, (const uint8_t *)envelope, strlen(envelope), NULL);
    assert_int_equal(result_of(&checks, "certificate.signature"), CHECK_NOT_EVALUATED);
    assert_int_equal(result_of(&checks, "certificate.key"), CHECK_NOT_EVALUATED);
    assert_int_equal(checks_verdict(&checks), VERDICT_CANNOT_TELL);
    free(envelope);
}

static void another_certifier_is_refused(void **state)
{
    struct checks checks = {.count = 0};
    struct certificate facts;
    struct key *other;
    char *envelope;

    (void)state;
    assert_int_equal(key_generate(&other, KEY_EDDSA), POBF_OK);
    assert_int_equal(certificate_sign(&envelope, &good, other), POBF_OK);
    certificate_verify(&facts, &checks, (const uint8_t *)envelope, strlen(envelope), key);
    assert_int_equal(result_of(&checks, "certificate.signature"), CHECK_FAIL);
    assert_int_equal(result_of(&checks, "certificate.key"), CHECK_FAIL);
    assert_int_equal(checks_verdict(&checks), VERDICT_REFUSED);
    free(envelope);
    key_close(other);
}

static void no_flipped_bit_is_affirmed(void **state)
{
    struct certificate facts;
    char *envelope;
    size_t size;

    (void)state;
    assert_int_equal(certificate_sign(&envelope, &good, key), POBF_OK);
    size = strlen(envelope);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        struct checks checks = {.count = 0};

        envelope[bit / 8] = (char)(envelope[bit / 8] ^ 1 << bit % 8);
        certificate_verify(&facts, &checks, (const uint8_t *)envelope, size, key);
        assert_int_equal(checks_verdict(&checks), VERDICT_REFUSED);
        envelope[bit / 8] = (char)(envelope[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t cut = 0; cut < size; cut++) {
        struct checks checks = {.count = 0};

        certificate_verify(&facts, &checks, (const uint8_t *)envelope, cut, key);
        assert_fails_alone(&checks, "certificate.parse");
        assert_true(sodium_is_zero((const uint8_t *)&facts, sizeof facts));
    }
    free(envelope);
}

/* The digest of the good certificate's trustlet. */
#define FIVE "0500000000000000000000000000000000000000000000000000000000000000"

/* What the signed text says instead, and which check must then fail, and no other. */
static const struct {
    const char *defect, *what, *with, *check;
} lies[] = {
    {"one goal is not proved, as its count says", "tag:pobf,2026:proved\":370",
     "tag:pobf,2026:proved\":369", "certificate.parse"},
    {"more is proved than there is", "tag:pobf,2026:proved\":370", "tag:pobf,2026:proved\":371",
     "certificate.parse"},
    {"the test failed", "PASSED", "FAILED", "certificate.result"},
    {"there was a warning", "PASSED", "WARNED", "certificate.result"},
    {"a test failed", "failedTests\":[", "failedTests\":[\"a\"", "certificate.result"},
    {"the failed tests are no list", "failedTests\":[]", "failedTests\":{}", "certificate.result"},
    {"it was built once", "builds\":2", "builds\":1", "certificate.reproduced"},
    {"the builds differ", "identical\":true", "identical\":false", "certificate.reproduced"},
    {"a mutant survives", "survivors\":[]", "survivors\":[{}]", "certificate.mutants"},
    {"fewer mutants were noticed", "\"test\":3", "\"test\":2", "certificate.mutants"},
    {"no mutant was tried",
     "\"killed\":{\"proof\":20,\"test\":3},\"sample\":10,\"seed\":\"a\","
     "\"survivors\":[],\"total\":24",
     "\"killed\":{},\"sample\":10,\"survivors\":[],\"total\":0", "certificate.mutants"},
    {"a byte was left", "differing_bytes\":0", "differing_bytes\":1", "certificate.binary"},
    {"nothing was compared", "pairs\":16", "pairs\":0", "certificate.binary"},
    {"a leak was not found", "found\":86", "found\":85", "certificate.binary"},
    {"a false alarm", "alarms\":0", "alarms\":1", "certificate.binary"},
    {"an image check that did not hold", "result\":\"yes", "result\":\"no", "certificate.binary"},
    {"an image check that could not tell", "result\":\"yes", "result\":\"cannot tell",
     "certificate.binary"},
    {"no image check", "[{\"id\":\"link.now\",\"result\":\"yes\"}]", "[]", "certificate.binary"},
    {"image checks that were not run", "[{\"id\":\"link.now\",\"result\":\"yes\"}]", "null",
     "certificate.parse"},
    {"a binary check of another meaning", "pobf-binary 1", "pobf-binary 2", "certificate.parse"},
    {"no level OBSERVED", "\"OBSERVED\"", "\"OBSERVE\"", "certificate.parse"},
    {"no level PROVED", "\"PROVED\"", "\"PROVE\"", "certificate.parse"},
    {"no level of run time", "\"VERIFIED_AT_RUN_TIME\"", "\"VERIFIED\"", "certificate.parse"},
    {"no level ATTESTED", "\"ATTESTED\"", "\"ATTEST\"", "certificate.parse"},
    {"a fifth level", "\"ATTESTED\"", "\"A\":{},\"ATTESTED\"", "certificate.parse"},
    {"no levels", "\"name\":\"levels\"", "\"name\":\"level\"", "certificate.parse"},
    {"levels of another kind", "2026:levels", "2026:level", "certificate.parse"},
    {"modules that do not add up", "\"goals\":370,\"proved\":370},{",
     "\"goals\":369,\"proved\":370},{", "certificate.parse"},
    {"a specification without a digest", "specification\":\"5e", "specification\":\"5E",
     "certificate.parse"},
    {"no theorems", "\"theorems\"", "\"theorem\"", "certificate.parse"},
    {"a negative count", "goals\":370", "goals\":-370", "certificate.parse"},
    {"a count in quotes", "goals\":370", "goals\":\"370\"", "certificate.parse"},
    {"a count given twice", "\"tag:pobf,2026:goals\":370",
     "\"tag:pobf,2026:goals\":1,\"tag:pobf,2026:goals\":370", "certificate.parse"},
    {"fewer modules than proved", "modules\":2", "modules\":3", "certificate.parse"},
    {"no counts", "\"name\":\"pobf\"", "\"name\":\"fbop\"", "certificate.parse"},
    {"counts of another kind", "2026:certificate", "2026:certificate2", "certificate.parse"},
    {"another predicate", "test-result/v0.1", "test-result/v0.2", "certificate.parse"},
    {"another statement", "Statement/v1", "Statement/v2", "certificate.parse"},
    {"a member that nobody knows", "{\"_type\"", "{\"a\":1,\"_type\"", "certificate.parse"},
    {"a result that nobody knows", "\"result\":\"PASSED", "\"warnedTests\":[],\"result\":\"PASSED",
     "certificate.parse"},
    {"no image", "\"name\":\"image\"", "\"name\":\"images\"", "certificate.parse"},
    {"two images", "\"name\":\"policy\"", "\"name\":\"image\"", "certificate.parse"},
    {"no trustlet", "{\"digest\":{\"sha256\":\"" FIVE "\"},\"name\":\"trustlet\"},", "",
     "certificate.parse"},
    {"two monitors", "\"name\":\"trustlet\"", "\"name\":\"monitor\"", "certificate.parse"},
    {"another hash", "{\"sha256\":\"01", "{\"sha512\":\"01", "certificate.parse"},
    {"a digest in upper case", "{\"sha256\":\"01", "{\"sha256\":\"0A", "certificate.parse"},
    {"a short digest", "{\"sha256\":\"01", "{\"sha256\":\"", "certificate.parse"},
    {"a test without a name", "passedTests\":[", "passedTests\":[1,", "certificate.parse"},
    {"something after it", "\"}]}", "\"}]}{}", "certificate.parse"},
};

static char *replaced(const char *text, const char *what, const char *with)
{
    const char *at = strstr(text, what);
    const size_t room = strlen(text) + strlen(with) + 1;
    char *result = malloc(room);

    assert_non_null(at);
    assert_non_null(result);
    snprintf(result, room, "%.*s%s%s", (int)(at - text), text, with, at + strlen(what));
    return result;
}

static void every_lie_fails_its_own_check(void **state)
{
    char *text;

    (void)state;
    assert_int_equal(statement_print(&text, &good), POBF_OK);
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        char *lie = replaced(text, lies[i].what, lies[i].with);
        char *envelope = sign_anyway(lie);
        struct checks checks = {.count = 0};
        struct certificate facts;

        print_message("  %s\n", lies[i].defect);
        certificate_verify(&facts, &checks, (const uint8_t *)envelope, strlen(envelope), key);
        assert_fails_alone(&checks, lies[i].check);
        free(envelope);
        free(lie);
    }
    free(text);
}

/* Whatever the counts are, as long as they add up: this is for the check alone. */
static void assert_no_proof(uint64_t proved, uint64_t goals)
{
    struct statement less = good;
    struct checks checks = {.count = 0};
    struct certificate facts;
    char *text, *envelope;

    less.facts.proved = proved;
    less.facts.goals = goals;
    give_levels(&less, "framework/core/wipe.c", NULL);
    assert_int_equal(statement_print(&text, &less), POBF_OK);
    envelope = sign_anyway(text);
    certificate_verify(&facts, &checks, (const uint8_t *)envelope, strlen(envelope), key);
    assert_fails_alone(&checks, "certificate.proof");
    free(envelope);
    free(text);
    json_decref(less.tests);
    json_decref(less.levels);
}

static void nothing_is_proved_where_a_goal_is_left_or_there_is_none(void **state)
{
    (void)state;
    assert_no_proof(0, 0);
    assert_no_proof(369, 370);
    assert_no_proof(371, 370);
}

static void no_certificate_is_signed_for_less_than_everything(void **state)
{
    struct statement less[6] = {good, good, good, good, good, good};
    char *envelope;

    (void)state;
    less[0].facts.proved--;
    less[1].passed = 0;
    less[2].builds = 1;
    less[3].identical = 0;
    less[4].facts.levels.killed--;
    less[5].facts.levels.differing_bytes++;
    for (size_t i = 0; i < sizeof less / sizeof *less; i++) {
        assert_int_equal(certificate_sign(&envelope, &less[i], key), POBF_E_REFUSED);
        assert_null(envelope);
    }
}

static void every_backend_has_its_own_monitor(void **state)
{
    (void)state;
    assert_ptr_equal(certificate_monitor(&good.facts, POBF_BACKEND_PROCESS), good.facts.monitor);
    assert_ptr_equal(certificate_monitor(&good.facts, POBF_BACKEND_KVM), good.facts.trustlet);
    assert_null(certificate_monitor(&good.facts, POBF_BACKEND_NONE));
    assert_null(certificate_monitor(&good.facts, (enum pobf_backend)(POBF_BACKEND_KVM + 1)));
}

static void inspection_says_what_it_says_and_no_more(void **state)
{
    const json_int_t expected = 370;
    char *envelope;
    json_t *facts;

    (void)state;
    assert_int_equal(certificate_sign(&envelope, &good, key), POBF_OK);
    facts = certificate_json((const uint8_t *)envelope, strlen(envelope));
    assert_non_null(facts);
    assert_int_equal(json_integer_value(json_object_get(facts, "goals")), expected);
    assert_int_equal(json_array_size(json_object_get(facts, "modules")), 2);
    assert_string_equal(json_string_value(json_object_get(facts, "trustlet")), FIVE);
    json_decref(facts);
    assert_null(certificate_json((const uint8_t *)envelope, strlen(envelope) - 1));
    assert_false(certificate_is((const uint8_t *)"{}", 2));
    assert_false(certificate_is((const uint8_t *)"", 0));
    free(envelope);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_certificate_passes_every_check),
        cmocka_unit_test(without_a_key_nobody_can_tell),
        cmocka_unit_test(another_certifier_is_refused),
        cmocka_unit_test(no_flipped_bit_is_affirmed),
        cmocka_unit_test(every_lie_fails_its_own_check),
        cmocka_unit_test(nothing_is_proved_where_a_goal_is_left_or_there_is_none),
        cmocka_unit_test(no_certificate_is_signed_for_less_than_everything),
        cmocka_unit_test(every_backend_has_its_own_monitor),
        cmocka_unit_test(inspection_says_what_it_says_and_no_more),
    };

    return cmocka_run_group_tests_name("verifier/certificate/certificate", tests, make_good,
                                       drop_it);
}
