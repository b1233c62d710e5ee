#ifndef POBF_VERIFIER_HARDWARE_HARDWARE_H
#define POBF_VERIFIER_HARDWARE_HARDWARE_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "framework/core/status.h"
#include "verifier/appraisal/checks.h"
#include "verifier/hardware/policy.h"
#include "verifier/hardware/tcb.h"
#include "verifier/roots/roots.h"
#include "verifier/x509/certs.h"

/*
 * Appraisal of hardware evidence, offline: bytes, an instant and a policy in, a list of checks out.
 * It reads no file, no clock and no network. A platform works in four steps:
 *
 *   parse      the bytes: framework/wire, proved
 *   verify     who signed them: chains, revocation, signatures
 *   validate   what they say, against the endorsements, the collateral and itself
 *   judge      puts every check on the list first, calls the three, and says what was found
 *
 * What all platforms share is judged once, by hardware_appraise, from what the platform found: report
 * data, debug, measurement, TCB status, advisories, and until when all this stays so.
 */

/* Bytes that were given: a file as it came. */
struct hardware_item {
    const uint8_t *bytes;
    size_t size;
};

enum { HARDWARE_ITEMS_MAX = 64, HARDWARE_DATA_MAX = 64, HARDWARE_ADVISORIES_MAX = 64 };
enum { HARDWARE_ADVISORY_ROOM = 32 };
enum { HARDWARE_CLAIM_MAX = 512 }; /* bytes of one claim; what is longer is left out */
enum { HARDWARE_NONCE_MIN = 8 };   /* what is shorter does not make evidence fresh */

struct hardware_input {
    struct hardware_item evidence;
    const struct hardware_item *endorsements; /* PEM, DER, JWK, in any order */
    size_t endorsement_count;
    /* Of the first so many, keys are trusted: whoever appraises names them. The others come from
     * whoever wants to be believed, and count only where they lead to a vendor's root. */
    size_t named_count;
    const struct hardware_item *collateral; /* JSON, CRLs */
    size_t collateral_count;
    int64_t at;
    /* What must be signed with: at most one of the two; a shorter one stands for itself and zeros. */
    const uint8_t *report_data; /* NULL: none was given */
    size_t report_data_size;
    const uint8_t *nonce; /* NULL: none was given */
    size_t nonce_size;
    int any_report_data; /* 1: --insecure-any-report-data */
    const struct hardware_policy *policy;
    struct hardware_item reference;     /* CoRIM; NULL bytes: none */
    struct hardware_item reference_key; /* who signs it: PEM or JWK; NULL bytes: nobody */
    const struct certs *roots; /* in place of the vendors', for chains of one's own; NULL: theirs */
};

/* Bytes that the evidence says; size 0: it does not say. */
struct hardware_data {
    uint8_t bytes[HARDWARE_DATA_MAX];
    size_t size;
};

/*
 * What a platform found. A field is filled as soon as the evidence parses, whether or not the
 * signature holds: people look at what was refused.
 */
struct hardware_found {
    struct hardware_data report_data; /* the field that --report-data is compared with */
    struct hardware_data nonce;       /* the one that --nonce is; size 0: report data is */
    struct hardware_data measurement; /* of what was launched */
    int debug;                        /* 1: whoever owns the host can look inside */
    int debug_is_known;               /* 0: the evidence does not parse, or cannot tell */
    enum tcb_status tcb_status;
    char advisories[HARDWARE_ADVISORIES_MAX][HARDWARE_ADVISORY_ROOM]; /* "INTEL-SA-00615" */
    size_t advisory_count;
    json_t *claims; /* an object; what else the evidence says, bytes in hexadecimal */
};

enum hardware_verdict {
    HARDWARE_NONE, /* cannot tell: something mandatory was not evaluated           */
    HARDWARE_AFFIRMING,
    HARDWARE_WARNING, /* genuine; its firmware is not what its vendor would like it to be */
    HARDWARE_CONTRAINDICATED,
};

struct hardware_appraisal {
    const struct hardware_input *input;
    const char *platform; /* "snp"; "" where no platform knows these bytes */
    struct certs certs;   /* all certificates and CRLs among endorsements and collateral */
    struct checks checks;
    struct hardware_found found;
    /* The span in which all that was used is valid, both ends included. */
    int64_t accepted_from;
    int64_t accepted_until;
    size_t span_count;             /* how many spans of validity these two come from */
    enum hardware_verdict verdict; /* computed once, from all of `checks` and the TCB status */
    int accepted;                  /* 1: every mandatory check passed, none failed */
};

/* 0 accepted, 1 refused, 3 cannot tell. */
int hardware_exit_code(const struct hardware_appraisal *appraisal);
/* "affirming", "warning", "contraindicated", "none": AR4SI. */
const char *hardware_verdict_word(enum hardware_verdict verdict);

/* A check of a platform, for the list. */
struct hardware_check {
    const char *id;    /* "snp.signature" */
    const char *field; /* where in the evidence or the endorsements: "report.signature" */
    int mandatory;
    const char *advice; /* what to do where it does not pass */
};

struct hardware_platform {
    const char *name;
    /* 1 where the bytes look like this platform's; it judges nothing. */
    int (*detect)(const uint8_t *bytes, size_t size);
    /* Lists its checks, then judges what there is something to judge by. */
    void (*appraise)(struct hardware_appraisal *appraisal);
};

/* The platform of that name; NULL where there is none. "auto" is not one. */
const struct hardware_platform *hardware_find(const char *name);

/*
 * Appraise; `platform` is a name of hardware_find's, or "auto", which asks the bytes. Always leaves
 * a whole list. Clear it afterwards.
 */
void hardware_appraise(struct hardware_appraisal *appraisal, const struct hardware_input *input,
                       const char *platform);
void hardware_clear(struct hardware_appraisal *appraisal);

/*
 * For platforms.
 */

/* Put checks on the list, not evaluated; returns the place of the first, for hardware_check_at. */
size_t hardware_list(struct hardware_appraisal *appraisal, const struct hardware_check *checks,
                     size_t count);
struct check *hardware_check_at(struct hardware_appraisal *appraisal, size_t place);
/* 1 where that check passed: what rests on it may be judged. */
int hardware_passed(const struct hardware_appraisal *appraisal, size_t place);

/*
 * Judge a span of validity at the appraisal's instant, inclusive at both ends, and let it count for
 * accepted_until. `what` is a name for people: "the PCK certificate chain". An end that is INT64_MIN could not
 * be read, as path_epoch has it: that fails.
 */
void hardware_validity(struct hardware_appraisal *appraisal, size_t place, const char *what,
                       int64_t from, int64_t until);

/*
 * The roots that this evidence must lead to: the input's, or the vendor's, which is then added to
 * `own`. NULL where it cannot be read.
 */
const struct certs *hardware_roots(const struct hardware_appraisal *appraisal, struct certs *own,
                                   enum roots vendor);

/* Fill a field; what does not fit is cut to nothing. */
void hardware_data_set(struct hardware_data *data, const uint8_t *bytes, size_t size);
/* A claim: bytes in hexadecimal, a number, a word. */
void hardware_claim_bytes(json_t *claims, const char *name, const uint8_t *bytes, size_t size);
void hardware_claim_number(json_t *claims, const char *name, uint64_t number);
void hardware_claim_text(json_t *claims, const char *name, const char *text);
void hardware_advisory(struct hardware_appraisal *appraisal, const char *name);

#endif
