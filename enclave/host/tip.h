#ifndef POBF_ENCLAVE_HOST_TIP_H
#define POBF_ENCLAVE_HOST_TIP_H

#include <stdatomic.h>

#include "edge/cli/place.h"
#include "edge/statement/alarm.h"
#include "edge/tlog/proof.h"

/*
 * The largest tree that a log has shown to this host: log-KEYID.tip beside the receipts, so that
 * the next host knows it, whatever the clock says. What contradicts it is kept as an alarm,
 * log-KEYID-SIZE-KIND.alarm, one of each kind for a tip.
 */
#define TIP_ENDING "tip"
#define TIP_ALARM_ENDING "alarm"

struct tip {
    const char *folder; /* to outlive it */
    struct note_key log;
    struct checkpoint checkpoint; /* size 0: none was shown yet */
    char note[NOTE_MAX + 1];
    atomic_uint_least64_t alarms; /* in the folder */
};

/*
 * What the folder knows. POBF_E_INPUT where it holds something else under the name; tells people
 * what is wrong.
 */
POBF_MUST_CHECK enum pobf_status tip_open(struct tip *tip, const char *folder,
                                          const struct note_key *log);

/* A checkpoint of the log, and the note that it was read from. */
struct shown {
    struct checkpoint checkpoint;
    const char *note;
    size_t note_size;
};

/* What it takes to believe it. */
enum tip_relation {
    TIP_FIRST, /* nothing: there is no tip  */
    TIP_SAME,  /* nothing: it is the tip    */
    TIP_FORK,  /* it is of the tip's size, and another one */
    TIP_OTHER, /* a proof that the smaller one is a beginning of the larger one */
};
enum tip_relation tip_compare(const struct tip *tip, const struct checkpoint *checkpoint);

/* Does the proof show that? POBF_E_AUTH: no. */
POBF_MUST_CHECK enum pobf_status
tip_check(const struct tip *tip, const struct checkpoint *checkpoint, const struct proof *proof);

/* It is believed: where it is larger it is the tip from now on, durably. */
POBF_MUST_CHECK enum pobf_status tip_advance(struct tip *tip, const struct shown *shown);

/* It is not: keep both. Tells people, once for each that is kept. */
void tip_alarm(struct tip *tip, enum alarm_kind kind, const struct shown *shown);

#endif
