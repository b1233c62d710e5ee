#ifndef POBF_EDGE_CLI_PLACE_H
#define POBF_EDGE_CLI_PLACE_H

#include "framework/core/status.h"

/*
 * Where the other parts of an installation are. POBF_E_MISSING, and an empty path, where none is.
 */
enum { PLACE_ROOM = 4096 };

/* A program that only pobf-host starts: beside this program, or in ../libexec/pobf. */
POBF_MUST_CHECK enum pobf_status place_program(char path[PLACE_ROOM], const char *name);

/*
 * The folder that holds enclave/function: the environment's POBF_SHARE where it is set, else the
 * source tree that this program was built in, else where `make install` puts it.
 */
POBF_MUST_CHECK enum pobf_status place_share(char path[PLACE_ROOM]);

#endif
