#ifndef POBF_VERIFIER_CERTIFICATE_STATEMENT_H
#define POBF_VERIFIER_CERTIFICATE_STATEMENT_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "framework/core/status.h"
#include "verifier/certificate/certificate.h"

/*
 * What a certificate's envelope holds: an in-toto Statement v1 with a test result v0.1.
 *                                                       github.com/in-toto/attestation, spec/v1
 *   subject        image, policy, monitor, trustlet, source: each once, each with its SHA-256
 *   predicate      result, passedTests (the modules proved), failedTests, configuration
 *   configuration  the item "pobf" with our counts as annotations, the item "levels" with the four
 *                  levels of assurance (levels.h), then a list for people: the tools that ran (by
 *                  the digest of their programs), the options, the assumptions
 */
#define STATEMENT_PAYLOAD_TYPE "application/vnd.in-toto+json"
#define STATEMENT_TYPE "https://in-toto.io/Statement/v1"
#define STATEMENT_PREDICATE "https://in-toto.io/attestation/test-result/v0.1"
#define STATEMENT_TAG "tag:pobf,2026:"

struct statement {
    struct certificate facts; /* all but its digest, which is of the envelope */
    uint64_t modules;
    uint64_t builds;       /* how often monitors and image were built, in different folders */
    int identical;         /* 1: each time bit for bit the same */
    int passed;            /* 1: the result is PASSED, and no test failed or warned */
    json_t *tests;         /* owned: the names of the modules proved */
    json_t *levels;        /* owned; facts.levels is what it says */
    json_t *configuration; /* owned: without the items "pobf" and "levels" */
};

/* *text is one line of JSON, sorted by name, to free; NULL on any error. */
POBF_MUST_CHECK enum pobf_status statement_print(char **text, const struct statement *statement);

/* POBF_E_INPUT, an empty *statement, and *defect in words, where it is not this layout. */
POBF_MUST_CHECK enum pobf_status statement_parse(struct statement *statement, const char **defect,
                                                 const uint8_t *bytes, size_t size);
void statement_clear(struct statement *statement);

/* An item of the configuration: a thing by its SHA-256, with what else there is to say of it. */
json_t *statement_item(const char *name, const uint8_t digest[POBF_DIGEST_BYTES],
                       json_t *annotations);

#endif
