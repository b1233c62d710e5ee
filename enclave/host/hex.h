#ifndef POBF_ENCLAVE_HOST_HEX_H
#define POBF_ENCLAVE_HOST_HEX_H

#include <stddef.h>
#include <stdint.h>

/* 1 where the text is exactly 2 * size hex digits; NULL is none. */
int hex_parse(uint8_t *bytes, size_t size, const char *text);

#endif
