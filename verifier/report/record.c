#include "verifier/report/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contracts/lifecycle.h"
#include "verifier/report/claims.h"
#include "verifier/report/ear.h"
#include "verifier/report/words.h"

#define X(name, text) static const char name##_word[] = text;
REPORT_WORDS(X)
#undef X

enum { LINE_ROOM = 1024 };

/* A template with its facts, handed to one of paper's writers. */
static char *fill(const char *template, const json_t *facts)
{
    char *text = words_fill(template, facts);

    return text != NULL ? text : strdup("");
}

static const json_t *submod_map(const json_t *claims, enum ear_submod which, const char *name)
{
    const json_t *submod =
        json_object_get(json_object_get(claims, "submods"), ear_submod_name(which));

    return json_object_get(submod, name);
}

static const char *text_at(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL ? text : "-";
}

static int has_passed(const json_t *checks, const char *id)
{
    size_t index;
    json_t *item;

    json_array_foreach(checks, index, item)
    {
        if (strcmp(text_at(item, "id"), id) == 0) {
            return strcmp(text_at(item, "result"), "pass") == 0;
        }
    }
    return 0;
}

/* A file that was not understood has said nothing: its zeros are no facts. */
static int is_understood(const json_t *claims, const char *from)
{
    const json_t *checks = json_object_get(claims, CLAIMS_CHECKS);

    if (strcmp(from, "receipt") == 0) {
        return has_passed(checks, "receipt.parse");
    }
    return strcmp(from, "platform") != 0 || has_passed(checks, "evidence.parse");
}

/* What a row's facts are from; the names are those in the table. */
static const json_t *facts_of(const json_t *claims, const char *from)
{
    if (strcmp(from, "receipt") == 0) {
        return submod_map(claims, EAR_FORGETTING, CLAIMS_FORGETTING);
    }
    if (strcmp(from, "platform") == 0) {
        return submod_map(claims, EAR_PLATFORM, CLAIMS_PLATFORM);
    }
    if (strcmp(from, "proof") == 0) {
        return submod_map(claims, EAR_FORGETTING, CLAIMS_PROOF);
    }
    return json_object_get(claims, CLAIMS_LEVELS);
}

static const struct {
    const char *section, *from, *name, *template;
} rows[] = {
#define X(section, from, name, template) {#section, #from, name, template},
    REPORT_ROWS(X)
#undef X
};

static void write_rows(struct paper *paper, const json_t *claims, const char *section)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const json_t *facts = facts_of(claims, rows[i].from);
        char *text;

        if (strcmp(rows[i].section, section) != 0 || facts == NULL ||
            !is_understood(claims, rows[i].from)) {
            continue;
        }
        text = fill(rows[i].template, facts);
        paper_fact(paper, rows[i].name, text);
        free(text);
    }
}

/* The names of the checks that keep the verdict from affirming, with commas. */
static json_t *reasons(const json_t *verdict)
{
    char line[LINE_ROOM] = "";
    size_t index, used = 0;
    json_t *id;

    json_array_foreach(json_object_get(verdict, "because"), index, id)
    {
        const char *name = json_string_value(id);
        const int length = name == NULL ? 0
                                        : snprintf(line + used, sizeof line - used, "%s%s",
                                                   used > 0 ? ", " : "", name);

        used += (size_t)length < sizeof line - used ? (size_t)length : 0;
    }
    line[used] = '\0';
    return json_pack("{s:s, s:s}", "failed", used > 0 ? line : "the report says so", "open",
                     used > 0 ? line : "it");
}

/* What it comes to; where nobody is forgotten there is no sentence that says so. */
static const char *sentence_of(enum paper_tone *tone, const json_t *claims)
{
    const char *verdict = text_at(json_object_get(claims, CLAIMS_VERDICT), "verdict");
    const char *scope = text_at(json_object_get(claims, CLAIMS_VERDICT), "scope");
    const char *exit = text_at(facts_of(claims, "receipt"), "exit");

    if (strcmp(verdict, "affirmed") == 0 && strcmp(scope, "invocation") == 0) {
        *tone = PAPER_GOOD;
        return strcmp(exit, "RETURNED") == 0 ? forgotten_word : destroyed_word;
    }
    *tone = strcmp(verdict, "refused") == 0 ? PAPER_BAD : PAPER_OPEN;
    return *tone == PAPER_BAD ? not_proved_word : could_not_check_word;
}

/* Returns 1 where the verdict is that the data is gone. */
static int write_verdict(struct paper *paper, const json_t *claims)
{
    const json_t *platform = facts_of(claims, "platform");
    json_t *facts = reasons(json_object_get(claims, CLAIMS_VERDICT));
    enum paper_tone tone;
    const char *template = sentence_of(&tone, claims);
    char *sentence, *remark = NULL;

    json_object_set_new(facts, "exit_sentence",
                        json_string(text_at(facts_of(claims, "receipt"), "exit_sentence")));
    sentence = fill(template, facts);
    if (!json_is_false(json_object_get(platform, "host_trusted"))) {
        remark = fill(host_trusted_word, platform);
    }
    paper_verdict(paper, tone, sentence, remark);
    free(sentence);
    free(remark);
    json_decref(facts);
    return tone == PAPER_GOOD;
}

static void write_life(struct paper *paper)
{
    static const char *const states[] = {
#define X(name) #name,
        POBF_STATES(X)
#undef X
    };
    char line[LINE_ROOM] = "";
    size_t used = 0;

    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        used += (size_t)snprintf(line + used, sizeof line - used, "%s > ", states[i]);
    }
    snprintf(line + used, sizeof line - used, "%s", states[0]);
    paper_say(paper, line);
}

static const struct {
    const char *name, *prefix;
} links[] = {
#define X(name, prefix) {name, prefix},
    REPORT_LINKS(X)
#undef X
};

/* How a link stands: the worst of its checks. What was not evaluated is no loss in a good verdict alone. */
static const char *state_of(const json_t *checks, const char *name, int proved)
{
    int passed = 0, failed = 0, open = 0;
    size_t index;
    json_t *item;

    json_array_foreach(checks, index, item)
    {
        const char *id = text_at(item, "id"), *result = text_at(item, "result");

        for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
            if (strcmp(links[i].name, name) == 0 &&
                strncmp(id, links[i].prefix, strlen(links[i].prefix)) == 0) {
                passed += strcmp(result, "pass") == 0;
                failed += strcmp(result, "fail") == 0;
                open += strcmp(result, "not-evaluated") == 0;
            }
        }
    }
    if (failed > 0 || passed == 0) {
        return failed > 0 ? "FAILED" : "not here";
    }
    return open > 0 && !proved ? "in part" : "ok";
}

/* The picture: one link after the other. */
static void write_links(struct paper *paper, const json_t *checks, int proved)
{
    char line[LINE_ROOM] = "";
    size_t used = 0;

    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        if ((i == 0 || strcmp(links[i].name, links[i - 1].name) != 0) &&
            strcmp(links[i].prefix, "report") != 0) {
            used += (size_t)snprintf(line + used, sizeof line - used, "%s%s (%s)",
                                     used > 0 ? " > " : "", links[i].name,
                                     state_of(checks, links[i].name, proved));
        }
    }
    paper_say(paper, line);
}

static void write_chain(struct paper *paper, const json_t *checks, int proved)
{
    static const struct paper_column columns[] = {
        {"check", 27}, {"result", 11}, {"expected", 28}, {"seen", 28}};
    size_t index;
    json_t *item;

    write_links(paper, checks, proved);
    paper_table(paper, columns, sizeof columns / sizeof *columns);
    json_array_foreach(checks, index, item)
    {
        const char *result = text_at(item, "result");
        const int passed = strcmp(result, "pass") == 0, failed = strcmp(result, "fail") == 0;
        const char *const cells[] = {text_at(item, "id"),
                                     passed   ? "ok"
                                     : failed ? "FAILED"
                                              : "not checked",
                                     text_at(item, "expected"), text_at(item, "seen")};

        paper_row(paper, passed ? PAPER_GOOD : failed ? PAPER_BAD : PAPER_OPEN, cells);
    }
}

static const char *alarm_of(const char *kind)
{
    static const struct {
        const char *kind, *word;
    } alarms[] = {
        {"missing", missing_word}, {"fork", fork_word},     {"chain", broken_word},
        {"crash", crash_word},     {"denied", denied_word}, {"open", still_open_word},
    };
    size_t i = 0;

    while (i + 1 < sizeof alarms / sizeof *alarms && strcmp(alarms[i].kind, kind) != 0) {
        i++;
    }
    return alarms[i].word;
}

static int is_one(const json_t *gap)
{
    return json_equal(json_object_get(gap, "from"), json_object_get(gap, "to"));
}

void record_alarms(struct paper *paper, const json_t *gaps)
{
    size_t index;
    json_t *gap;

    json_array_foreach(gaps, index, gap)
    {
        const char *word = alarm_of(text_at(gap, "kind"));
        char *text = fill(word == missing_word && is_one(gap) ? missing_one_word : word, gap);

        paper_item(paper, strcmp(text_at(gap, "kind"), "open") == 0 ? PAPER_OPEN : PAPER_BAD, text);
        free(text);
    }
}

static void write_gaps(struct paper *paper, const json_t *gaps)
{
    const json_t *list = json_object_get(gaps, "gaps");
    char *text;

    if (json_array_size(list) > 0) {
        record_alarms(paper, list);
        return;
    }
    text = fill(gaps != NULL ? no_alarms_word : not_searched_word, gaps);
    paper_say(paper, text);
    free(text);
}

static void write_list(struct paper *paper, const json_t *list)
{
    size_t index;
    json_t *item;

    json_array_foreach(list, index, item)
    {
        const char *text = json_string_value(item);

        paper_item(paper, PAPER_PLAIN, text != NULL ? text : "-");
    }
}

static void write_assumptions(struct paper *paper, json_t *assumptions)
{
    const char *name;
    json_t *text;

    json_object_foreach(assumptions, name, text)
    {
        paper_fact(paper, name, json_is_string(text) ? json_string_value(text) : "-");
    }
}

static void write_proof(struct paper *paper, const json_t *claims)
{
    paper_heading(paper, proof_word);
    if (facts_of(claims, "proof") == NULL) {
        paper_fact(paper, "certificate", no_proof_word);
    }
    write_rows(paper, claims, "proof");
}

static void write_record(struct paper *paper, const struct record *record)
{
    const json_t *claims = record->claims;

    const int proved = write_verdict(paper, claims);

    paper_heading(paper, facts_word);
    write_rows(paper, claims, "facts");
    write_proof(paper, claims);
    paper_heading(paper, erased_word);
    if (!proved) {
        paper_say(paper, unproved_word);
    }
    write_rows(paper, claims, "erased");
    paper_heading(paper, uncovered_word);
    write_list(paper, json_object_get(claims, CLAIMS_NOT_CLAIMED));
    paper_heading(paper, life_word);
    write_life(paper);
    paper_heading(paper, chain_word);
    write_chain(paper, json_object_get(claims, CLAIMS_CHECKS), proved);
    paper_heading(paper, alarms_word);
    write_gaps(paper, record->gaps);
    paper_heading(paper, assumptions_word);
    write_assumptions(paper, json_object_get(claims, CLAIMS_ASSUMPTIONS));
    if (record->command != NULL) {
        paper_heading(paper, again_word);
        paper_code(paper, record->command);
    }
}

enum pobf_status record_print(char **text, size_t *size, const struct record *record)
{
    struct paper *paper;

    *text = NULL;
    *size = 0;
    if (paper_open(&paper, PAPER_TEXT, title_word) != POBF_OK) {
        return POBF_E_SYSTEM;
    }
    write_record(paper, record);
    return paper_close(paper, text, size);
}
