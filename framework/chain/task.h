#ifndef POBF_FRAMEWORK_CHAIN_TASK_H
#define POBF_FRAMEWORK_CHAIN_TASK_H

#include "framework/core/lifecycle.h"
#include "framework/core/zone.h"
#include "framework/crypto/hpke.h"
#include "framework/wire/offer.h"
#include "framework/wire/receipt.h"

/*
 * One task: where it is in its life, and every secret byte that it must forget outside the zone.
 * Secrets are plain byte arrays without padding, so that forgetting is provable field by field.
 */
struct pobf_task {
    enum pobf_state state;
    uint8_t id[POBF_TASK_ID_BYTES];          /* public                                    */
    uint8_t private_key[POBF_X25519_BYTES];  /* FRESH: the one-time key                   */
    struct pobf_hpke hpke;                   /* BOUND: keys of the request, the exporter  */
    uint8_t encapsulated[POBF_X25519_BYTES]; /* public: what the provider sent           */
    uint8_t input_salt[32];                  /* BOUND: of the input's commitment          */
    uint8_t output_salt[32];                 /* BOUND: of the output's commitment         */
};

/*
 * What outlives a task: the retained set. Never rewound, never sent.
 */
struct pobf_chain {
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint8_t signing_key[POBF_SIGNING_KEY_BYTES];
    uint8_t receipt_key[POBF_PUBLIC_KEY_BYTES];
    uint64_t sequence;                   /* of the last receipt, 0 for none           */
    uint8_t previous[POBF_DIGEST_BYTES]; /* SHA-256 of the last receipt               */
    uint8_t measurement[POBF_DIGEST_BYTES];
    uint8_t policy[POBF_DIGEST_BYTES];
    uint8_t golden[POBF_DIGEST_BYTES];
    uint32_t poisoned; /* 1: forgetting failed once; nothing more   */
};

/* One handle type per state: the compiler refuses a call in the wrong order. */
struct pobf_fresh {
    struct pobf_task *task;
};
struct pobf_bound {
    struct pobf_task *task;
};
struct pobf_loaded {
    struct pobf_task *task;
};
struct pobf_computed {
    struct pobf_task *task;
};
struct pobf_sealed {
    struct pobf_task *task;
};

#endif
