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

/* A word of the call page, struct pobf_call, read once. */
/*@
  requires page: \valid_read(page + (0 .. IMAGE_PAGE - 1));
  requires at:   at <= IMAGE_PAGE - 8;
  terminates     \true;
  exits          \false;
  assigns        \nothing;
*/
static uint64_t word_at(const uint8_t *page, size_t at)
{
    uint8_t bytes[8];

    pobf_bytes_copy_in(bytes, page + at, sizeof bytes);
    return word_of(bytes);
}

uint32_t call_take_size(struct call *call)
{
    const uint64_t size = word_at(call->zone->base, offsetof(struct pobf_call, output_size));

    call->output_size = size <= call->output_max ? size : call->output_max + 1;
    return 0;
}

/* The next number, if it is not one itself, of which no bit but the highest four is set. */
/*@
  requires bound: steps <= IMAGE_FUEL_MAX;
  terminates      \true;
  exits           \false;
  assigns         \nothing;
*/
static uint64_t round_up(uint64_t steps)
{
    unsigned bits = 0;

    /*@
      loop invariant bound: 0 <= bits <= 57;
      loop assigns bits;
      loop variant 57 - bits;
    */
    while (bits < 57 && steps >> bits >= 16) {
        bits++;
    }
    return (steps + (UINT64_C(1) << bits) - 1) >> bits << bits;
}

uint32_t call_take_steps(struct call *call)
{
    const uint64_t used = word_at(call->zone->base, offsetof(struct pobf_call, steps));
    uint64_t rounded;

    if (used > call->fuel) {
        call->receipt.steps = call->fuel + 1;
        return 0;
    }
    rounded = round_up(used);
    call->receipt.steps = rounded <= call->fuel ? rounded : call->fuel;
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
