#ifndef POBF_ENCLAVE_MONITOR_LINK_H
#define POBF_ENCLAVE_MONITOR_LINK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "enclave/kvm/mold.h"
#include "enclave/kvm/zygote.h"
#include "framework/core/status.h"
#include "framework/wire/offer.h"
#include "framework/wire/receipt.h"

/*
 * The host's side of one monitor process: it starts the monitor, hands it requests, and takes its
 * answers. The host sees cipher text, sizes and exit kinds, nothing else. One request is in flight
 * at a time; the answer is awaited on link_descriptor (readable) and taken with link_take.
 */
struct link;

struct link_options {
    const char *monitor_path;               /* the program pobf-monitor                    */
    const uint8_t *image;                   /* the function's image, all of its file       */
    size_t image_size;                      /* bytes                                       */
    uint8_t channel_key[POBF_DIGEST_BYTES]; /* SHA-256 of the TLS key (SPKI), or zeros     */
    uint8_t certificate[POBF_DIGEST_BYTES]; /* SHA-256 of the proof certificate, or zeros  */
    uint32_t core;           /* 0: any; n: it stays on the n-th processor, from 1    */
    const struct mold *mold; /* KVM: of this image; NULL: the monitor makes it     */
    struct zygote *zygote;   /* KVM: it has machines; NULL: the program is started */
};

enum link_kind { LINK_EVIDENCE, LINK_START, LINK_CALL, LINK_ABANDON };

/* What the monitor says to one request. Pointers stay valid until the next request. */
struct link_answer {
    enum link_kind kind;
    enum pobf_status status;
    const uint8_t *body; /* evidence, offer, or the sealed answer; NULL where none     */
    size_t body_size;
    const uint8_t *receipt; /* LINK_CALL, LINK_ABANDON: the receipt; NULL where none      */
    size_t receipt_size;
};

/* What the image allows, for admission before a byte is sent on. */
struct link_limits {
    size_t sealed_input_max; /* bytes of a sealed input, encapsulated key and tag included */
    size_t sealed_output_max;
    uint32_t deadline_ms;
    uint8_t measurement[POBF_DIGEST_BYTES];
    uint8_t policy[POBF_DIGEST_BYTES];
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
};

/*
 * Start a monitor; it and all that it starts end with the thread that called this. POBF_E_MISSING
 * where the program is not there, POBF_E_INPUT where the image is not one, POBF_E_SYSTEM where the
 * monitor did not come up: it then says why on stderr. The image is copied. On failure *link is NULL.
 */
POBF_MUST_CHECK enum pobf_status link_open(struct link **link, const struct link_options *options);
/*
 * The two halves of it, so that something else can be done while the monitor comes up: start it, and
 * wait until it says hello, 30 s at most. Before that nothing may be asked, and a failed link is to
 * be closed.
 */
POBF_MUST_CHECK enum pobf_status link_begin(struct link **link, const struct link_options *options);
POBF_MUST_CHECK enum pobf_status link_await(struct link *link);
/*
 * Does it say hello, and, while nothing is asked of it, does it still live? Nobody waits; link_descriptor is
 * readable once it says hello, or is gone.
 */
enum link_state { LINK_COMING, LINK_UP, LINK_GONE };
enum link_state link_state(struct link *link);

/* End the monitor, and with it all that it holds. NULL is fine. */
void link_close(struct link *link);
/*
 * The two halves of it: hang up, and ask from time to time whether it has ended. link_bury returns 1
 * once it has, and the link is no more; one that takes too long is killed.
 */
void link_hang_up(struct link *link);
int link_bury(struct link *link);
const struct link_limits *link_limits(const struct link *link);
int link_descriptor(const struct link *link);
pid_t link_process(const struct link *link); /* the monitor's process id */

/*
 * Where the monitor reads a sealed input, limits->sealed_input_max bytes: who writes it there, while no
 * request is in flight, spares a copy.
 */
uint8_t *link_input(struct link *link);

/*
 * Send a request. POBF_E_STATE where one is in flight, POBF_E_SYSTEM where the monitor is gone. `sealed` may
 * stand in link_input already.
 */
POBF_MUST_CHECK enum pobf_status link_ask_evidence(struct link *link,
                                                   const uint8_t nonce[POBF_NONCE_BYTES]);
POBF_MUST_CHECK enum pobf_status link_ask_start(struct link *link);
POBF_MUST_CHECK enum pobf_status link_ask_call(struct link *link,
                                               const uint8_t task_id[POBF_TASK_ID_BYTES],
                                               const uint8_t *sealed, size_t size);
POBF_MUST_CHECK enum pobf_status link_ask_abandon(struct link *link,
                                                  const uint8_t task_id[POBF_TASK_ID_BYTES]);

/* Take the answer; blocks until it is there. POBF_E_SYSTEM where the monitor died: no answer. */
POBF_MUST_CHECK enum pobf_status link_take(struct link *link, struct link_answer *answer);

#endif
