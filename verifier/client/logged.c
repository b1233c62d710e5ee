#include "verifier/client/logged.h"

#include "verifier/log/audit.h"

void logged_judge(struct checks *checks, const struct quorum *quorum, const struct input *receipt,
                  const struct input *proof)
{
    const struct audit_trust trust = {.log = quorum->log, .quorum = quorum};
    struct checkpoint checkpoint;
    uint64_t index;

    if (proof->bytes == NULL) {
        checks_add(checks, "inclusion.parse", 1, "give the receipt's .tlog-proof as well");
        return;
    }
    audit_inclusion(checks, &index, &checkpoint, receipt->bytes, receipt->size,
                    (const char *)proof->bytes, proof->size, &trust);
}
