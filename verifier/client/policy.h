#ifndef POBF_VERIFIER_CLIENT_POLICY_H
#define POBF_VERIFIER_CLIENT_POLICY_H

#include "edge/cli/cli.h"
#include "verifier/appraisal/appraisal.h"
#include "verifier/client/files.h"

/*
 * The options that say what is trusted, the same for every command that judges:
 *   --reference FILE                                    reference values, or a certificate with them
 *   --certificate FILE --certificate-key PEM            a proof certificate, and who may issue it
 *   --endorsements FILE.. --collateral FILE|DIR..
 *   --platform-policy FILE --at EPOCH   what a platform's evidence is judged by
 *   --platform-reference FILE --platform-reference-key FILE   what the platform may measure, CoRIM
 *   --insecure-accept-sim                               take the simulator for a platform
 */
struct policy {
    /* as given; NULL, and 0, where they are not */
    const char *reference_path;
    const char *certificate_path;
    const char *certificate_key_path;
    struct cli_list endorsement_paths;
    struct cli_list collateral_paths;
    const char *platform_policy_path;
    const char *platform_reference_path;
    const char *platform_reference_key_path;
    uint64_t at; /* 0: now */
    int accept_sim;
    int takes_operand; /* 1: the certificate may also be an operand */
    /* as loaded */
    struct reference reference;
    struct key *certificate_key;
    struct input certificate;
    struct input endorsement[CLI_LIST_MAX];
    struct hardware_item endorsement_item[CLI_LIST_MAX];
    struct files collateral;
    struct input platform_policy_file;
    struct input platform_reference;
    struct input platform_reference_key;
    struct hardware_policy platform_policy;
    struct hardware_input platform;
};

#define POLICY_OPTIONS(policy)                                                                     \
    {"reference", CLI_VALUE, &(policy)->reference_path, "FILE",                                    \
     "what the enclave must be: pobf-host measure --json, or a certificate"},                      \
        {"certificate", CLI_VALUE, &(policy)->certificate_path, "FILE",                            \
         "a proof certificate of the function and the monitor"},                                   \
        {"certificate-key", CLI_VALUE, &(policy)->certificate_key_path, "PEM",                     \
         "the public key of who issues certificates"},                                             \
        {"endorsements", CLI_LIST, &(policy)->endorsement_paths, "FILE",                           \
         "whose hardware may vouch for it: the AK of a TPM, PEM, JWK or certificate"},             \
        {"collateral", CLI_LIST, &(policy)->collateral_paths, "FILE|FOLDER",                       \
         "what the vendor says of its firmware: JSON, revocation lists"},                          \
        {"platform-policy", CLI_VALUE, &(policy)->platform_policy_path, "FILE|affirming",          \
         "what of the hardware is acceptable: JSON, as for pobf appraise --policy"},               \
        {"platform-reference", CLI_VALUE, &(policy)->platform_reference_path, "FILE",              \
         "what the hardware may have measured: CoRIM, as for pobf appraise --reference"},          \
        {"platform-reference-key", CLI_VALUE, &(policy)->platform_reference_key_path, "FILE",      \
         "whose signature that must have: PEM or JWK"},                                            \
        {"at", CLI_NUMBER, &(policy)->at, "EPOCH",                                                 \
         "judge the hardware at this instant, in seconds since 1970 (default: now)"},              \
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
