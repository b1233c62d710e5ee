#ifndef POBF_VERIFIER_SERVICE_LOG_H
#define POBF_VERIFIER_SERVICE_LOG_H

#include "verifier/log/quorum.h"
#include "verifier/log/sequencer.h"

/*
 * What the commands that write a log begin with. Each returns INPUT_GO_ON, or the exit code to end
 * with, after it told on stderr why; what it opened so far is to be closed either way.
 */
int log_open(struct sequencer **log, struct key **key, const char *path, const char *key_path);
/* The policy at `path`, which must be of this log; NULL: none. */
int log_open_policy(struct quorum *quorum, const char *path, const struct sequencer *log);

#endif
