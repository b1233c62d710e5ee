#ifndef POBF_VERIFIER_CLIENT_POLICY_H
#define POBF_VERIFIER_CLIENT_POLICY_H

#include "edge/cli/cli.h"
#include "verifier/appraisal/appraisal.h"
#include "verifier/client/input.h"

/*
 * The options that say what is trusted, the same for every command that judges:
 *   --reference FILE                                    reference values
 *   --certificate FILE --certificate-key PEM            a proof certificate, and who may issue it
 *   --insecure-accept-sim                               take the simulator for a platform
 */
struct policy {
    /* as given; NULL, and 0, where they are not */
    const char *reference_path;
    const char *certificate_path;
    const char *certificate_key_path;
    int accept_sim;
    int takes_operand; /* 1: the certificate may also be an operand */
    /* as loaded */
    struct reference reference;
    struct key *certificate_key;
    struct input certificate;
};

#define POLICY_OPTIONS(policy)                                                                     \
    {"reference", CLI_VALUE, &(policy)->reference_path, "FILE",                                    \
     "what the enclave must be: pobf-host measure --json"},                                        \
        {"certificate", CLI_VALUE, &(policy)->certificate_path, "FILE",                            \
         "a proof certificate of the function and the monitor"},                                   \
        {"certificate-key", CLI_VALUE, &(policy)->certificate_key_path, "PEM",                     \
         "the public key of who issues certificates"},                                             \
    {                                                                                              \
        "insecure-accept-sim", CLI_FLAG, &(policy)->accept_sim, NULL,                              \
            "accept the simulator: trust the host with the data"                                   \
    }

/* Read what the options name: INPUT_GO_ON, or the exit code to end with. Close it either way. */
int policy_load(struct policy *policy);
void policy_close(struct policy *policy);

/* The same for appraisal_run; points into *policy. */
struct appraisal_policy policy_of(const struct policy *policy);

#endif
