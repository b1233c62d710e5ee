#ifndef POBF_VERIFIER_HARDWARE_CHAIN_H
#define POBF_VERIFIER_HARDWARE_CHAIN_H

#include "verifier/hardware/hardware.h"
#include "verifier/x509/path.h"

/* The checks that a certificate chain fills in, by their places in the list. */
struct chain_places {
    size_t chain;               /* it leads to the vendor's root */
    size_t validity;            /* and counts at this instant */
    size_t revocation;          /* none of it is on its issuer's list */
    size_t revocation_validity; /* and the lists count at this instant */
};

/*
 * Build the path from `leaf` through the appraisal's certificates, as path_build does, and fill in
 * these checks; `what` names the chain for people. Returns 1 where all that was judged passed.
 */
int chain_judge(struct hardware_appraisal *appraisal, struct path *path, X509 *leaf,
                const struct path_profile *profile, const struct chain_places *places,
                const char *what);

#endif
