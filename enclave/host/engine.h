#ifndef POBF_ENCLAVE_HOST_ENGINE_H
#define POBF_ENCLAVE_HOST_ENGINE_H

#include "edge/cli/place.h"
#include "framework/core/status.h"

/*
 * The engine of JavaScript: quickjs.wasm of npm's quickjs-wasi, QuickJS-ng as a WebAssembly module.
 * It is not ours, and not in our tree: npm fetches it once, into the cache (cache.h). Whatever is
 * there, nothing is taken but the file with our hash.
 *
 *   path     out: where it is
 *   scratch  a folder for what npm fetches
 *
 * Tells people on stderr what is wrong.
 */
POBF_MUST_CHECK enum pobf_status engine_find(char path[PLACE_ROOM], const char *scratch);

#endif
