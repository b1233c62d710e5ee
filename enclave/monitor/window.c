#include "enclave/monitor/window.h"

#include "framework/core/bytes.h"

/*@
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  bound: a <= \result && b <= \result;
  ensures  one:   \result == a || \result == b;
*/
static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The end of the page that `size` bytes from a page's beginning end in. */
/*@
  requires limit: size <= SIZE_MAX - IMAGE_PAGE;
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  bound: size <= \result < size + IMAGE_PAGE;
  ensures  page:  \result % IMAGE_PAGE == 0;
*/
static size_t page_end(size_t size)
{
    return (size + IMAGE_PAGE - 1) / IMAGE_PAGE * IMAGE_PAGE;
}

struct window window_of(const struct image *image)
{
    const size_t answer_max = image->manifest.output_max + POBF_SEALED_OVERHEAD;
    struct window window = {0};

    window.body_at = page_end(POBF_RECEIPT_ROOM);
    window.body_room = larger(answer_max, larger(POBF_EVIDENCE_ROOM, POBF_OFFER_ROOM));
    window.input_at = window.body_at + page_end(window.body_room);
    window.input_room = image->manifest.input_max + POBF_SEALED_OVERHEAD;
    window.size = window.input_at + page_end(window.input_room);
    return window;
}

void window_put(const struct window *window, size_t at, const uint8_t *bytes, size_t size)
{
    /* Only the host reads it from here on, so nothing rests on how often a byte is written. */
    pobf_bytes_copy(window->bytes + at, bytes, size);
}
