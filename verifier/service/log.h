#ifndef POBF_VERIFIER_SERVICE_LOG_H
#define POBF_VERIFIER_SERVICE_LOG_H

#include "edge/cli/cli.h"
#include "verifier/log/quorum.h"
#include "verifier/log/sequencer.h"

/* What a command that publishes is given. */
struct log_operating {
    const char *key_path;
    const char *policy_path; /* NULL: no witness is asked */
    int as_json;
};

#define LOG_JSON_OPTION(as_json)                                                                   \
    {                                                                                              \
        "json", CLI_FLAG, as_json, NULL, "print one JSON object"                                   \
    }

#define LOG_OPERATING_OPTIONS(with)                                                                \
    {"key", CLI_VALUE, &(with)->key_path, "PEM", "the log's private key"},                         \
        {"policy", CLI_VALUE, &(with)->policy_path, "FILE",                                        \
         "ask the witnesses that it names to sign, too"},                                          \
        LOG_JSON_OPTION(&(with)->as_json)

/* What can be wrong with a log, to people; returns the exit code. */
int log_explain(enum pobf_status status, const char *path);

/*
 * What the commands that write a log begin with. Each returns INPUT_GO_ON, or the exit code to end
 * with, after it told on stderr why; what it opened so far is to be closed either way.
 */
int log_open(struct sequencer **log, struct key **key, const char *path, const char *key_path);
/* The policy at `path`, which must be of this log; NULL: none. */
int log_open_policy(struct quorum *quorum, const char *path, const struct sequencer *log);

#endif
