#ifndef POBF_VERIFIER_SERVICE_GROWTH_H
#define POBF_VERIFIER_SERVICE_GROWTH_H

#include "verifier/log/sequencer.h"

/*
 * Write a COSE Receipt of consistency: that the log in `folder` has only grown since the checkpoint in
 * the file `old_path`. Returns INPUT_GO_ON, or the exit code to end with, after it told why.
 */
int growth_write(const char *path, const struct sequencer *log, const char *folder,
                 const struct key *key, const char *old_path);

#endif
