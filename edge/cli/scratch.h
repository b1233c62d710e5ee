#ifndef POBF_EDGE_CLI_SCRATCH_H
#define POBF_EDGE_CLI_SCRATCH_H

#include "edge/cli/place.h"

/*
 * A new folder of our own for temporary files, in TMPDIR or /tmp, one at a time. What processes that
 * were killed have left behind under the same name goes first. Where there is none it is told on
 * stderr, and the path is empty.
 */
POBF_MUST_CHECK enum pobf_status scratch_open(char path[PLACE_ROOM], const char *name);

/* Remove it and all in it; what cannot be removed stays. An empty path is fine. */
void scratch_close(char *path);

#endif
