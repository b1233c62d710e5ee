#include "verifier/appraisal/checks.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

/* What is shown may be somebody else's: it neither moves a cursor nor ends amid a character. */
static void copy_text(char to[CHECK_TEXT_ROOM], const char *from)
{
    size_t length = 0;

    for (; from[length] != '\0' && length < CHECK_TEXT_ROOM - 1; length++) {
        to[length] = from[length] >= ' ' && from[length] <= '~' ? from[length] : '?';
    }
    to[length] = '\0';
}

const struct check *checks_find(const struct checks *checks, const char *id)
{
    for (size_t i = 0; i < checks->count; i++) {
        if (strcmp(checks->item[i].id, id) == 0) {
            return &checks->item[i];
        }
    }
    return NULL;
}

const struct check *checks_reason(const struct checks *checks, enum check_result result)
{
    for (size_t i = 0; i < checks->count; i++) {
        const struct check *check = &checks->item[i];

        if (check->result == result && (result == CHECK_FAIL || check->mandatory)) {
            return check;
        }
    }
    return NULL;
}

void check_judge(struct check *check, int passed, const char *expected, const char *seen)
{
    check->result = passed ? CHECK_PASS : CHECK_FAIL;
    copy_text(check->expected, expected);
    copy_text(check->seen, seen);
}

static void print_hex(char text[CHECK_TEXT_ROOM], const unsigned char *bytes, size_t size)
{
    const size_t most = (CHECK_TEXT_ROOM - 1) / 2;

    sodium_bin2hex(text, CHECK_TEXT_ROOM, bytes, size < most ? size : most);
}

void check_bytes(struct check *check, const unsigned char *expected, const unsigned char *seen,
                 size_t size)
{
    check->result = sodium_memcmp(expected, seen, size) == 0 ? CHECK_PASS : CHECK_FAIL;
    print_hex(check->expected, expected, size);
    print_hex(check->seen, seen, size);
}

const char *checks_verdict_word(enum checks_verdict verdict)
{
    switch (verdict) {
    case VERDICT_AFFIRMED:
        return "affirmed";
    case VERDICT_REFUSED:
        return "refused";
    case VERDICT_CANNOT_TELL:
    default:
        return "cannot tell";
    }
}

static const char *result_word(enum check_result result)
{
    switch (result) {
    case CHECK_PASS:
        return "pass";
    case CHECK_FAIL:
        return "fail";
    case CHECK_NOT_EVALUATED:
    default:
        return "not-evaluated";
    }
}

static json_t *one_json(const struct check *check)
{
    const int passed = check->result == CHECK_PASS;

    return json_pack("{s:s, s:s, s:s*, s:s, s:s, s:s}", "id", check->id, "result",
                     result_word(check->result), "field", check->field, "expected", check->expected,
                     "seen", check->seen, "why", passed ? "" : check->advice);
}

json_t *checks_json(const struct checks *checks)
{
    json_t *list = json_array();

    for (size_t i = 0; i < checks->count; i++) {
        json_array_append_new(list, one_json(&checks->item[i]));
    }
    return list;
}

static int is_needless(const struct check *check)
{
    return check->result == CHECK_NOT_EVALUATED && !check->mandatory;
}

static void print_check(const struct check *check)
{
    switch (check->result) {
    case CHECK_PASS:
        fprintf(stderr, "  pass  %-26s %s\n", check->id, check->seen);
        break;
    case CHECK_FAIL:
        fprintf(stderr, "  FAIL  %s: expected %s, seen %s\n        %s\n", check->id,
                check->expected, check->seen, check->advice);
        break;
    case CHECK_NOT_EVALUATED:
    default:
        fprintf(stderr, "  ????  %-26s not evaluated: %s\n", check->id, check->advice);
        break;
    }
}

/* What nobody asked for takes one line together. */
static void print_needless(const struct checks *checks)
{
    const char *before = "   --   not evaluated, and not needed here: ";
    size_t column = 0;

    for (size_t i = 0; i < checks->count; i++) {
        const char *id = checks->item[i].id;

        if (is_needless(&checks->item[i])) {
            fprintf(stderr, "%s%s", column > 60 ? ",\n        " : before, id);
            column = (column > 60 ? 0 : column) + strlen(id);
            before = ", ";
        }
    }
    if (column > 0) {
        fputc('\n', stderr);
    }
}

void checks_print(const struct checks *checks, int all)
{
    for (size_t i = 0; i < checks->count; i++) {
        const struct check *check = &checks->item[i];

        if (!is_needless(check) && (all || check->result != CHECK_PASS)) {
            print_check(check);
        }
    }
    if (all) {
        print_needless(checks);
    }
}
