#include "tests/fuzz/fuzz.h"
#include "tests/verifier/certificate/levels.h"
#include "verifier/certificate/statement.h"

static struct key *key;
static char *issued;

/* One certificate, under a key of this run. */
size_t seed(uint8_t *out, size_t room)
{
    struct statement statement = {.builds = 2, .identical = 1, .passed = 1};
    size_t size;

    statement.facts = (struct certificate){.proved = 9, .goals = 9, .issued_at_s = 1700000000};
    give_levels(&statement, "framework/core/wipe.c", NULL);
    statement.configuration =
        json_pack("[o]", statement_item("frama-c", statement.facts.source, NULL));
    promise(key_generate(&key, KEY_EDDSA) == POBF_OK);
    promise(certificate_sign(&issued, &statement, key) == POBF_OK);
    statement_clear(&statement);
    size = strlen(issued);
    promise(size <= room);
    memcpy(out, issued, size);
    return size;
}

/* Nothing but what was issued is affirmed: one certificate has one form. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct certificate certificate;
    struct checks checks = {.count = 0};
    enum checks_verdict verdict;

    memset(&certificate, 0xa5, sizeof certificate);
    certificate_verify(&certificate, &checks, bytes, size, key);
    verdict = checks_verdict(&checks);
    promise(!checks.overflow && verdict != VERDICT_CANNOT_TELL);
    promise((verdict == VERDICT_AFFIRMED) ==
            (size == strlen(issued) && memcmp(issued, bytes, size) == 0));
    if (checks.item[0].result != CHECK_PASS) {
        promise(fuzz_all_zero(&certificate, sizeof certificate));
    }
    json_decref(certificate_json(bytes, size));
    return 0;
}
