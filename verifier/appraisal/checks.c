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

/* How many, from this one on, wait for the same thing; 0 where one before it has counted it. */
static size_t count_alike(const struct checks *checks, size_t from)
{
    size_t count = 0;

    for (size_t i = 0; i < checks->count; i++) {
        const struct check *check = &checks->item[i];
        const int alike = check->result == CHECK_NOT_EVALUATED && check->mandatory &&
                          strcmp(check->advice, checks->item[from].advice) == 0;

        if (alike && i < from) {
            return 0;
        }
        count += (size_t)alike;
    }
    return count;
}

/* All that one missing thing keeps from being judged is one line. */
static void print_open(const struct checks *checks, size_t index)
{
    const struct check *check = &checks->item[index];
    const size_t count = count_alike(checks, index);

    if (count == 1) {
        print_check(check);
    } else if (count > 1) {
        fprintf(stderr, "  ????  %-26s not evaluated, nor are %zu more: %s\n", check->id, count - 1,
                check->advice);
    }
}

static void print_needless(const struct checks *checks)
{
    size_t count = 0;

    for (size_t i = 0; i < checks->count; i++) {
        count += (size_t)is_needless(&checks->item[i]);
    }
    if (count > 0) {
        fprintf(stderr, "   --   %zu %s not evaluated, and not needed here; --json lists %s\n",
                count, count == 1 ? "check is" : "checks are", count == 1 ? "it" : "them");
    }
}

void checks_print(const struct checks *checks, int all)
{
    for (size_t i = 0; i < checks->count; i++) {
        const struct check *check = &checks->item[i];

        if (check->result == CHECK_NOT_EVALUATED && check->mandatory) {
            print_open(checks, i);
        } else if (check->result == CHECK_FAIL || (all && check->result == CHECK_PASS)) {
            print_check(check);
        }
    }
    if (all) {
        print_needless(checks);
    }
}
