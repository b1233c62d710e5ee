#ifndef POBF_ENCLAVE_TRANSLATE_METER_H
#define POBF_ENCLAVE_TRANSLATE_METER_H

#include <stdio.h>

#include "framework/core/status.h"

/*
 * Write what wasm2c made of a module once more, with our instructions in place of its own, and with
 * fuel charged.
 *
 * A step is one statement of that C, about one instruction of WebAssembly, or a local that begins
 * as zero. Steps are paid in advance, a stretch at a time: a stretch begins where a function, a loop, a branch or a
 * join does, and costs all its statements, also where it is left before its end. So the count
 * depends on the path that is taken and on nothing else, and is never less than what ran. Whether
 * anything is left is asked where a function is entered and where a loop begins once more. A loop whose
 * rounds can be counted (rounds.h) is written twice: paid at once, and by the round where that cannot be.
 *
 *   POBF_E_INPUT   it is not the text that wasm2c 1.0.32 writes
 *   POBF_E_SYSTEM  memory ran out, or `out` cannot be written
 */
POBF_MUST_CHECK enum pobf_status meter_module(FILE *out, const char *text, size_t size);

#endif
