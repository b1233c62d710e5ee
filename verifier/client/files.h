#ifndef POBF_VERIFIER_CLIENT_FILES_H
#define POBF_VERIFIER_CLIENT_FILES_H

#include "edge/cli/cli.h"
#include "verifier/client/input.h"
#include "verifier/hardware/hardware.h"

/* The files that an appraisal of hardware is given, each with its role, in the order of use. */
enum files_role {
    FILES_EVIDENCE,
    FILES_ENDORSEMENT,
    FILES_COLLATERAL,
    FILES_REFERENCE,
    FILES_REFERENCE_KEY,
    FILES_POLICY,
    FILES_ROLES
};
enum { FILES_FILE_MAX = 8 * 1024 * 1024 };
#define FILES_LAST_INSTANT INT64_C(253402300799) /* the year 9999: certificates name none later */

struct files {
    struct input input[HARDWARE_ITEMS_MAX]; /* owned */
    enum files_role role[HARDWARE_ITEMS_MAX];
    size_t count;
    /* The same for hardware_appraise, by role; files_arrange fills it. */
    struct hardware_item item[FILES_ROLES][HARDWARE_ITEMS_MAX];
    size_t item_count[FILES_ROLES];
    size_t sent_count; /* endorsements, the last ones, that were only sent: no key in them counts */
};

/*
 * Read a file; a path of NULL is none, nor is the name of the built-in policy. Of collateral it may be a folder: all of its files, in the
 * order of their names. Returns INPUT_GO_ON, or the exit code to end with, after it told why.
 */
int files_add(struct files *files, enum files_role role, const char *path);
/* The same for each of a list. */
int files_add_list(struct files *files, enum files_role role, const struct cli_list *paths);
void files_close(struct files *files);

/* The role's word in results: "evidence". */
const char *files_role_word(enum files_role role);

/* Put every file under its role; returns INPUT_GO_ON. */
int files_arrange(struct files *files);
/* Put one more item under a role. */
void files_put(struct files *files, enum files_role role, const struct input *input);

/* What was arranged, as input; needs evidence. */
void files_fill(struct hardware_input *input, const struct files *files);
const struct hardware_item *files_policy(const struct files *files); /* NULL: none */
/* The policy file's, or the built-in one. Clear it where this returned INPUT_GO_ON. */
int files_open_policy(struct hardware_policy *policy, const struct files *files);

#endif
