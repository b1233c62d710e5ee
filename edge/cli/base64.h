#ifndef POBF_EDGE_CLI_BASE64_H
#define POBF_EDGE_CLI_BASE64_H

#include <stddef.h>
#include <stdint.h>

/*
 * The bytes of `size` characters of base64, at most `room`; returns how many, 0 where the text is
 * not their one and only base64: it is printed again and compared, because
 * libsodium 1.0.18 takes some characters beyond ASCII for letters.
 *   variant  sodium_base64_VARIANT_ORIGINAL, or another of libsodium's
 */
size_t base64_decode(uint8_t *bytes, size_t room, const char *text, size_t size, int variant);

#endif
