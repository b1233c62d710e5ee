#ifndef POBF_EDGE_FINDINGS_FINDINGS_H
#define POBF_EDGE_FINDINGS_FINDINGS_H

#include <stddef.h>

#include <jansson.h>

#include "framework/core/status.h"

/*
 * What a tool found, one by one, for people and for the formats that their other tools read. A list
 * is a JSON array; every finding in it is an object with the members below.
 */
struct finding {
    const char *rule;    /* what kind of claim: "postcondition", "reproducible-build"             */
    const char *name;    /* what it is about: "put_byte: within"                                  */
    const char *file;    /* where, relative to the project; NULL: at no place                     */
    unsigned long line;  /* from 1; 0: of the file as a whole                                     */
    const char *message; /* what is claimed, or what is wrong with it                             */
    int holds;
};

/* Add one; bytes that are no UTF-8 are told as such. What does not fit into memory ends the program
 * with "cannot tell": a list that is short of a failure would be a lie. */
void findings_add(json_t *list, const struct finding *finding);

/* How many there are, and how many of them do not hold. */
size_t findings_failed(const json_t *list);

/* One line on stderr for each that does not hold: "function.c:12: put_byte: within: ...". */
void findings_say(const json_t *list);

/*
 * Write them as SARIF 2.1.0 (OASIS), or as JUnit XML. `told` 0: the tool could not tell, and says so;
 * it has no result then. A failure is told on stderr.
 */
struct findings_report {
    const char *tool; /* "pobf-host prove" */
    const json_t *list;
    int told;
};
POBF_MUST_CHECK enum pobf_status findings_sarif(const char *path,
                                                const struct findings_report *report);
POBF_MUST_CHECK enum pobf_status findings_junit(const char *path,
                                                const struct findings_report *report);

/*
 * Both, where they are asked for (a path is not NULL), before the command ends with `status`: what it
 * returns is that status, or what kept a report from being written.
 */
struct findings_paths {
    const char *sarif, *junit;
};
POBF_MUST_CHECK enum pobf_status findings_write(const struct findings_paths *paths,
                                                const char *tool, const json_t *list,
                                                enum pobf_status status);

#define FINDINGS_OPTIONS(paths)                                                                    \
    {"sarif", CLI_VALUE, &(paths)->sarif, "FILE", "write what was found as SARIF 2.1.0"},          \
    {                                                                                              \
        "junit", CLI_VALUE, &(paths)->junit, "FILE", "write what was found as JUnit XML"           \
    }

#endif
