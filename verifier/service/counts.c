#include "verifier/service/counts.h"

#include <inttypes.h>

#include "edge/http/exposition.h"

static const char *const subjects[COUNTS_SUBJECTS] = {
    [COUNTS_ENCLAVE] = "enclave",
    [COUNTS_HARDWARE] = "hardware",
};

static const char *const verdicts[COUNTS_VERDICTS] = {
    [COUNTS_AFFIRMED] = "affirmed",
    [COUNTS_REFUSED] = "refused",
    [COUNTS_CANNOT_TELL] = "cannot_tell",
};

static void put_appraisals(struct exposition *page, const struct counts *counts)
{
    static const char name[] = "pobf_verifier_appraisals_total";

    exposition_head(page, name, "counter", "Appraisals, by what was appraised and the verdict.");
    for (size_t i = 0; i < COUNTS_SUBJECTS; i++) {
        for (size_t j = 0; j < COUNTS_VERDICTS; j++) {
            exposition_put(page, "%s{subject=\"%s\",verdict=\"%s\"} %" PRIu64 "\n", name,
                           subjects[i], verdicts[j], counts->appraisals[i][j]);
        }
    }
}

size_t counts_print(const struct counts *counts, size_t open, char text[COUNTS_TEXT_ROOM])
{
    struct exposition page = {text, COUNTS_TEXT_ROOM, 0};

    exposition_one(&page, "pobf_verifier_sessions_open", "gauge", "Sessions that are there.", open);
    exposition_one(&page, "pobf_verifier_sessions_total", "counter", "Sessions that were opened.",
                   counts->sessions);
    exposition_one(&page, "pobf_verifier_sessions_refused_total", "counter",
                   "Sessions that were not opened, for their nonce or for want of room.",
                   counts->sessions_refused);
    exposition_one(&page, "pobf_verifier_bodies_refused_total", "counter",
                   "Bodies that were no evidence that is taken here.", counts->bodies_refused);
    put_appraisals(&page, counts);
    return page.size;
}
