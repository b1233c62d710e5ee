#ifndef POBF_ENCLAVE_PROCESS_CRADLE_H
#define POBF_ENCLAVE_PROCESS_CRADLE_H

#include <sys/types.h>

#include "enclave/image/image.h"

/*
 * Turn a fresh fork of the monitor into the nursery: build the function's address space, give up
 * every right and every descriptor but two, and go through the gate. A failure ends the process.
 *   zone, go, orders  descriptors
 *   monitor           the process that alone may have a function run
 */
_Noreturn void cradle_enter(const struct image *image, int zone, int go, int orders, pid_t monitor);

#endif
