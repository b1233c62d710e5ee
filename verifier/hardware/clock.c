#include <stdio.h>
#include <time.h>

#include "verifier/hardware/common.h"

/* Instants and spans: everything counts for a while, and a clock that is off should be told so. */

/* "3 days", "2 hours", "1 second": the largest unit that fits. */
static void print_span(char *text, size_t room, int64_t seconds)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    size_t i = 0;

    while (i < 3 && seconds < units[i].seconds) {
        i++;
    }
    snprintf(text, room, "%lld %s%s", (long long)(seconds / units[i].seconds), units[i].name,
             seconds / units[i].seconds == 1 ? "" : "s");
}

static void print_instant(char *text, size_t room, int64_t at)
{
    const time_t seconds = (time_t)at;
    struct tm broken;

    if (gmtime_r(&seconds, &broken) == NULL || strftime(text, room, "%FT%TZ", &broken) == 0) {
        snprintf(text, room, "%lld", (long long)at);
    }
}

static void print_range(char *text, size_t room, int64_t from, int64_t until)
{
    char first[32];
    char last[32];

    print_instant(first, sizeof first, from);
    print_instant(last, sizeof last, until);
    snprintf(text, room, "from %s to %s", first, last);
}

/* How an instant stands to a span, for people. */
static void print_clock(char *text, size_t room, int64_t at, int64_t from, int64_t until)
{
    char span[32];

    if (at >= from && at <= until) {
        print_instant(text, room, at);
        return;
    }
    print_span(span, sizeof span, at < from ? from - at : at - until);
    snprintf(text, room, "your clock is %s %s this evidence", span,
             at < from ? "behind" : "ahead of");
}

void hardware_validity(struct hardware_appraisal *appraisal, size_t place, const char *what,
                       int64_t from, int64_t until)
{
    const int64_t at = appraisal->input->at;
    char range[CHECK_TEXT_ROOM];
    char expected[2 * CHECK_TEXT_ROOM];
    char seen[CHECK_TEXT_ROOM];

    if (from == INT64_MIN || until == INT64_MIN) {
        snprintf(expected, sizeof expected, "%s, with dates", what);
        check_judge(hardware_check_at(appraisal, place), 0, expected, "a date that is none");
        return;
    }
    print_range(range, sizeof range, from, until);
    snprintf(expected, sizeof expected, "%s, valid %s", what, range);
    print_instant(seen, sizeof seen, at);
    check_judge(hardware_check_at(appraisal, place), at >= from && at <= until, expected, seen);
    appraisal->span_count++;
    appraisal->accepted_from = from > appraisal->accepted_from ? from : appraisal->accepted_from;
    appraisal->accepted_until =
        until < appraisal->accepted_until ? until : appraisal->accepted_until;
}

void clock_judge(struct hardware_appraisal *appraisal)
{
    const int64_t at = appraisal->input->at;
    const int64_t from = appraisal->accepted_from;
    const int64_t until = appraisal->accepted_until;
    char expected[CHECK_TEXT_ROOM];
    char seen[CHECK_TEXT_ROOM];

    if (appraisal->span_count == 0) {
        return;
    }
    if (from > until) {
        check_judge(hardware_check_at(appraisal, COMMON_CLOCK), 0,
                    "an instant at which all of it counts",
                    "there is none: evidence, endorsements and collateral are of different times");
        return;
    }
    print_range(expected, sizeof expected, from, until);
    print_clock(seen, sizeof seen, at, from, until);
    check_judge(hardware_check_at(appraisal, COMMON_CLOCK), at >= from && at <= until, expected,
                seen);
}
