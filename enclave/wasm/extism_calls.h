#ifndef POBF_EXTISM_CALLS_H
#define POBF_EXTISM_CALLS_H

/*
 * What a plug-in of Extism imports from `extism:host/env`, and nothing else may: signatures as in
 * wasi_calls.h, with the result behind a colon. Offsets and sizes have 64 bits. enclave/wasm/extism.c has them.
 */
#define EXTISM_CALLS(X)                                                                            \
    X(alloc, "I:I")                                                                                \
    X(config_get, "I:I")                                                                           \
    X(error_set, "I:")                                                                             \
    X(free, "I:")                                                                                  \
    X(get_log_level, ":i")                                                                         \
    X(http_headers, ":I")                                                                          \
    X(http_request, "II:I")                                                                        \
    X(http_status_code, ":i")                                                                      \
    X(input_length, ":I")                                                                          \
    X(input_load_u64, "I:I")                                                                       \
    X(input_load_u8, "I:i")                                                                        \
    X(length, "I:I")                                                                               \
    X(length_unsafe, "I:I")                                                                        \
    X(load_u64, "I:I")                                                                             \
    X(load_u8, "I:i")                                                                              \
    X(log_debug, "I:")                                                                             \
    X(log_error, "I:")                                                                             \
    X(log_info, "I:")                                                                              \
    X(log_trace, "I:")                                                                             \
    X(log_warn, "I:")                                                                              \
    X(output_set, "II:")                                                                           \
    X(store_u64, "II:")                                                                            \
    X(store_u8, "Ii:")                                                                             \
    X(var_get, "I:I")                                                                              \
    X(var_set, "II:")

#endif
