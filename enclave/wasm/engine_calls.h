#ifndef POBF_ENGINE_CALLS_H
#define POBF_ENGINE_CALLS_H

/*
 * What the engine of JavaScript (npm quickjs-wasi) imports from `env`, and nothing else may: as in
 * wasi_calls.h, but with the result behind a colon. enclave/wasm/script.c has them.
 */
#define ENGINE_CALLS(X)                                                                            \
    X(host_call, "iiiii:i")                                                                        \
    X(host_get_timezone_offset, "ii:i")                                                            \
    X(host_interrupt, ":i")                                                                        \
    X(host_module_load, "ii:i")                                                                    \
    X(host_module_normalize, "ii:i")                                                               \
    X(host_promise_rejection, "iii:")

#endif
