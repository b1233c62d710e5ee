#ifndef POBF_ENCLAVE_TRANSLATE_TRANSLATE_H
#define POBF_ENCLAVE_TRANSLATE_TRANSLATE_H

#include "edge/cli/place.h"
#include "enclave/function/pobf_manifest.h"
#include "enclave/translate/module.h"

#define TRANSLATE_SOURCE "translated.c"

/*
 * Make C of a WebAssembly module: judge it, let wasm2c translate it, put our instructions in place
 * of its own and charge fuel. What is made is in `scratch`: TRANSLATE_SOURCE, and module.h.
 *
 *   path    the module
 *   shown   its name, for people
 *   manifest  how much memory it may have; and of a plug-in, by its first argument, what is called: where
 *             no function has that name, the only one
 *   is_engine  1: it is known for the engine of JavaScript
 *
 * Tells people on stderr what is wrong.
 */
POBF_MUST_CHECK enum pobf_status translate_module(struct module *module, const char *scratch,
                                                  const char *path, const char *shown,
                                                  const struct image_manifest *manifest,
                                                  int is_engine);

#endif
