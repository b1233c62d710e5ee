#ifndef POBF_FRAMEWORK_WIRE_OFFER_H
#define POBF_FRAMEWORK_WIRE_OFFER_H

#include "framework/wire/evidence.h"

/*
 * Offer: a one-time public key to seal an input to, signed by the receipt key. COSE_Sign1 as above.
 *
 *   265      eat_profile    tstr      "tag:pobf,2026:offer"
 *  -70201    boot id        bstr 16
 *  -70202    task id        bstr 16
 *  -70203    public key     bstr 32   X25519, for one message
 */
enum { POBF_OFFER_ROOM = 320 };

struct pobf_offer {
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint8_t task_id[POBF_TASK_ID_BYTES];
    uint8_t public_key[32];
};

POBF_MUST_CHECK
enum pobf_status pobf_offer_sign(uint8_t *out, size_t room, size_t *size,
                                 const struct pobf_offer *offer,
                                 const uint8_t signing_key[POBF_SIGNING_KEY_BYTES]);

POBF_MUST_CHECK
enum pobf_status pobf_offer_parse(struct pobf_offer *offer, const uint8_t *bytes, size_t size);

#endif
