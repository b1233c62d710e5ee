#ifndef POBF_VERIFIER_APPRAISAL_APPRAISAL_H
#define POBF_VERIFIER_APPRAISAL_APPRAISAL_H

#include <stddef.h>
#include <stdint.h>

#include "framework/wire/evidence.h"
#include "framework/wire/offer.h"
#include "framework/wire/receipt.h"
#include "verifier/appraisal/checks.h"
#include "verifier/appraisal/exchange.h"
#include "verifier/appraisal/reference.h"
#include "verifier/certificate/certificate.h"
#include "verifier/hardware/hardware.h"
#include "verifier/key/key.h"

/*
 * Appraisal of one enclave and one invocation, offline: bytes and a policy in, a list of checks
 * out. It reads no file, no clock and no network. Every check is always in the list, also where
 * there was nothing to evaluate it on.
 */

/* What the verdict is about; it decides which checks are mandatory. */
enum appraisal_scope {
    APPRAISAL_EVIDENCE,   /* an enclave, for somebody who does not speak to it            */
    APPRAISAL_CHANNEL,    /* an enclave that is spoken to: its channel key must match too */
    APPRAISAL_OFFER,      /* the same, and its one-time key                               */
    APPRAISAL_INVOCATION, /* one task: the same, and its receipt                          */
};

struct appraisal_file {
    const uint8_t *bytes; /* NULL where there is none */
    size_t size;
};

struct appraisal_input {
    enum appraisal_scope scope;
    struct appraisal_file evidence;
    struct appraisal_file offer; /* NULL: the exchange's */
    struct appraisal_file receipt;
    struct appraisal_file previous; /* the receipt before this one, where there is one to compare */
    struct appraisal_file exchange;
    struct appraisal_file certificate;
    const uint8_t *nonce;       /* POBF_NONCE_BYTES; NULL: the exchange's */
    const uint8_t *channel_key; /* POBF_DIGEST_BYTES; NULL: the exchange's */
};

/* What vouches for the monitor. */
enum appraisal_platform {
    APPRAISAL_PLATFORM_NONE,
    APPRAISAL_PLATFORM_SIM,
    APPRAISAL_PLATFORM_TPM, /* says what was started; the others say how the machine was launched */
    APPRAISAL_PLATFORM_SNP,
    APPRAISAL_PLATFORM_TDX,
    APPRAISAL_PLATFORM_CCA,
    APPRAISAL_PLATFORM_COUNT
};

struct appraisal_policy {
    const struct reference *reference; /* NULL: the certificate's subjects */
    const struct key *certificate_key; /* NULL: a certificate's signature cannot be evaluated */
    const uint8_t *sim_root;           /* POBF_PUBLIC_KEY_BYTES: trust_sim_root */
    int accept_sim;                    /* 1: --insecure-accept-sim */
    /* Endorsements, instant and policy, for evidence of hardware; NULL: nothing is trusted. */
    const struct hardware_input *platform;
};

struct appraisal {
    enum appraisal_scope scope;
    struct checks checks;
    enum checks_verdict verdict; /* computed once, from all of `checks` */
    /* What the inputs claim: all zeros where they are absent or do not parse. */
    enum appraisal_platform platform;
    struct pobf_evidence evidence;
    struct pobf_offer offer;
    struct pobf_receipt receipt;
    struct exchange exchange;
    struct certificate certificate;
    /* SHA-256 of the inputs as they came; zeros where they are absent. */
    uint8_t evidence_digest[POBF_DIGEST_BYTES];
    uint8_t receipt_digest[POBF_DIGEST_BYTES];
};

/* Appraise. The exchange's pointers in *appraisal point into the input. */
void appraisal_run(struct appraisal *appraisal, const struct appraisal_input *input,
                   const struct appraisal_policy *policy);

/* "sim", "tpm": its name, which of hardware is that of hardware_find, too. */
const char *appraisal_platform_name(enum appraisal_platform platform);
/* APPRAISAL_PLATFORM_NONE where none has this name, or it is NULL. */
enum appraisal_platform appraisal_platform_find(const char *name);
int appraisal_platform_is_hardware(enum appraisal_platform platform);
/* "returned", "ran past the deadline of the manifest": the sentence of an exit. */
const char *appraisal_exit_sentence(enum pobf_exit kind);
/* "RETURNED", "DEADLINE": its name. */
const char *appraisal_exit_name(enum pobf_exit kind);

#endif
