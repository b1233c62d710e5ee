#include "verifier/hardware/chain.h"

#include <stdio.h>

static void print_defect(char text[CHECK_TEXT_ROOM], const struct path *path)
{
    snprintf(text, CHECK_TEXT_ROOM, "%s: %s", path->where,
             path->defect == NULL ? "good" : path->defect);
}

static void judge_revocation(struct hardware_appraisal *appraisal, const struct path *path,
                             const struct chain_places *places)
{
    const int good = path->defect == NULL;
    char seen[CHECK_TEXT_ROOM];

    print_defect(seen, path);
    check_judge(hardware_check_at(appraisal, places->revocation), good, "on no list of its issuers",
                good ? "on no list of its issuers" : seen);
    if (path->crl_count != 0) {
        hardware_validity(appraisal, places->revocation_validity, "its revocation lists",
                          path->crl_from, path->crl_until);
    }
}

int chain_judge(struct hardware_appraisal *appraisal, struct path *path, X509 *leaf,
                const struct path_profile *profile, const struct chain_places *places,
                const char *what)
{
    char expected[CHECK_TEXT_ROOM];
    char seen[CHECK_TEXT_ROOM];
    int good = path_build(path, leaf, &appraisal->certs, profile);

    snprintf(expected, sizeof expected, "%s leads to its vendor's root", what);
    print_defect(seen, path);
    check_judge(hardware_check_at(appraisal, places->chain), path->leads_to_root, expected,
                path->leads_to_root ? expected : seen);
    if (!path->leads_to_root) {
        return 0;
    }
    hardware_validity(appraisal, places->validity, what, path->from, path->until);
    good = good && hardware_passed(appraisal, places->validity);
    if (path->defect != NULL || path->crl_count != 0) {
        judge_revocation(appraisal, path, places);
        good = good &&
               (path->crl_count == 0 || hardware_passed(appraisal, places->revocation_validity));
    }
    return good;
}
