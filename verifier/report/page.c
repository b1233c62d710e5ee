#include <stdio.h>
#include <string.h>

#include "verifier/report/assurance.h"
#include "verifier/report/claims.h"
#include "verifier/report/ear.h"
#include "verifier/report/report.h"

/* A report may be somebody else's: nothing in it moves the cursor or changes the colour. */
static void print_text(const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        putchar(*text >= ' ' && *text <= '~' ? *text : '?');
    }
}

static void print_value(const json_t *value)
{
    if (json_is_string(value)) {
        print_text(json_string_value(value));
    } else if (json_is_integer(value)) {
        printf("%lld", (long long)json_integer_value(value));
    } else if (json_is_boolean(value)) {
        print_text(json_is_true(value) ? "yes" : "no");
    } else {
        putchar('-');
    }
}

static void print_row(const char *name, const json_t *value)
{
    fputs("    ", stdout);
    print_text(name);
    for (size_t i = strlen(name); i < 20; i++) {
        putchar(' ');
    }
    print_value(value);
    putchar('\n');
}

static void print_map(json_t *map)
{
    const char *name;
    json_t *value;

    if (json_object_size(map) == 0) {
        puts("    none");
    }
    json_object_foreach(map, name, value)
    {
        print_row(name, value);
    }
}

static void print_submod(const json_t *submods, enum ear_submod which, const char *map)
{
    const json_t *submod = json_object_get(submods, ear_submod_name(which));

    printf("\n  %s: ", ear_submod_name(which));
    print_value(json_object_get(submod, "ear_status"));
    putchar('\n');
    print_map(json_object_get(submod, "ear_trustworthiness_vector"));
    print_map(json_object_get(submod, map));
}

static void print_failures(const json_t *claims)
{
    size_t index;
    json_t *item;

    json_array_foreach(json_object_get(claims, CLAIMS_CHECKS), index, item)
    {
        const char *result = json_string_value(json_object_get(item, "result"));

        if (result != NULL && strcmp(result, "fail") == 0) {
            fputs("\n  FAILED: ", stdout);
            print_value(json_object_get(item, "id"));
            fputs(": expected ", stdout);
            print_value(json_object_get(item, "expected"));
            fputs(", seen ", stdout);
            print_value(json_object_get(item, "seen"));
            putchar('\n');
        }
    }
}

static void print_list(const char *title, const json_t *list)
{
    size_t index;
    json_t *item;

    printf("\n  %s\n", title);
    json_array_foreach(list, index, item)
    {
        fputs("    - ", stdout);
        print_value(item);
        putchar('\n');
    }
}

void report_print(const json_t *claims)
{
    const json_t *submods = json_object_get(claims, "submods");

    print_value(json_object_get(json_object_get(claims, CLAIMS_VERDICT), "sentence"));
    fputs("\n\n  overall: ", stdout);
    print_value(json_object_get(claims, "ear_status"));
    putchar('\n');
    print_failures(claims);
    puts("\n  levels of assurance");
    assurance_print(stdout, json_object_get(claims, CLAIMS_LEVELS));
    print_submod(submods, EAR_PLATFORM, CLAIMS_PLATFORM);
    print_submod(submods, EAR_ENCLAVE, CLAIMS_ENCLAVE);
    print_submod(submods, EAR_FORGETTING, CLAIMS_FORGETTING);
    puts("\n  proof of the source");
    print_map(json_object_get(json_object_get(submods, "forgetting"), CLAIMS_PROOF));
    puts("\n  SHA-256 of the files");
    print_map(json_object_get(claims, CLAIMS_DIGESTS));
    puts("\n  all of this assumes");
    print_map(json_object_get(claims, CLAIMS_ASSUMPTIONS));
    print_list("and does not claim anything about", json_object_get(claims, CLAIMS_NOT_CLAIMED));
}
