#include "enclave/monitor/steps.h"

#include "enclave/function/pobf_function.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

uint32_t call_load(struct call *call)
{
    struct pobf_fresh fresh = {.task = call->task};
    struct pobf_bound bound = {.task = NULL};
    struct pobf_loaded loaded = {.task = NULL};
    size_t input_size = 0;
    enum pobf_status status = pobf_bind(&bound, &fresh, call->chain, call->sealed);

    if (status == POBF_OK) {
        status = pobf_load(&loaded, &bound, &call->receipt, call->chain, call->zone,
                           call->sealed + POBF_X25519_BYTES, call->sealed_size - POBF_X25519_BYTES,
                           &input_size);
    }
    call->loaded = loaded;
    call->input_size = input_size;
    call->status = status;
    return 0;
}

/* The word whose bytes, the lowest first, stand at `bytes`. */
/*@
  requires bytes: \valid_read(bytes + (0 .. 7));
  terminates      \true;
  exits           \false;
  assigns         \nothing;
*/
static uint64_t word_of(const uint8_t bytes[8])
{
    uint64_t word = 0;

    /*@
      loop invariant bound: 0 <= i <= 8;
      loop assigns i, word;
      loop variant i;
    */
    for (size_t i = 8; i > 0; i--) {
        word = word << 8 | bytes[i - 1];
    }
    return word;
}

uint32_t call_take_size(struct call *call)
{
    uint8_t bytes[8];
    uint64_t size;

    pobf_bytes_copy_in(bytes, call->zone->base + offsetof(struct pobf_call, output_size),
                       sizeof bytes);
    size = word_of(bytes);
    call->output_size = size <= call->output_max ? size : call->output_max + 1;
    return 0;
}

uint32_t call_seal(struct call *call)
{
    struct pobf_loaded loaded = call->loaded;
    struct pobf_computed computed = {.task = NULL};
    struct pobf_sealed sealed;
    size_t answer_size = 0;
    enum pobf_status status =
        pobf_compute(&computed, &loaded, call->chain, call->zone, call->output_size);

    if (status == POBF_OK) {
        status = pobf_seal(&sealed, &computed, &call->receipt, call->chain, call->zone,
                           call->output_size, call->outbox, call->outbox_room, &answer_size);
    }
    call->loaded.task = NULL;
    call->end->answer_size = answer_size;
    call->status = status;
    return 0;
}

uint32_t call_forget(struct call *call)
{
    size_t size = 0;

    call->end->status = pobf_end(call->chain, call->task, call->zone, &call->receipt,
                                 call->end->receipt, sizeof call->end->receipt, &size);
    call->end->receipt_size = size;
    return 0;
}
