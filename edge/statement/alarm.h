#ifndef POBF_EDGE_STATEMENT_ALARM_H
#define POBF_EDGE_STATEMENT_ALARM_H

#include "edge/tlog/checkpoint.h"

/*
 * What a host states of a log that did not keep its word: two checkpoints, both signed by the log,
 * that do not fit. What a fork is, they show by themselves; of the other kinds, in which order they
 * came and what the log answered is the host's word, which nobody signs.
 */
enum alarm_kind {
    ALARM_FORKED,   /* two trees of one size */
    ALARM_SHRUNK,   /* a smaller tree after a larger one */
    ALARM_UNPROVED, /* it did not show that the larger tree begins with the smaller one */
    ALARM_KINDS
};

struct alarm {
    enum alarm_kind kind;
    uint64_t at_s; /* by the host's clock, since 1970 */
    struct note_key log;
    char before[NOTE_MAX + 1], after[NOTE_MAX + 1]; /* the notes, as they came */
};

#define ALARM_PROFILE "tag:pobf,2026:log-alarm"

/* "forked", "shrunk", "unproved" */
const char *alarm_word(enum alarm_kind kind);

/* The statement, JSON with a final line feed; free with free(). NULL where there is no memory. */
char *alarm_print(const struct alarm *alarm);

/* 1 where the bytes call themselves such a statement, also where the rest is damaged. */
int alarm_is(const uint8_t *bytes, size_t size);

/*
 * POBF_E_INPUT, and all zeros, where it is not exactly what alarm_print prints, where the log's key
 * has not signed both checkpoints, or where these two are no alarm of the kind.
 */
POBF_MUST_CHECK enum pobf_status alarm_parse(struct alarm *alarm, const uint8_t *bytes,
                                             size_t size);

/* What its checkpoints say; as alarm_parse, which has asked this. */
POBF_MUST_CHECK enum pobf_status alarm_open(struct checkpoint *before, struct checkpoint *after,
                                            const struct alarm *alarm);

#endif
