#include "verifier/certificate/statement.h"
#include "tests/fuzz/fuzz.h"
#include "tests/verifier/certificate/levels.h"

size_t seed(uint8_t *out, size_t room)
{
    struct statement statement = {.builds = 2, .identical = 1, .passed = 1};
    char *text;
    size_t size;

    statement.facts = (struct certificate){.proved = 9, .goals = 9, .issued_at_s = 1700000000};
    memset(statement.facts.source, 9, POBF_DIGEST_BYTES);
    give_levels(&statement, "framework/core/wipe.c", NULL);
    statement.configuration =
        json_pack("[o]", statement_item("frama-c", statement.facts.source, NULL));
    promise(statement_print(&text, &statement) == POBF_OK);
    size = strlen(text);
    promise(size <= room);
    memcpy(out, text, size);
    free(text);
    statement_clear(&statement);
    return size;
}

/* What parses, printed and parsed again, says the same. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct statement statement, again;
    const char *defect;
    char *text;

    memset(&statement, 0xa5, sizeof statement);
    if (statement_parse(&statement, &defect, bytes, size) != POBF_OK) {
        promise(defect != NULL && fuzz_all_zero(&statement, sizeof statement));
        return 0;
    }
    if (statement.passed) {
        promise(statement_print(&text, &statement) == POBF_OK);
        promise(statement_parse(&again, &defect, (const uint8_t *)text, strlen(text)) == POBF_OK);
        promise(memcmp(&again.facts, &statement.facts, sizeof again.facts) == 0);
        promise(again.modules == statement.modules && again.builds == statement.builds);
        promise(again.identical == statement.identical && again.passed);
        statement_clear(&again);
        free(text);
    }
    statement_clear(&statement);
    return 0;
}
