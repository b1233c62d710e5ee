#ifndef POBF_TESTS_VERIFIER_CERTIFICATE_MADE_H
#define POBF_TESTS_VERIFIER_CERTIFICATE_MADE_H

#include "tests/verifier/certificate/levels.h"

/* A certificate that holds, of these subjects, by this certifier; text to free. */
static inline char *made_certificate(const struct certificate *subjects,
                                     const struct key *certifier)
{
    static const uint8_t digest[POBF_DIGEST_BYTES] = {0xd1};
    struct statement statement = {.facts = *subjects, .builds = 2, .identical = 1, .passed = 1};
    char *envelope;

    statement.facts.proved = statement.facts.goals = 9;
    statement.facts.issued_at_s = 1700000000;
    give_levels(&statement, "framework/core/wipe.c", NULL);
    statement.configuration = json_pack("[o]", statement_item("frama-c", digest, NULL));
    if (certificate_sign(&envelope, &statement, certifier) != POBF_OK) {
        abort();
    }
    statement_clear(&statement);
    return envelope;
}

#endif
