/* What stays in variables that outlive the call; each is put back where it is mended. */
#include <errno.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "framework/core/wipe.h"
#include "proofs/binary/zoo/zoo.h"

static uint32_t sum_of(const uint8_t *secret)
{
    uint32_t sum = 2166136261U;

    for (size_t i = 0; i < ZOO_SECRET_BYTES; i++) {
        sum = (sum ^ secret[i]) * 16777619U;
    }
    return sum;
}

static void static_buffer(const uint8_t *secret, int mended)
{
    static uint8_t buffer[ZOO_SECRET_BYTES];

    memcpy(buffer, secret, sizeof buffer);
    ZOO_USE(buffer);
    pobf_wipe(buffer, mended ? sizeof buffer : 0);
}

static void derived_tag(const uint8_t *secret, int mended)
{
    static volatile uint32_t tag;

    tag = mended ? 0 : sum_of(secret);
    ZOO_USE(&tag);
}

/* No byte of it is the secret's: only how often a branch was taken. */
static void counted_branches(const uint8_t *secret, int mended)
{
    static volatile uint32_t taken;

    for (size_t i = 0; i < ZOO_SECRET_BYTES; i++) {
        if (secret[i] & 1) {
            taken++;
        }
    }
    if (mended) {
        taken = 0;
    }
}

static void one_bit(const uint8_t *secret, int mended)
{
    static volatile uint8_t flags = 2;

    flags |= secret[3] >> 4 & 1;
    if (mended) {
        flags = 2;
    }
    ZOO_USE(&flags);
}

static void pointer_into_a_table(const uint8_t *secret, int mended)
{
    static const uint8_t table[256];
    static const uint8_t *volatile last;

    last = &table[secret[0]];
    if (mended) {
        last = NULL;
    }
    ZOO_USE(&last);
}

static void error_number(const uint8_t *secret, int mended)
{
    errno = secret[0] & 1 ? EINVAL : ENOENT;
    if (mended) {
        errno = 0;
    }
}

static void thread_variable(const uint8_t *secret, int mended)
{
    static _Thread_local volatile uint64_t kept;

    kept = secret[0];
    if (mended) {
        kept = 0;
    }
    ZOO_USE(&kept);
}

static void length_in_a_log(const uint8_t *secret, int mended)
{
    static char line[300];
    const size_t length = (size_t)secret[0] + 1;

    memset(line, '.', length);
    ZOO_USE(line);
    pobf_wipe((uint8_t *)line, mended ? sizeof line : 0);
}

/* Whole structures are copied with what stands between their members. */
static void padding(const uint8_t *secret, int mended)
{
    struct padded {
        uint8_t small;
        uint64_t large;
    };
    static struct padded kept;
    struct padded work;

    memcpy(&work, secret, sizeof work);
    work.small = 0;
    work.large = 0;
    ZOO_USE(&work);
    if (mended) {
        pobf_wipe((uint8_t *)&work, sizeof work);
    }
    memcpy(&kept, &work, sizeof kept);
    ZOO_USE(&kept);
}

static void state_of_random_numbers(const uint8_t *secret, int mended)
{
    static unsigned state = 1;

    for (unsigned i = 0; i < secret[0] % 16U + secret[1] % 16U; i++) {
        (void)rand_r(&state);
    }
    if (mended) {
        state = 1;
    }
    ZOO_USE(&state);
}

/* The place where strtok goes on is a variable of the library. */
static void place_in_a_string(const uint8_t *secret, int mended)
{
    static char text[300];
    static char *volatile piece;

    memset(text, 'a', sizeof text - 1);
    text[1 + secret[0]] = ' ';
    piece = strtok(text, " ");
    pobf_wipe((uint8_t *)text, sizeof text);
    if (mended) {
        char none[] = "a";

        piece = strtok(none, " ");
        piece = strtok(NULL, " ");
    }
    piece = NULL;
    ZOO_USE(&piece);
}

/* Call `save` while r12 holds some of the secret: in hold.S. */
void zoo_with_r12(const uint8_t *secret, void (*save)(void));

static jmp_buf saved_place;
static ucontext_t saved_all;

static void save_place(void)
{
    (void)setjmp(saved_place);
}

static void save_all(void)
{
    (void)getcontext(&saved_all);
}

static void saved_registers(const uint8_t *secret, int mended)
{
    zoo_with_r12(secret, save_place);
    pobf_wipe((uint8_t *)&saved_place, mended ? sizeof saved_place : 0);
}

static void saved_context(const uint8_t *secret, int mended)
{
    zoo_with_r12(secret, save_all);
    pobf_wipe((uint8_t *)&saved_all, mended ? sizeof saved_all : 0);
}

/* A window to the host: the answer is short, and behind its end stands what was there before. */
static void tail_of_a_window(const uint8_t *secret, int mended)
{
    static uint8_t window[2 * ZOO_SECRET_BYTES];

    memcpy(window + ZOO_SECRET_BYTES, secret, ZOO_SECRET_BYTES);
    memset(window, 'a', 16);
    ZOO_USE(window);
    pobf_wipe(window + 16, mended ? sizeof window - 16 : 0);
}

static void order_of_a_list(const uint8_t *secret, int mended)
{
    static struct node {
        struct node *next;
    } nodes[2];
    static struct node *volatile first;
    const int order = secret[0] & 1;

    nodes[order].next = &nodes[!order];
    nodes[!order].next = NULL;
    first = &nodes[order];
    if (mended) {
        nodes[0].next = nodes[1].next = NULL;
        first = NULL;
    }
    ZOO_USE(nodes);
    ZOO_USE(&first);
}

static void sum_of_checks(const uint8_t *secret, int mended)
{
    static volatile uint64_t total;

    for (size_t i = 0; i < ZOO_SECRET_BYTES; i++) {
        total += secret[i];
    }
    if (mended) {
        total = 0;
    }
    ZOO_USE(&total);
}

#define IN(place, name)                                                                            \
    {                                                                                              \
#name, place, name, 0                                                                      \
    }
const struct animal zoo_statics[] = {
    IN(ZOO_STATIC, static_buffer),
    IN(ZOO_STATIC, derived_tag),
    IN(ZOO_STATIC, counted_branches),
    IN(ZOO_STATIC, one_bit),
    IN(ZOO_STATIC, pointer_into_a_table),
    IN(ZOO_HEAP, error_number), /* a static program keeps its thread's variables there */
    IN(ZOO_HEAP, thread_variable),
    IN(ZOO_STATIC, length_in_a_log),
    IN(ZOO_STATIC, padding),
    IN(ZOO_STATIC, state_of_random_numbers),
    IN(ZOO_STATIC, place_in_a_string),
    IN(ZOO_STATIC, saved_registers),
    IN(ZOO_STATIC, saved_context),
    IN(ZOO_STATIC, tail_of_a_window),
    IN(ZOO_STATIC, order_of_a_list),
    IN(ZOO_STATIC, sum_of_checks),
    {NULL, NULL, NULL, 0},
};
