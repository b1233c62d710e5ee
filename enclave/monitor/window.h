#ifndef POBF_ENCLAVE_MONITOR_WINDOW_H
#define POBF_ENCLAVE_MONITOR_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "enclave/image/image.h"
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

/* How the window is laid out for an image; `bytes` is NULL. */
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
void window_put(const struct window *window, size_t at, const uint8_t *bytes, size_t size);
/* The same, and wipe what stood at `bytes`. */
void window_move(const struct window *window, size_t at, uint8_t *bytes, size_t size);

#endif
