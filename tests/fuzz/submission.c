#include "verifier/service/submission.h"
#include "tests/fuzz/fuzz.h"

size_t seed(uint8_t *out, size_t room)
{
    static const char text[] = "{\"tee\":\"snp\",\"evidence\":\"YQ==\",\"endorsements\":[\"YmI=\"],"
                               "\"collateral\":[\"Y2Nj\",\"ZA==\"]}";

    promise(sizeof text <= room);
    memcpy(out, text, sizeof text - 1);
    return sizeof text - 1;
}

/* What is sent to the service: all of it is decoded within its own memory, or nothing is there. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct submission submission;
    const char *defect = NULL;

    if (submission_parse(&submission, bytes, size, &defect) != POBF_OK) {
        promise(defect != NULL && submission.bytes == NULL && submission.evidence.size == 0);
        return 0;
    }
    promise(submission.evidence.bytes == submission.bytes && submission.evidence.size < size);
    for (size_t i = 0; i < submission.endorsement_count; i++) {
        promise(submission.endorsement[i].size > 0 &&
                submission.endorsement[i].bytes + submission.endorsement[i].size <=
                    submission.bytes + size);
    }
    submission_clear(&submission);
    return 0;
}
