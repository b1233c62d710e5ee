#include "verifier/period/span.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { DAY_S = 24 * 60 * 60 };

#define SPAN_LAST_S INT64_C(253402300799) /* the year 9999: no receipt is issued later */

/* All digits, and no more than the last instant; returns 0 where it is something else. */
static int parse_seconds(int64_t *at_s, const char *text)
{
    *at_s = 0;
    if (*text == '\0' || text[strspn(text, "0123456789")] != '\0') {
        return 0;
    }
    for (; *text != '\0' && *at_s <= SPAN_LAST_S; text++) {
        *at_s = 10 * *at_s + (*text - '0');
    }
    return *at_s <= SPAN_LAST_S;
}

/* Printed again and compared: the 31st of February is no other day. */
static int parse_form(int64_t *at_s, const char *text, const char *form)
{
    struct tm parts = {0}, again;
    const char *end = strptime(text, form, &parts);
    char printed[SPAN_TEXT];
    time_t at;

    if (end == NULL || *end != '\0') {
        return 0;
    }
    at = timegm(&parts);
    if (at < 0 || at > SPAN_LAST_S || gmtime_r(&at, &again) == NULL ||
        strftime(printed, sizeof printed, form, &again) == 0 || strcmp(printed, text) != 0) {
        return 0;
    }
    *at_s = at;
    return 1;
}

static int parse_end(int64_t *at_s, const char *text, int is_last)
{
    if (parse_seconds(at_s, text) || parse_form(at_s, text, "%Y-%m-%dT%H:%M:%SZ")) {
        return 1;
    }
    if (!parse_form(at_s, text, "%Y-%m-%d")) {
        return 0;
    }
    *at_s += is_last ? DAY_S - 1 : 0;
    return 1;
}

enum pobf_status span_parse(struct span *span, const char *text)
{
    const char *dots = strstr(text, "..");
    char from[SPAN_TEXT];

    if (dots != NULL && (size_t)(dots - text) < sizeof from) {
        snprintf(from, sizeof from, "%.*s", (int)(dots - text), text);
        if (parse_end(&span->from_s, from, 0) && parse_end(&span->to_s, dots + 2, 1) &&
            span->from_s <= span->to_s) {
            return POBF_OK;
        }
    }
    *span = (struct span){0, 0};
    return POBF_E_USAGE;
}

void span_print(char text[SPAN_TEXT], int64_t at_s)
{
    const time_t at = (time_t)at_s;
    struct tm parts;

    if (gmtime_r(&at, &parts) == NULL ||
        strftime(text, SPAN_TEXT, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
        snprintf(text, SPAN_TEXT, "%s", "-");
    }
}
