#include "contracts/sodium.h"
#include "framework/chain/steps.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"
#include "framework/crypto/digest.h"
#include "framework/crypto/kem.h"
#include "framework/crypto/sign.h"

void pobf_chain_close(struct pobf_chain *chain)
{
    pobf_wipe(chain->signing_key, sizeof chain->signing_key);
    chain->alive = 0;
}

/*@
  requires chain:  \valid(chain);
  terminates       \true;
  exits            \false;
  assigns          *chain;
  ensures  empty:  empty_chain(chain);
*/
static void clear(struct pobf_chain *chain)
{
    pobf_chain_close(chain);
    pobf_wipe(chain->boot_id, sizeof chain->boot_id);
    pobf_wipe(chain->receipt_key, sizeof chain->receipt_key);
    chain->sequence = 0;
    pobf_wipe(chain->previous, sizeof chain->previous);
    pobf_wipe(chain->measurement, sizeof chain->measurement);
    pobf_wipe(chain->policy, sizeof chain->policy);
    pobf_wipe(chain->golden, sizeof chain->golden);
}

/* Draw the key pair that signs receipts and offers. */
/*@
  requires chain:  \valid(chain);
  terminates       \true;
  exits            \false;
  assigns          chain->receipt_key[0 .. POBF_PUBLIC_KEY_BYTES - 1];
  assigns          chain->signing_key[0 .. POBF_SIGNING_KEY_BYTES - 1];
*/
static enum pobf_status draw_keys(struct pobf_chain *chain)
{
    uint8_t seed[POBF_ED25519_SEED_BYTES];
    enum pobf_status status;

    randombytes(seed, sizeof seed);
    status = pobf_sign_keypair(chain->receipt_key, chain->signing_key, seed);
    pobf_wipe(seed, sizeof seed);
    return status;
}

enum pobf_status pobf_chain_begin(struct pobf_chain *chain,
                                  const uint8_t measurement[POBF_DIGEST_BYTES],
                                  const uint8_t policy[POBF_DIGEST_BYTES],
                                  const struct pobf_zone *zone)
{
    const struct pobf_part golden = {zone->golden, zone->golden_size};
    enum pobf_status status;

    clear(chain);
    status = draw_keys(chain);
    if (status == POBF_OK) {
        status = pobf_digest_sha256(chain->golden, &golden, 1);
    }
    if (status != POBF_OK) {
        clear(chain);
        return status;
    }
    randombytes(chain->boot_id, sizeof chain->boot_id);
    pobf_bytes_copy(chain->measurement, measurement, sizeof chain->measurement);
    pobf_bytes_copy(chain->policy, policy, sizeof chain->policy);
    chain->alive = 1;
    return POBF_OK;
}

/* Sign the offer of a task whose id and private key are drawn. */
/*@
  requires task:    \valid_read(task);
  requires chain:   \valid_read(chain);
  requires out:     \valid(out + (0 .. room - 1));
  requires size:    \valid(size);
  requires apart:   \separated(task, chain, out + (0 .. room - 1), size);
  terminates        \true;
  exits             \false;
  assigns           out[0 .. room - 1], *size;
  ensures  success: \result == POBF_OK ==> 0 < *size <= room;
*/
static enum pobf_status sign_offer(const struct pobf_task *task, const struct pobf_chain *chain,
                                   uint8_t *out, size_t room, size_t *size)
{
    struct pobf_offer offer;
    enum pobf_status status = pobf_kem_public_key(offer.public_key, task->private_key);

    if (status != POBF_OK) {
        return status;
    }
    pobf_bytes_copy(offer.boot_id, chain->boot_id, sizeof offer.boot_id);
    pobf_bytes_copy(offer.task_id, task->id, sizeof offer.task_id);
    return pobf_offer_sign(out, room, size, &offer, chain->signing_key);
}

enum pobf_status pobf_start(struct pobf_fresh *to, struct pobf_task *task,
                            const struct pobf_chain *chain, uint8_t *offer, size_t room,
                            size_t *size)
{
    enum pobf_status status = pobf_task_move(task, chain, POBF_EV_START);

    to->task = NULL;
    if (status == POBF_OK) {
        randombytes(task->id, sizeof task->id);
        randombytes(task->private_key, sizeof task->private_key);
        status = sign_offer(task, chain, offer, room, size);
    }
    if (status == POBF_OK) {
        to->task = task;
        return POBF_OK;
    }
    pobf_task_forget(task);
    pobf_wipe(offer, room);
    *size = 0;
    return status;
}
