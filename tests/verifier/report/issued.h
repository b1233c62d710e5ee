#ifndef POBF_TESTS_VERIFIER_REPORT_ISSUED_H
#define POBF_TESTS_VERIFIER_REPORT_ISSUED_H

#include "tests/verifier/appraisal/fixture.h"
#include "verifier/report/claims.h"
#include "verifier/report/report.h"

/* A good call, appraised, and what its report is to be held against. */
enum { NOW = 1800000000 };

static struct fixture f;
static struct appraisal appraisal;
static struct key *key;
static struct report_options options;
static struct report_expectation expectation;
static struct checks checks;

static inline int begin(void **state)
{
    (void)state;
    fixture_init(&f);
    appraisal_run(&appraisal, &f.input, &f.policy);
    if (key == NULL && key_generate(&key, KEY_ES256) != POBF_OK) {
        return -1;
    }
    options = (struct report_options){.key = key, .now_s = NOW};
    expectation = (struct report_expectation){.key = key,
                                              .appraisal = &appraisal,
                                              .reference = &f.reference,
                                              .nonce = f.evidence.nonce,
                                              .now_s = NOW + 1000,
                                              .accept_sim = 1};
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    key_close(key);
    return 0;
}

static inline enum checks_verdict judge(const char *jwt, size_t size)
{
    checks = (struct checks){.count = 0};
    json_decref(report_verify(&checks, (const uint8_t *)jwt, size, &expectation));
    return checks_verdict(&checks);
}

static inline char *issue(void)
{
    char *jwt;

    assert_int_equal(report_issue(&jwt, &appraisal, &options), POBF_OK);
    return jwt;
}

#endif
