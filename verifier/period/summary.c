#include "verifier/period/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "verifier/appraisal/appraisal.h"
#include "verifier/period/sanitization.h"
#include "verifier/report/claims.h"
#include "verifier/report/words.h"

#define IN_PERIOD " WHERE issued BETWEEN ?1 AND ?2 "
#define NOT_NONE " != zeroblob(32) "

static const char receipts_query[] = "SELECT count(*) FROM receipt" IN_PERIOD;
static const char outside_query[] =
    "SELECT count(*) FROM receipt WHERE NOT issued BETWEEN ?1 AND ?2";
static const char boots_query[] = "SELECT count(DISTINCT boot) FROM receipt" IN_PERIOD;
static const char holding_query[] = "SELECT count(*) FROM receipt" IN_PERIOD "AND result = 2";
static const char refused_query[] = "SELECT count(*) FROM receipt" IN_PERIOD "AND result = 1";
static const char zone_query[] = "SELECT max(zone) FROM receipt" IN_PERIOD;
static const char mismatches_query[] = "SELECT max(mismatches) FROM receipt" IN_PERIOD;
static const char damaged_query[] = "SELECT count(*) FROM bad WHERE readable = 1";
static const char unreadable_query[] = "SELECT count(*) FROM bad WHERE readable = 0";
static const char repeated_query[] =
    "SELECT (SELECT count(*) FROM file WHERE kind = 'receipt') - (SELECT count(*) FROM receipt"
    " WHERE path NOT IN (SELECT path FROM journal)) - (SELECT count(*) FROM bad WHERE kind = "
    "'receipt')";

static const char ends_query[] =
    "SELECT exit, count(*) AS receipts FROM receipt" IN_PERIOD "GROUP BY exit ORDER BY exit";
static const char failures_query[] =
    "SELECT reason AS 'check', count(*) AS receipts FROM receipt" IN_PERIOD
    "AND result = 1 GROUP BY reason ORDER BY reason";
static const char unproved_query[] =
    "SELECT path, CASE result WHEN 1 THEN 'refused' ELSE 'cannot-tell' END AS verdict, reason"
    " FROM receipt" IN_PERIOD "AND result != 2 ORDER BY path";
static const char files_query[] =
    "SELECT kind, count(*) AS files FROM file GROUP BY kind ORDER BY kind";
static const char bad_query[] =
    "SELECT path, kind, reason, readable FROM bad ORDER BY path, reason";
static const char measurements_query[] =
    "SELECT receipt.measurement, policy, monitor, platform, backend, count(*) AS receipts,"
    " sum(result = 2) AS hold, count(DISTINCT boot) AS boots, min(issued) AS first,"
    " max(issued) AS last FROM receipt LEFT JOIN boot USING(boot)" IN_PERIOD
    "GROUP BY 1, 2, 3, 4, 5 ORDER BY receipts DESC, 1";
/* What holds, alone, is billed; a sum that is too large for a number is the largest round one. */
static const char fuel_query[] =
    "SELECT measurement, count(*) AS receipts, CAST(min(total(steps), 9e18) AS INTEGER) AS steps"
    " FROM receipt" IN_PERIOD "AND result = 2 AND steps > 0 GROUP BY 1 ORDER BY steps DESC, 1";
static const char certificates_query[] =
    "SELECT digest, named.receipts, CASE verified WHEN 1 THEN 'verified' WHEN 0 THEN"
    " 'here, but not verified: no key was given' ELSE 'not here' END AS state, proved, goals"
    " FROM (SELECT boot.certificate AS digest, count(*) AS receipts FROM receipt JOIN boot"
    " USING(boot)" IN_PERIOD "AND boot.certificate" NOT_NONE "GROUP BY 1) AS named"
    " LEFT JOIN certificate USING(digest) ORDER BY named.receipts DESC, digest";
static const char hardware_query[] =
    "SELECT date(issued, 'unixepoch') AS day, platform, backend, count(DISTINCT boot) AS boots,"
    " count(*) AS receipts FROM receipt LEFT JOIN boot USING(boot)" IN_PERIOD
    "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
static const char results_query[] =
    "SELECT at, tee, verdict, tcb, path FROM hardware WHERE at BETWEEN ?1 AND ?2 ORDER BY at, path";
static const char log_alarms_query[] =
    "SELECT at, log, kind, before, after, path FROM log_alarm WHERE at BETWEEN ?1 AND ?2"
    " ORDER BY at, path";
static const char platforms_query[] =
    "SELECT DISTINCT coalesce(platform, 0) AS platform FROM receipt LEFT JOIN boot "
    "USING(boot)" IN_PERIOD "UNION SELECT 0 ORDER BY 1";

_Static_assert(CHECK_FAIL == 1 && CHECK_PASS == 2, "the queries have these numbers");

/* Gaps, and how many calls those of each kind are about. */
struct telling {
    json_t *gaps, *open;
    uint64_t calls[GAP_OPEN + 1];
};

static void tell_gap(void *context, const struct gap *gap)
{
    struct telling *telling = context;

    json_array_append_new(gap->kind == GAP_OPEN ? telling->open : telling->gaps, gap_json(gap));
    telling->calls[gap->kind] += gap->to - gap->from + 1;
}

/* Numbers of platforms and backends become their names; none where there was no evidence. */
static json_t *named(json_t *rows)
{
    size_t index;
    json_t *row;

    json_array_foreach(rows, index, row)
    {
        json_t *names = claims_platform(
            (enum appraisal_platform)json_integer_value(json_object_get(row, "platform")),
            (enum pobf_backend)json_integer_value(json_object_get(row, "backend")));

        json_object_update(row, names);
        json_decref(names);
    }
    return rows;
}

static json_t *ends(json_t *rows)
{
    size_t index;
    json_t *row;

    json_array_foreach(rows, index, row)
    {
        const enum pobf_exit end = (enum pobf_exit)json_integer_value(json_object_get(row, "exit"));

        json_object_set_new(row, "exit", json_string(appraisal_exit_name(end)));
        json_object_set_new(row, "sentence", json_string(appraisal_exit_sentence(end)));
    }
    return rows;
}

static int has_text(const json_t *list, const json_t *text)
{
    size_t index;
    json_t *item;

    json_array_foreach(list, index, item)
    {
        if (json_equal(item, text)) {
            return 1;
        }
    }
    return 0;
}

/* What a platform adds to the list. */
static void add_not_claimed(json_t *list, enum appraisal_platform platform)
{
    const struct appraisal appraisal = {.platform = platform};
    json_t *others = claims_not_claimed(&appraisal);
    size_t index;
    json_t *text;

    json_array_foreach(others, index, text)
    {
        if (!has_text(list, text)) {
            json_array_append(list, text);
        }
    }
    json_decref(others);
}

static json_t *not_claimed(struct collection *collection, const struct span *span)
{
    json_t *platforms = collection_rows(collection, platforms_query, span), *list = json_array();
    size_t index;
    json_t *row;
    static const char *const more[] = {
        "commitments and nonces: they need each call's exchange, pobf verify compares them",
        "what came after the last receipt of a boot: receipts alone cannot show it",
        "dates: they are by the hosts' clocks",
        "logs and witnesses: pobf log audit looks at them",
        "results of pobf appraise: they are retold here, pobf appraise --replay judges them again",
    };

    json_array_foreach(platforms, index, row)
    {
        add_not_claimed(
            list, (enum appraisal_platform)json_integer_value(json_object_get(row, "platform")));
    }
    json_decref(platforms);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        json_array_append_new(list, json_string(more[i]));
    }
    return list;
}

static int64_t number_at(const json_t *summary, const char *name)
{
    return json_integer_value(json_object_get(summary, name));
}

static void set_number(json_t *summary, const char *name, int64_t number)
{
    json_object_set_new(summary, name, json_integer(number));
}

static void set_counts(json_t *summary, struct collection *collection, const struct span *span)
{
    static const struct {
        const char *name, *query;
    } rows[] = {
        {"receipts", receipts_query},     {"outside", outside_query},
        {"repeated", repeated_query},     {"boots", boots_query},
        {"hold", holding_query},          {"refused", refused_query},
        {"damaged_files", damaged_query}, {"unreadable_files", unreadable_query},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        set_number(summary, rows[i].name, collection_number(collection, rows[i].query, span));
    }
}

/* A call without a receipt is one of them too, whether its host says what became of it or not. */
static void set_gaps(json_t *summary, struct collection *collection, const struct span *span)
{
    struct telling telling = {.gaps = json_array(), .open = json_array()};
    const uint64_t *calls = telling.calls;

    collection_gaps(collection, span, tell_gap, &telling);
    set_number(summary, "missing", (int64_t)calls[GAP_MISSING]);
    set_number(summary, "crashes", (int64_t)calls[GAP_CRASH]);
    set_number(summary, "crashes_denied", (int64_t)calls[GAP_DENIED]);
    set_number(summary, "calls",
               json_integer_value(json_object_get(summary, "receipts")) +
                   (int64_t)(calls[GAP_MISSING] + calls[GAP_CRASH] + calls[GAP_OPEN]));
    set_number(summary, "open", (int64_t)calls[GAP_OPEN]);
    json_object_set_new(summary, "open_calls", telling.open);
    set_number(summary, "alarms",
               (int64_t)(json_array_size(telling.gaps) +
                         json_array_size(json_object_get(summary, "log_alarms"))));
    json_object_set_new(summary, "gaps", telling.gaps);
}

static void set_lists(json_t *summary, struct collection *collection, const struct span *span)
{
    static const struct {
        const char *name, *query;
        json_t *(*finish)(json_t *rows);
    } rows[] = {
        {"ends", ends_query, ends},
        {"failures", failures_query, NULL},
        {"unproved", unproved_query, NULL},
        {"files", files_query, NULL},
        {"bad_files", bad_query, NULL},
        {"measurements", measurements_query, named},
        {"fuel", fuel_query, NULL},
        {"certificates", certificates_query, NULL},
        {"hardware", hardware_query, named},
        {"hardware_results", results_query, NULL},
        {"log_alarms", log_alarms_query, NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *list = collection_rows(collection, rows[i].query, span);

        json_object_set_new(summary, rows[i].name,
                            rows[i].finish != NULL ? rows[i].finish(list) : list);
    }
}

enum checks_verdict summary_verdict(const json_t *summary)
{
    const int64_t receipts = number_at(summary, "receipts");

    if (number_at(summary, "refused") > 0 || number_at(summary, "alarms") > 0 ||
        number_at(summary, "damaged_files") > 0) {
        return VERDICT_REFUSED;
    }
    return receipts > 0 && number_at(summary, "hold") == receipts &&
                   number_at(summary, "open") == 0 && number_at(summary, "unreadable_files") == 0
               ? VERDICT_AFFIRMED
               : VERDICT_CANNOT_TELL;
}

/* What keeps the verdict from affirming, each with its number, where it is not zero. */
static json_t *reasons(const json_t *summary, const char *before, const char *const words[][2],
                       size_t count)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    const char *between = before;
    json_t *sentence;

    for (size_t i = 0; out != NULL && i < count; i++) {
        char *reason = words_fill(words[i][1], summary);

        if (number_at(summary, words[i][0]) > 0) {
            fprintf(out, "%s%s", between, reason != NULL ? reason : words[i][0]);
            between = ", ";
        }
        free(reason);
    }
    if (out == NULL || fputc('.', out) == EOF || fclose(out) != 0) {
        free(text);
        return json_string(before);
    }
    sentence = json_string(text);
    free(text);
    return sentence;
}

static json_t *sentence_of(const json_t *summary)
{
    static const char *const refused[][2] = {
        {"refused", "{refused:receipt is|receipts are} refused"},
        {"alarms", "{alarms:alarm|alarms} of gaps, crashes or logs"},
        {"damaged_files", "{damaged_files:file is|files are} damaged, unknown or refused"},
    };
    static const char *const open[][2] = {
        {"unjudged", "{unjudged:receipt lacks|receipts lack} what it takes to be judged"},
        {"open", "{open:call is|calls are} open: begun, and not said to have ended"},
        {"unreadable_files", "{unreadable_files:file|files} cannot be read whole"},
    };
    const int64_t receipts = number_at(summary, "receipts");

    switch (summary_verdict(summary)) {
    case VERDICT_AFFIRMED:
        return receipts == 1 ? json_string("Forgotten: the one call of this period has a receipt "
                                           "that holds, and no number is missing beside it.")
                             : json_sprintf("Forgotten: each of the %" PRId64
                                            " calls of this period has a receipt that holds, and "
                                            "no number is missing between them.",
                                            receipts);
    case VERDICT_REFUSED:
        return reasons(summary, "NOT PROVED: ", refused, sizeof refused / sizeof *refused);
    case VERDICT_CANNOT_TELL:
    default:
        return receipts + number_at(summary, "open") == 0
                   ? json_string("Could not check: there is no receipt of this period.")
                   : reasons(summary, "Could not check: ", open, sizeof open / sizeof *open);
    }
}

static void set_verdict(json_t *summary)
{
    const enum checks_verdict verdict = summary_verdict(summary);

    json_object_set_new(summary, "verdict", json_string(checks_verdict_word(verdict)));
    json_object_set_new(summary, "sentence", sentence_of(summary));
    set_number(summary, "exit_code", checks_exit_code(verdict));
}

/* 1 unless evidence of hardware is there for every receipt. */
static int is_host_trusted(const json_t *platforms)
{
    size_t index;
    json_t *row;

    json_array_foreach(platforms, index, row)
    {
        const char *platform = json_string_value(json_object_get(row, "platform"));

        if (!json_is_false(json_object_get(row, "host_trusted")) || platform == NULL ||
            strcmp(platform, "none") == 0) {
            return 1;
        }
    }
    return index == 0;
}

json_t *summary_make(struct collection *collection, const struct span *span)
{
    char from[SPAN_TEXT], to[SPAN_TEXT];
    json_t *summary;
    int host_trusted;

    span_print(from, span->from_s);
    span_print(to, span->to_s);
    summary = json_pack("{s:{s:s, s:s}}", "period", "from", from, "to", to);
    set_counts(summary, collection, span);
    set_lists(summary, collection, span);
    set_gaps(summary, collection, span);
    set_number(summary, "unjudged",
               number_at(summary, "receipts") - number_at(summary, "hold") -
                   number_at(summary, "refused"));
    set_verdict(summary);
    set_number(summary, "zone_bytes", collection_number(collection, zone_query, span));
    set_number(summary, "mismatches", collection_number(collection, mismatches_query, span));
    host_trusted = is_host_trusted(json_object_get(summary, "hardware"));
    json_object_set_new(summary, "host_trusted", json_boolean(host_trusted));
    json_object_set_new(summary, "sanitization", sanitization_json(summary));
    json_object_set_new(summary, "not_claimed", not_claimed(collection, span));
    return summary;
}
