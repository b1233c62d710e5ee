#include "verifier/client/inspect_image.h"

#include <stdio.h>

#include "edge/cli/object.h"
#include "verifier/client/input.h"
#include "verifier/client/verdict.h"
#include "verifier/inspect/inspect.h"

static const char *sentence_of(enum checks_verdict verdict)
{
    switch (verdict) {
    case VERDICT_AFFIRMED:
        return "every check passed";
    case VERDICT_REFUSED:
        return "not everything is as it must be";
    case VERDICT_CANNOT_TELL:
    default:
        return "there was not enough to judge all of it by";
    }
}

static int tell(const struct inspection *inspection, int as_json)
{
    const int code = checks_exit_code(inspection->verdict);
    const char *kind = inspect_kind_name(inspection->kind);
    const char *word = checks_verdict_word(inspection->verdict);

    if (as_json) {
        object_print(json_pack("{s:s, s:b, s:s, s:i, s:o, s:O}", "kind", kind, "judged", 1,
                               "verdict", word, "exit_code", code, "checks",
                               checks_json(&inspection->checks), "says", inspection->facts));
        return code;
    }
    checks_print(&inspection->checks, 1);
    json_dumpf(inspection->facts, stdout, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
    printf("\n%s: %s: %s\n", kind, word, sentence_of(inspection->verdict));
    return code;
}

int inspect_program(const char *image, const char *symbols, int as_json)
{
    struct inspection inspection;
    struct input bytes;
    struct input names = {NULL, 0};
    int code = input_read(&bytes, image);

    if (code == INPUT_GO_ON) {
        code = input_read(&names, symbols);
    }
    if (code == INPUT_GO_ON) {
        inspect_image(&inspection, bytes.bytes, bytes.size, names.bytes, names.size);
        code = tell(&inspection, as_json);
        inspect_close(&inspection);
    }
    input_free(&bytes);
    input_free(&names);
    return code;
}
