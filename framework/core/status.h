#ifndef POBF_FRAMEWORK_CORE_STATUS_H
#define POBF_FRAMEWORK_CORE_STATUS_H

/*
 * Every fallible call returns one of these; zero is the only success.
 *
 *   status      sentence                                                exit  HTTP
 */
#define POBF_STATUSES(X)                                                                           \
    X(OK, "done", 0, 200)                                                                          \
    X(E_INPUT, "the bytes are malformed", 1, 400)                                                  \
    X(E_AUTH, "the bytes do not authenticate under this key", 1, 422)                              \
    X(E_REFUSED, "the policy refuses this", 1, 403)                                                \
    X(E_STATE, "the call is not legal in this state, the task is gone", 1, 409)                    \
    X(E_SPACE, "more bytes than there is room for", 1, 413)                                        \
    X(E_KEY, "the key is unusable, or was used before", 1, 422)                                    \
    X(E_FUNCTION, "the function ended abnormally, its memory is wiped", 1, 422)                    \
    X(E_POISONED, "forgetting could not be shown, the enclave is closed", 1, 503)                  \
    X(E_USAGE, "the command line is not understood", 2, 400)                                       \
    X(E_MISSING, "something needed for an answer is missing", 3, 404)                              \
    X(E_SYSTEM, "the system refused or failed", 3, 500)

enum pobf_status {
#define X(name, sentence, exit_code, http_code) POBF_##name,
    POBF_STATUSES(X)
#undef X
        POBF_STATUS_COUNT
};

_Static_assert(POBF_OK == 0, "zero is the only success");

#define POBF_MUST_CHECK __attribute__((warn_unused_result))

#endif
