#include "verifier/report/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

json_t *words_json(void)
{
    json_t *words = json_object(), *rows = json_array(), *links = json_array();
    json_t *claims = json_object();

#define X(name, text) json_object_set_new(words, #name, json_string(text));
    REPORT_WORDS(X)
#undef X
#define X(section, of, name, text)                                                                 \
    json_array_append_new(rows, json_pack("[s, s, s, s]", #section, #of, name, text));
    REPORT_ROWS(X)
#undef X
#define X(name, prefix) json_array_append_new(links, json_pack("[s, s]", name, prefix));
    REPORT_LINKS(X)
#undef X
#define X(name, key) json_object_set_new(claims, #name, json_integer(key));
    REPORT_CLAIMS(X)
#undef X
    return json_pack("{s:o, s:o, s:o, s:o}", "words", words, "rows", rows, "links", links, "claims",
                     claims);
}

static void put_time(FILE *out, const json_t *fact)
{
    const time_t at = (time_t)json_integer_value(fact);
    struct tm parts;
    char text[32];

    if (json_is_integer(fact) && gmtime_r(&at, &parts) != NULL &&
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0) {
        fputs(text, out);
    } else {
        fputc('-', out);
    }
}

static void put_fact(FILE *out, const json_t *fact)
{
    if (json_is_string(fact)) {
        fputs(json_string_value(fact), out);
    } else if (json_is_integer(fact)) {
        fprintf(out, "%lld", (long long)json_integer_value(fact));
    } else {
        fputc('-', out);
    }
}

/* Of `one` and `many`, with a bar between them. */
static void put_choice(FILE *out, const char *one, const char *bar, const char *end, int is_one)
{
    fprintf(out, "%.*s", (int)(is_one ? bar - one : end - bar - 1), is_one ? one : bar + 1);
}

static void put_count(FILE *out, const char *one, const char *bar, const char *end,
                      const json_t *fact)
{
    put_fact(out, fact);
    fputc(' ', out);
    put_choice(out, one, bar, end, json_integer_value(fact) == 1);
}

/* What stands between two braces. */
static void put_hole(FILE *out, const char *hole, size_t size, const json_t *facts)
{
    const size_t length = strcspn(hole, ":?}");
    const char *end = hole + size, *bar = memchr(hole, '|', size);
    char name[64];
    const json_t *fact;

    snprintf(name, sizeof name, "%.*s", (int)length, hole);
    fact = json_object_get(facts, name);
    if (hole[length] == ':' && bar != NULL) {
        put_count(out, hole + length + 1, bar, end, fact);
    } else if (hole[length] == ':') {
        put_time(out, fact);
    } else if (hole[length] == '?' && bar != NULL) {
        put_choice(out, hole + length + 1, bar, end, json_is_true(fact));
    } else {
        put_fact(out, fact);
    }
}

char *words_fill(const char *template, const json_t *facts)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    while (out != NULL && *template != '\0') {
        const size_t plain = strcspn(template, "{");

        fprintf(out, "%.*s", (int)plain, template);
        template += plain;
        if (*template == '{') {
            const size_t hole = strcspn(template, "}");

            put_hole(out, template + 1, hole - 1, facts);
            template += hole + (template[hole] == '}');
        }
    }
    if (out == NULL || fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
