#ifndef POBF_VERIFIER_LOG_QUORUM_H
#define POBF_VERIFIER_LOG_QUORUM_H

#include "edge/tlog/checkpoint.h"
#include "verifier/appraisal/checks.h"

/*
 * Whose word counts for a log: a text of lines.                             C2SP tlog-policy.
 *
 *   log VKEY [URL]                        the log; exactly one
 *   witness NAME VKEY [URL]               who may cosign it
 *   group NAME (N | any | all) NAME...    holds where N of these witnesses and groups do
 *   quorum (NAME | none)                  what must hold; exactly one, the last line
 *
 * A name is declared before it is used. Empty lines, and lines that begin with #, say nothing.
 */
enum { QUORUM_MEMBERS_MAX = 32, QUORUM_URL_ROOM = 256, QUORUM_NONE = -1 };

struct quorum_member {
    char name[NOTE_NAME_ROOM];
    int is_group;
    struct note_key key;       /* of a witness */
    char url[QUORUM_URL_ROOM]; /* of a witness; "" where there is none */
    uint32_t members;          /* of a group: a bit each */
    uint32_t needed;           /* of a group */
};

struct quorum {
    struct note_key log;
    struct quorum_member member[QUORUM_MEMBERS_MAX];
    size_t count;
    int needed; /* place of the member that must hold, or QUORUM_NONE */
};

/* POBF_E_INPUT, all zeros, and *line, counted from 1, where the text is not of this form. */
POBF_MUST_CHECK enum pobf_status quorum_parse(struct quorum *quorum, const char *text,
                                              size_t *line);

/* The witnesses, a bit each, whose cosignature stands below the note and verifies. */
uint32_t quorum_witnesses(const struct quorum *quorum, const struct note *note);

/* 1 where the member is a witness whose URL is known. */
int quorum_is_asked(const struct quorum *quorum, size_t member);

/* 1 where these witnesses are enough. */
int quorum_holds(const struct quorum *quorum, uint32_t witnesses);

/* "log.witnesses": are there enough? */
void quorum_judge(struct checks *checks, const struct quorum *quorum, const struct note *note);

#endif
