#ifndef POBF_ENCLAVE_MONITOR_WINDOW_H
#define POBF_ENCLAVE_MONITOR_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "contracts/forgotten.acsl"
#include "enclave/image/image.h"
#include "framework/chain/provider.h"
#include "framework/wire/receipt.h"

/*
 * The host window: memory that host and monitor share. The host may change it at any moment; to
 * the monitor it is volatile, and nothing is read from it twice.
 *
 *   receipt  POBF_RECEIPT_ROOM                                  monitor to host
 *   body     evidence, offer or sealed answer                   monitor to host
 *   input    encapsulated key, cipher text, tag                 host to monitor
 */
struct window {
    uint8_t *bytes; /* read only through a volatile pointer */
    size_t size;
    size_t body_at;
    size_t body_room;
    size_t input_at;
    size_t input_room;
};

/*@
  // Receipt, body and input stand one after the other, and within the window.
  predicate laid_out{L}(struct window *window) =
    POBF_RECEIPT_ROOM <= window->body_at <= window->input_at <= window->size &&
    window->body_room <= window->input_at - window->body_at &&
    window->input_room <= window->size - window->input_at;

  predicate valid_window{L}(struct window *window) =
    \valid_read(window) && \valid(window->bytes + (0 .. window->size - 1)) &&
    \separated(window, window->bytes + (0 .. window->size - 1));
*/

/* How the window is laid out for an image; `bytes` is NULL. */
/*@
  requires image:    \valid_read(image);
  requires limits:   image->manifest.input_max <= IMAGE_ZONE_MAX &&
                     image->manifest.output_max <= IMAGE_ZONE_MAX;
  terminates         \true;
  exits              \false;
  assigns            \nothing;
  ensures  receipt:  POBF_RECEIPT_ROOM <= \result.body_at <= \result.input_at;
  ensures  body:     \result.body_room <= \result.input_at - \result.body_at;
  ensures  input:    \result.input_at + \result.input_room <= \result.size;
  ensures  sealed:   \result.input_room == image->manifest.input_max + POBF_SEALED_OVERHEAD;
  ensures  answer:   image->manifest.output_max + POBF_SEALED_OVERHEAD <= \result.body_room;
  ensures  evidence: POBF_EVIDENCE_ROOM <= \result.body_room;
  ensures  offer:    POBF_OFFER_ROOM <= \result.body_room;
*/
struct window window_of(const struct image *image);

/*
 * In window_map.c, for grounds with an operating system. 1 where the descriptor holds all of it, and
 * always will: a window that the host could cut short would end the monitor in the middle of a call.
 */
int window_fits(const struct window *window, int descriptor);
/*
 * Map it: anywhere, or over what is mapped at `at`, a page's address. POBF_E_SYSTEM where it does
 * not fit.
 */
POBF_MUST_CHECK enum pobf_status window_open(struct window *window, int descriptor, void *at);
void window_close(struct window *window);

/* Copy out to the window, all at once. `at` + `size` are within it. */
/*@
  requires window: valid_window(window);
  requires fits:   at <= window->size && size <= window->size - at;
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(bytes + (0 .. size - 1), window,
                              window->bytes + (0 .. window->size - 1));
  terminates       \true;
  exits            \false;
  assigns          (window->bytes + at)[0 .. size - 1];
  ensures  copied: same_bytes(window->bytes + at, bytes, size);
*/
void window_put(const struct window *window, size_t at, const uint8_t *bytes, size_t size);

#endif
