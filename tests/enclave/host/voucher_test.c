/* A platform that vouches slowly, or never, as a pipe has it; and a loop that does not wait for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "enclave/host/voucher.h"

static struct event_base *base;
static struct voucher *voucher;
static int gate[2]; /* a byte in it lets one through */
static int asked;   /* written by the thread, read once it is gone or waits */
static int ticks;   /* of a timer in the loop */
static struct event *clock_event;

/* What was told, in order. */
static struct {
    enum pobf_status status;
    char envelope[32];
} told[8];
static int told_count;

static char *slow(struct envelope_source *source, const uint8_t *evidence, size_t size)
{
    char *text = malloc(32);
    char byte;

    (void)source;
    asked++;
    if (text == NULL || read(gate[0], &byte, 1) != 1 || byte == 'n') {
        free(text);
        return NULL;
    }
    snprintf(text, 32, "of %.*s", (int)size, (const char *)evidence);
    return text;
}

static void on_told(void *context, enum pobf_status status, const char *envelope)
{
    (void)context;
    told[told_count].status = status;
    snprintf(told[told_count].envelope, sizeof told->envelope, "%s", envelope ? envelope : "-");
    told_count++;
}

static void on_tick(evutil_socket_t none, short what, void *context)
{
    (void)none;
    (void)what;
    (void)context;
    ticks++;
}

static int begin(void **state)
{
    const struct timeval often = {0, 10000};
    struct envelope_source source = {.vouch = slow, .patience_s = 1};

    (void)state;
    base = event_base_new();
    clock_event = event_new(base, -1, EV_PERSIST, on_tick, NULL);
    event_add(clock_event, &often);
    asked = ticks = told_count = 0;
    return pipe(gate) == 0 && voucher_open(&voucher, base, &source) == POBF_OK &&
                   source.vouch == NULL
               ? 0
               : -1;
}

static int end(void **state)
{
    (void)state;
    voucher_close(voucher);
    event_free(clock_event);
    event_base_free(base);
    close(gate[0]);
    close(gate[1]);
    return 0;
}

static void ask(const char *evidence)
{
    voucher_ask(voucher, (const uint8_t *)evidence, strlen(evidence), on_told, NULL);
}

static void let_through(const char *bytes)
{
    assert_int_equal(write(gate[1], bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

/* Run the loop until so many were told, for five seconds at most. */
static void run_until_told(int count)
{
    while (told_count < count && ticks < 500) {
        event_base_loop(base, EVLOOP_ONCE);
    }
    assert_int_equal(told_count, count);
}

static void all_are_vouched_for_in_their_order(void **state)
{
    (void)state;
    let_through("yny");
    ask("one");
    ask("two");
    ask("three");
    assert_int_equal(told_count, 0); /* never before the loop goes on */
    run_until_told(3);
    assert_string_equal(told[0].envelope, "of one");
    assert_int_equal(told[1].status, POBF_E_SYSTEM);
    assert_string_equal(told[1].envelope, "-");
    assert_string_equal(told[2].envelope, "of three");
}

static void the_loop_does_not_wait(void **state)
{
    (void)state;
    ask("one");
    while (ticks < 20) {
        event_base_loop(base, EVLOOP_ONCE);
    }
    assert_int_equal(told_count, 0);
    let_through("y");
    run_until_told(1);
    assert_int_equal(told[0].status, POBF_OK);
}

/* Of those that are late one was begun, and the others will not be: nobody is there for it. */
static void what_is_late_is_told_so_once_and_not_begun(void **state)
{
    (void)state;
    ask("one");
    ask("two");
    ask("three");
    run_until_told(3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(told[i].status, POBF_E_STATE);
        assert_string_equal(told[i].envelope, "-");
    }
    let_through("yy");
    ask("four");
    run_until_told(4);
    assert_int_equal(told[3].status, POBF_OK);
    assert_string_equal(told[3].envelope, "of four");
    assert_int_equal(asked, 2);
}

static void who_waits_at_the_end_is_told(void **state)
{
    (void)state;
    ask("one");
    ask("two");
    while (ticks < 5) {
        event_base_loop(base, EVLOOP_ONCE);
    }
    let_through("y");
    voucher_close(voucher);
    voucher = NULL;
    assert_int_equal(told_count, 2);
    assert_int_equal(told[0].status, POBF_E_SYSTEM); /* it was not begun */
    assert_string_equal(told[1].envelope, "of one");
}

/* The last test: its thread stays. */
static void a_platform_that_never_answers_does_not_keep_the_process(void **state)
{
    const time_t before = time(NULL);

    (void)state;
    ask("one");
    while (ticks < 5) {
        event_base_loop(base, EVLOOP_ONCE);
    }
    voucher_close(voucher);
    voucher = NULL;
    assert_in_range(time(NULL) - before, 0, 4);
    gate[0] = dup(gate[0]);
    gate[1] = dup(gate[1]); /* what it waits on stays open */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_are_vouched_for_in_their_order, begin, end),
        cmocka_unit_test_setup_teardown(the_loop_does_not_wait, begin, end),
        cmocka_unit_test_setup_teardown(what_is_late_is_told_so_once_and_not_begun, begin, end),
        cmocka_unit_test_setup_teardown(who_waits_at_the_end_is_told, begin, end),
        cmocka_unit_test_setup_teardown(a_platform_that_never_answers_does_not_keep_the_process,
                                        begin, end),
    };

    return cmocka_run_group_tests_name("enclave/host/voucher", tests, NULL, NULL);
}
