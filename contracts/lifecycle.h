#ifndef POBF_CONTRACTS_LIFECYCLE_H
#define POBF_CONTRACTS_LIFECYCLE_H

/*
 * The life of a task, as data. The C table, the ACSL predicate, the Coq relation and the picture
 * in the README are all generated from these three lists; nothing else knows the order.
 *
 * FORGOTTEN is zero: what an initialiser does not list, and what a wipe leaves, is FORGOTTEN.
 * There is no error state to be in: a move that is not listed means wipe and refuse.
 */

/*   state        what the enclave holds in it                                  */
#define POBF_STATES(X)                                                                             \
    X(FORGOTTEN) /* nothing: every secret byte is zero                         */                  \
    X(FRESH)     /* a one-time key pair, no peer                               */                  \
    X(BOUND)     /* the keys agreed with the data provider                     */                  \
    X(LOADED)    /* the input in clear, inside the zone                        */                  \
    X(COMPUTED)  /* the output in clear, inside the zone                       */                  \
    X(SEALED)    /* the output in cipher, every key gone; the zone is next     */

#define POBF_EVENTS(X) X(START) X(BIND) X(LOAD) X(COMPUTE) X(SEAL) X(FORGET)

/*   from         event      to                                                 */
#define POBF_MOVES(X)                                                                              \
    X(FORGOTTEN, START, FRESH)                                                                     \
    X(FRESH, BIND, BOUND)                                                                          \
    X(BOUND, LOAD, LOADED)                                                                         \
    X(LOADED, COMPUTE, COMPUTED)                                                                   \
    X(COMPUTED, SEAL, SEALED)                                                                      \
    X(SEALED, FORGET, FORGOTTEN)

enum pobf_state {
#define X(name) POBF_##name,
    POBF_STATES(X)
#undef X
        POBF_STATE_COUNT
};

enum pobf_event {
#define X(name) POBF_EV_##name,
    POBF_EVENTS(X)
#undef X
        POBF_EVENT_COUNT
};

#endif
