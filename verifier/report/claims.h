#ifndef POBF_VERIFIER_REPORT_CLAIMS_H
#define POBF_VERIFIER_REPORT_CLAIMS_H

#include <jansson.h>

#include "verifier/appraisal/appraisal.h"
#include "verifier/report/ear.h"

/*
 * What a report says beyond the standard claims, under names of our own.
 *
 *   tag:pobf,2026:verdict       {verdict, sentence, scope, because: [ids of checks]}
 *   tag:pobf,2026:checks        every check, as in checks_json
 *   tag:pobf,2026:levels        the four levels of assurance, as in assurance_of
 *   tag:pobf,2026:digests       SHA-256 of evidence, receipt and certificate, in hex
 *   tag:pobf,2026:assumptions   {A1: ..}
 *   tag:pobf,2026:not-claimed   [..]
 *   in the submods: tag:pobf,2026:platform, :enclave, :forgetting, :proof
 */
#define CLAIMS_VERDICT "tag:pobf,2026:verdict"
#define CLAIMS_CHECKS "tag:pobf,2026:checks"
#define CLAIMS_LEVELS "tag:pobf,2026:levels"
#define CLAIMS_DIGESTS "tag:pobf,2026:digests"
#define CLAIMS_ASSUMPTIONS "tag:pobf,2026:assumptions"
#define CLAIMS_NOT_CLAIMED "tag:pobf,2026:not-claimed"
#define CLAIMS_PLATFORM "tag:pobf,2026:platform"
#define CLAIMS_ENCLAVE "tag:pobf,2026:enclave"
#define CLAIMS_FORGETTING "tag:pobf,2026:forgetting"
#define CLAIMS_PROOF "tag:pobf,2026:proof"

json_t *claims_hex(const uint8_t *bytes, size_t size);

/* One sentence for people: what the verdict is, and on whose word. */
json_t *claims_verdict(const struct appraisal *appraisal);

json_t *claims_digests(const struct appraisal *appraisal);
json_t *claims_assumptions(void);
json_t *claims_not_claimed(const struct appraisal *appraisal);

/* Add what the evidence, the receipt and the certificate say, each to its submod. */
void claims_add_facts(json_t *submod, enum ear_submod which, const struct appraisal *appraisal);

/* The facts themselves, which `pobf inspect` prints too. NULL where memory ran out. */
json_t *claims_platform(enum appraisal_platform platform, enum pobf_backend backend);
/* Whom a verdict on a platform of this name trusts besides: a sentence after a space, or "". */
const char *claims_trusted(const char *platform);
json_t *claims_enclave(const struct pobf_evidence *evidence);
json_t *claims_forgetting(const struct pobf_receipt *receipt);

/* The backend that claims_platform gives this name; NONE where it gives it to none. */
enum pobf_backend claims_backend(const char *name);

#endif
