#include "verifier/certificate/certificate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "verifier/certificate/dsse.h"
#include "verifier/certificate/statement.h"

static const char advice_file[] = "Ask for the certificate again; this file is damaged.";
static const char advice_key[] =
    "Name the certifier's public key (--certificate-key), the one you got from the certifier.";
static const char advice_proof[] = "Do not rely on it; have the source certified again.";

static int is_proved(const struct statement *statement)
{
    return statement->facts.goals > 0 && statement->facts.proved == statement->facts.goals;
}

static int is_reproduced(const struct statement *statement)
{
    return statement->builds >= 2 && statement->identical;
}

const uint8_t *certificate_monitor(const struct certificate *certificate, enum pobf_backend backend)
{
    switch (backend) {
    case POBF_BACKEND_PROCESS:
        return certificate->monitor;
    case POBF_BACKEND_KVM:
        return certificate->trustlet;
    case POBF_BACKEND_NONE:
    default:
        return NULL;
    }
}

/* What the signature covers. Both halves in one step: an envelope alone says nothing. */
static enum pobf_status parse(struct dsse *dsse, struct statement *statement, const char **defect,
                              const uint8_t *bytes, size_t size)
{
    enum pobf_status status = dsse_parse(dsse, STATEMENT_PAYLOAD_TYPE, bytes, size);

    *statement = (struct statement){0};
    *defect = dsse->defect;
    if (status == POBF_OK) {
        status = statement_parse(statement, defect, dsse->payload, dsse->size);
        if (status != POBF_OK) {
            dsse_clear(dsse);
        }
    }
    return status;
}

static void judge_key(struct check *signature, struct check *identity, const struct dsse *dsse,
                      const struct key *key)
{
    const int valid = dsse_verify(dsse, STATEMENT_PAYLOAD_TYPE, key) == POBF_OK;
    uint8_t id[KEY_ID_BYTES];

    key_id(key, id);
    check_judge(signature, valid, "valid under the certifier's key", valid ? "valid" : "not valid");
    check_bytes(identity, id, dsse->key_id, sizeof id);
}

static void judge_mutants(struct check *check, const struct levels *levels)
{
    char seen[CHECK_TEXT_ROOM];

    snprintf(seen, sizeof seen,
             "%" PRIu64 " noticed, %" PRIu64 " explained, %" PRIu64 " survive, of %" PRIu64
             " (one in %" PRIu64 ")",
             levels->killed, levels->equivalent, levels->survivors, levels->mutants,
             levels->sample);
    check_judge(check, levels_mutants_hold(levels), "every mutant noticed or explained", seen);
}

static void judge_binary(struct check *check, const struct levels *levels)
{
    char seen[CHECK_TEXT_ROOM];

    snprintf(seen, sizeof seen,
             "%" PRIu64 " bytes, zoo %" PRIu64 " of %" PRIu64 ", %" PRIu64 " false alarms, %" PRIu64
             " of %" PRIu64 " checks",
             levels->differing_bytes, levels->found, levels->zoo, levels->alarms,
             levels->checks_held, levels->checks);
    check_judge(check, levels_binary_holds(levels),
                "0 bytes left, every seeded leak found, no false alarm, every check held", seen);
}

static void judge_statement(struct check *result, struct check *proof, struct check *reproduced,
                            const struct statement *statement)
{
    char seen[CHECK_TEXT_ROOM];

    check_judge(result, statement->passed, "PASSED, with no test failed",
                statement->passed ? "PASSED" : "not passed, or with failed tests");
    snprintf(seen, sizeof seen, "%" PRIu64 " of %" PRIu64 " goals", statement->facts.proved,
             statement->facts.goals);
    check_judge(proof, is_proved(statement), "every goal proved, of at least one", seen);
    snprintf(seen, sizeof seen, "%" PRIu64 " builds, %s", statement->builds,
             statement->identical ? "identical" : "not identical");
    check_judge(reproduced, is_reproduced(statement), "at least 2 builds, identical", seen);
}

void certificate_verify(struct certificate *certificate, struct checks *checks,
                        const uint8_t *bytes, size_t size, const struct key *key)
{
    struct check *parsed = checks_add(checks, "certificate.parse", 1, advice_file);
    struct check *signature = checks_add(checks, "certificate.signature", 1, advice_key);
    struct check *identity = checks_add(checks, "certificate.key", 1, advice_key);
    struct check *result = checks_add(checks, "certificate.result", 1, advice_proof);
    struct check *proof = checks_add(checks, "certificate.proof", 1, advice_proof);
    struct check *reproduced = checks_add(checks, "certificate.reproduced", 1, advice_proof);
    struct check *mutants = checks_add(checks, "certificate.mutants", 1, advice_proof);
    struct check *binary = checks_add(checks, "certificate.binary", 1, advice_proof);
    struct statement statement;
    struct dsse dsse;
    const char *defect;

    *certificate = (struct certificate){0};
    if (parse(&dsse, &statement, &defect, bytes, size) != POBF_OK) {
        check_judge(parsed, 0, "a DSSE envelope with an in-toto statement of ours", defect);
        return;
    }
    check_judge(parsed, 1, "a DSSE envelope with an in-toto statement of ours", "one");
    if (key != NULL) {
        judge_key(signature, identity, &dsse, key);
    }
    judge_statement(result, proof, reproduced, &statement);
    judge_mutants(mutants, &statement.facts.levels);
    judge_binary(binary, &statement.facts.levels);
    *certificate = statement.facts;
    crypto_hash_sha256(certificate->digest, bytes, size);
    statement_clear(&statement);
    dsse_clear(&dsse);
}

enum pobf_status certificate_sign(char **envelope, const struct statement *statement,
                                  const struct key *key)
{
    enum pobf_status status;
    char *text;

    *envelope = NULL;
    if (!statement->passed || !is_proved(statement) || !is_reproduced(statement) ||
        !levels_mutants_hold(&statement->facts.levels) ||
        !levels_binary_holds(&statement->facts.levels)) {
        return POBF_E_REFUSED;
    }
    status = statement_print(&text, statement);
    if (status == POBF_OK) {
        status =
            dsse_sign(envelope, STATEMENT_PAYLOAD_TYPE, (const uint8_t *)text, strlen(text), key);
        free(text);
    }
    return status;
}

int certificate_is(const uint8_t *bytes, size_t size)
{
    static const char member[] = "\"payloadType\"";

    return size > 0 && bytes[0] == '{' && memmem(bytes, size, member, sizeof member - 1) != NULL;
}

static json_t *hex_of(const uint8_t digest[POBF_DIGEST_BYTES])
{
    char hex[2 * POBF_DIGEST_BYTES + 1];

    return json_string(sodium_bin2hex(hex, sizeof hex, digest, POBF_DIGEST_BYTES));
}

json_t *certificate_json(const uint8_t *bytes, size_t size)
{
    uint8_t digest[POBF_DIGEST_BYTES];
    struct statement statement;
    struct dsse dsse;
    const char *defect;
    json_t *facts;

    if (parse(&dsse, &statement, &defect, bytes, size) != POBF_OK) {
        return NULL;
    }
    crypto_hash_sha256(digest, bytes, size);
    facts = json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:b, s:b, s:O, s:O, s:O}",
        "kind", "certificate", "digest", hex_of(digest), "key_id", hex_of(dsse.key_id),
        "measurement", hex_of(statement.facts.measurement), "policy",
        hex_of(statement.facts.policy), "monitor", hex_of(statement.facts.monitor), "trustlet",
        hex_of(statement.facts.trustlet), "source", hex_of(statement.facts.source), "issued_at_s",
        (json_int_t)statement.facts.issued_at_s, "proved", (json_int_t)statement.facts.proved,
        "goals", (json_int_t)statement.facts.goals, "builds", (json_int_t)statement.builds,
        "builds_identical", statement.identical, "passed", statement.passed, "levels",
        statement.levels, "modules", statement.tests, "configuration", statement.configuration);
    statement_clear(&statement);
    dsse_clear(&dsse);
    return facts;
}
