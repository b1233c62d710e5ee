#ifndef POBF_ENCLAVE_HOST_FLIGHT_H
#define POBF_ENCLAVE_HOST_FLIGHT_H

#include "edge/tlog/inclusion.h"
#include "enclave/host/backlog.h"
#include "enclave/host/route.h"
#include "enclave/host/tip.h"

/* How far a receipt is on its way. */
enum leg {
    LEG_NONE,  /* nothing is on its way here */
    LEG_ADD,   /* the log is asked for its proof */
    LEG_HELD,  /* the proof holds; whether its tree may be believed is not known yet */
    LEG_GROWTH /* the log is asked to show that it has only grown; one flight at a time */
};

/* What the log says, as much as any good answer. */
struct reply {
    char text[INCLUSION_MAX + 1];
    size_t size;
};

/* One receipt on its way. */
struct flight {
    CURL *curl;
    struct backlog_item item;
    enum leg leg;
    uint64_t shown; /* the largest tree that the log had shown before it was asked */
    uint8_t *receipt;
    size_t receipt_size;
    struct reply proof, growth;
    struct shown tree; /* that the proof is of; its note is in the proof */
};

POBF_MUST_CHECK enum pobf_status flight_open(struct flight *flight, const struct route *route);
void flight_close(struct flight *flight, CURLM *multi);

/* Which flight a handle is of. */
struct flight *flight_of(CURL *curl);

/* Ask, and go on to the leg; 0 where that could not be. */
int flight_ask(struct flight *flight, CURLM *multi, const struct route *route, enum leg leg,
               const char *path);

/* It has an answer, or will have none: it is held now. Returns the HTTP code; 0: none. */
long flight_arrive(struct flight *flight, CURLM *multi);

/* It is over. */
void flight_land(struct flight *flight, CURLM *multi);

/* NULL, and the tree that the proof is of; or why it is no proof of this receipt. */
const char *flight_read_proof(struct flight *flight, const struct note_key *log);

/* POBF_E_INPUT where the answer is no list of hashes. */
POBF_MUST_CHECK enum pobf_status flight_read_growth(const struct flight *flight,
                                                    struct proof *proof);

#endif
