#ifndef POBF_ENCLAVE_HOST_FUNCTION_H
#define POBF_ENCLAVE_HOST_FUNCTION_H

#include "enclave/host/seats.h"

/*
 * A function that a host serves under a name, beside others: with seats, a pool and metrics of its own.
 * Another image can take its place while it serves. New tasks get the new one once that is up; an older
 * one stays for who has appraised its evidence just now, and until its open tasks have ended; then its
 * monitors go. An image whose monitors do not come up never takes any place.
 */
enum { FUNCTION_OLDER_MAX = 16, FUNCTION_LINGER_S = 5 };

/* What is served: an image, all of its file, and SHA-256 of the proof certificate, or zeros. */
struct function_source {
    struct image image;
    uint8_t *bytes; /* owned */
    uint8_t certificate[POBF_DIGEST_BYTES];
};

/* Wipe and free. Zeros are fine. */
void function_source_clear(struct function_source *source);

/* What all functions of a host have in common. It outlives them. */
struct function_host {
    struct event_base *base;
    const char *monitor_path; /* the backend's program; must stay valid           */
    struct zygote *zygote;    /* KVM: where machines come from; NULL: the process backend */
    uint8_t channel_key[POBF_DIGEST_BYTES];
    size_t trustlets; /* that serve side by side, of each function, at most SEATS_MAX */
    size_t warm;      /* kept ready beside them, for every processor; at most POOL_WARM_MAX */
    uint32_t slack_s; /* what an answer may take beyond the function's deadline */
    void (*given_up)(void *context); /* a function has no monitor that stays up */
    void *context;
};

/* One image of a function, and what serves it. */
struct edition {
    struct edition *older;
    struct function *function;
    struct function_source source;
    struct mold mold; /* KVM: what all machines of it begin with */
    struct seats seats;
    size_t exchanges; /* requests that are under way here */
    int64_t until_s;  /* replaced: how long new tasks are taken of who names a boot */
    int is_leaving;
};

struct function {
    char name[IMAGE_NAME_ROOM];
    const struct function_host *host;
    struct edition *current; /* new tasks are its own; the older ones follow */
    struct edition *coming;  /* takes its place once it is up; NULL: none */
    struct event *turn;      /* something has changed */
    struct metrics metrics;
    uint64_t past_hits, past_misses; /* of pools that are gone */
    int is_given_up;                 /* 1: no monitor stays up */
};

/*
 * Serve it, once its monitors are up. The source is taken over. On failure function_close is still to be
 * called.
 */
POBF_MUST_CHECK enum pobf_status function_open(struct function *function, const char *name,
                                               struct function_source *source,
                                               const struct function_host *host);
/* End its monitors; requests that are under way are told. */
void function_stop(struct function *function);
/* Once it is stopped, and all that it was asked is over. Zeros are fine. */
void function_close(struct function *function);

/*
 * Have another image take its place; the source is taken over. It comes up beside the event loop. NULL, or
 * why it does not, to people: then all is as it was.
 */
const char *function_replace(struct function *function, struct function_source *source);
/* Each second: older images whose time is over go. */
void function_tend(struct function *function, int64_t now_s);

/* As of seats; an older image's are there for who names a boot, or a task. */
struct seat *function_pick(struct function *function);
struct seat *function_of_boot(struct function *function, const uint8_t boot_id[POBF_BOOT_ID_BYTES]);
struct seat *function_of_task(struct function *function, enum tasks_state *state,
                              const uint8_t id[POBF_TASK_ID_BYTES]);
struct edition *function_edition(struct seat *seat);

/* How many requests are under way. */
size_t function_load(const struct function *function);
/* What the metrics say of now. */
void function_count(struct function *function);

#endif
