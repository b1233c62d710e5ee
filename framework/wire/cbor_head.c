#include "framework/wire/cbor_head.h"

/* Numbers are big-endian. */
/*@
  requires from:  \valid_read(from + (0 .. 1));
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  value: \result == big_endian_2(from);
*/
static uint32_t get_2(const uint8_t *from)
{
    return (uint32_t)from[0] * 256 + from[1];
}

/*@
  requires from:  \valid_read(from + (0 .. 3));
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  value: \result == big_endian_4(from);
*/
static uint32_t get_4(const uint8_t *from)
{
    return get_2(from) * 65536 + get_2(from + 2);
}

/*@
  requires from:  \valid_read(from + (0 .. 7));
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  value: \result == big_endian_8(from);
*/
static uint64_t get_8(const uint8_t *from)
{
    return (uint64_t)get_4(from) * 4294967296 + get_4(from + 4);
}

/*@
  requires to:    \valid(to + (0 .. 1));
  requires small: value < 65536;
  terminates      \true;
  exits           \false;
  assigns         to[0 .. 1];
  ensures  value: big_endian_2(to) == value;
*/
static void put_2(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)(value / 256);
    to[1] = (uint8_t)(value % 256);
}

/*@
  requires to:    \valid(to + (0 .. 3));
  terminates      \true;
  exits           \false;
  assigns         to[0 .. 3];
  ensures  value: big_endian_4(to) == value;
*/
static void put_4(uint8_t *to, uint32_t value)
{
    put_2(to, value / 65536);
    put_2(to + 2, value % 65536);
}

/*@
  requires to:    \valid(to + (0 .. 7));
  terminates      \true;
  exits           \false;
  assigns         to[0 .. 7];
  ensures  value: big_endian_8(to) == value;
*/
static void put_8(uint8_t *to, uint64_t value)
{
    put_4(to, (uint32_t)(value / 4294967296));
    put_4(to + 4, (uint32_t)(value % 4294967296));
}

size_t pobf_cbor_head_size(uint64_t number)
{
    if (number < 24) {
        return 1;
    }
    if (number < 256) {
        return 2;
    }
    if (number < 65536) {
        return 3;
    }
    return number < 4294967296 ? 5 : 9;
}

size_t pobf_cbor_head_print(uint8_t *head, enum pobf_cbor_major major, uint64_t number)
{
    const size_t size = pobf_cbor_head_size(number);
    const uint8_t first = (uint8_t)(major * 32);

    if (size == 1) {
        head[0] = (uint8_t)(first + number);
    } else if (size == 2) {
        head[0] = (uint8_t)(first + 24);
        head[1] = (uint8_t)number;
    } else if (size == 3) {
        head[0] = (uint8_t)(first + 25);
        put_2(head + 1, (uint32_t)number);
    } else if (size == 5) {
        head[0] = (uint8_t)(first + 26);
        put_4(head + 1, (uint32_t)number);
    } else {
        head[0] = (uint8_t)(first + 27);
        put_8(head + 1, number);
    }
    return size;
}

/* The size of a head whose first byte ends in these five bits; 0 where there is none. */
/*@
  requires info:   info < 32;
  terminates       \true;
  exits            \false;
  assigns          \nothing;
  ensures  direct: info < 24 ==> \result == 1;
  ensures  longer: info == 24 ==> \result == 2;
  ensures  longer: info == 25 ==> \result == 3;
  ensures  longer: info == 26 ==> \result == 5;
  ensures  longer: info == 27 ==> \result == 9;
  ensures  none:   info > 27 ==> \result == 0;
*/
static size_t announced_size(uint32_t info)
{
    if (info < 24) {
        return 1;
    }
    switch (info) {
    case 24:
        return 2;
    case 25:
        return 3;
    case 26:
        return 5;
    case 27:
        return 9;
    default:
        return 0; /* 28 to 30 are not assigned, 31 is an indefinite length */
    }
}

/* The number that a head of this size holds. */
/*@
  requires size:   size == 1 || size == 2 || size == 3 || size == 5 || size == 9;
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          \nothing;
  ensures  direct: size == 1 ==> \result == bytes[0] % 32;
  ensures  one:    size == 2 ==> \result == bytes[1];
  ensures  two:    size == 3 ==> \result == big_endian_2(bytes + 1);
  ensures  four:   size == 5 ==> \result == big_endian_4(bytes + 1);
  ensures  eight:  size == 9 ==> \result == big_endian_8(bytes + 1);
*/
static uint64_t announced_number(const uint8_t *bytes, size_t size)
{
    if (size == 1) {
        return bytes[0] % 32;
    }
    if (size == 2) {
        return bytes[1];
    }
    if (size == 3) {
        return get_2(bytes + 1);
    }
    return size == 5 ? get_4(bytes + 1) : get_8(bytes + 1);
}

size_t pobf_cbor_head_parse(uint64_t *number, const uint8_t *bytes, size_t size,
                            enum pobf_cbor_major major)
{
    size_t head;
    uint64_t n;

    *number = 0;
    if (size == 0 || bytes[0] / 32U != major) {
        return 0;
    }
    head = announced_size(bytes[0] % 32U);
    if (head == 0 || head > size) {
        return 0;
    }
    n = announced_number(bytes, head);
    if (pobf_cbor_head_size(n) != head) {
        return 0; /* a shorter head says the same */
    }
    *number = n;
    return head;
}
