#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "enclave/host/metrics.h"

static char text[2 * METRICS_TEXT_ROOM];

static size_t print(const struct metrics *metrics)
{
    const struct metrics_host host = {.idle = 3};

    return metrics_print(text, &metrics, 1, &host);
}

static void assert_line(const char *line)
{
    const char *at = strstr(text, line);

    if (at == NULL || (at != text && at[-1] != '\n') || at[strlen(line)] != '\n') {
        fail_msg("no line \"%s\" in:\n%s", line, text);
    }
}

static void every_exit_is_counted_under_its_name(void **state)
{
    struct metrics metrics = {.function = "count"};

    (void)state;
    for (int exit = 1; exit < POBF_EXIT_COUNT; exit++) {
        const struct pobf_receipt receipt = {.exit = (enum pobf_exit)exit};

        for (int times = 0; times < exit; times++) {
            metrics_note_receipt(&metrics, &receipt);
        }
    }
    print(&metrics);
    assert_line("pobf_tasks_total{function=\"count\",exit=\"RETURNED\"} 1");
    assert_line("pobf_tasks_total{function=\"count\",exit=\"ABANDONED\"} 10");
}

static void sizes_and_times_show_in_buckets_alone(void **state)
{
    const struct pobf_receipt receipt = {.exit = POBF_EXIT_RETURNED, .time_us = 123457};
    struct metrics metrics = {.function = "f"};

    (void)state;
    metrics_note_input(&metrics, 1024);
    metrics_note_input(&metrics, 1025);
    metrics_note_input(&metrics, 7654321);
    metrics_note_receipt(&metrics, &receipt);
    print(&metrics);
    assert_line("pobf_sealed_input_bytes_total{function=\"f\",at_most=\"1024\"} 1");
    assert_line("pobf_sealed_input_bytes_total{function=\"f\",at_most=\"4096\"} 2");
    assert_line("pobf_sealed_input_bytes_total{function=\"f\",at_most=\"4194304\"} 2");
    assert_line("pobf_sealed_input_bytes_total{function=\"f\",at_most=\"+Inf\"} 3");
    assert_line("pobf_function_time_us_total{function=\"f\",at_most=\"100000\"} 0");
    assert_line("pobf_function_time_us_total{function=\"f\",at_most=\"1000000\"} 1");
    assert_null(strstr(text, "123457"));
    assert_null(strstr(text, "7654321"));
}

static void the_largest_numbers_fit(void **state)
{
    char name[IMAGE_NAME_ROOM];
    struct metrics metrics;
    size_t size;

    (void)state;
    memset(name, 'f', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    memset(&metrics, 0xff, sizeof metrics);
    memset(metrics.measurement, 'e', sizeof metrics.measurement - 1);
    metrics.measurement[sizeof metrics.measurement - 1] = '\0';
    metrics.function = name;
    size = print(&metrics);
    assert_int_equal(size, strlen(text));
    assert_true(size < METRICS_TEXT_ROOM - 256);
    assert_non_null(strstr(text, ",at_most=\"+Inf\"} 18446744073709551615\n"));
    assert_line("pobf_machines_idle 3");
}

static void a_receipt_of_no_known_exit_is_not_counted(void **state)
{
    const struct pobf_receipt receipt = {.exit = (enum pobf_exit)POBF_EXIT_COUNT};
    const struct metrics none = {.function = ""};
    struct metrics metrics = none;

    (void)state;
    metrics_note_receipt(&metrics, &receipt);
    assert_memory_equal(metrics.ends, none.ends, sizeof none.ends);
}

static void the_pool_shows(void **state)
{
    const struct metrics metrics = {
        .function = "f", .up = 3, .warm = 2, .leaving = 1, .lost = 4, .hits = 5, .misses = 6};

    (void)state;
    print(&metrics);
    assert_line("pobf_monitors_serving{function=\"f\"} 3");
    assert_line("pobf_monitors_warm{function=\"f\"} 2");
    assert_line("pobf_monitors_leaving{function=\"f\"} 1");
    assert_line("pobf_monitor_losses_total{function=\"f\"} 4");
    assert_line("pobf_pool_hits_total{function=\"f\"} 5");
    assert_line("pobf_pool_misses_total{function=\"f\"} 6");
}

static void each_metric_has_one_head_and_a_line_for_every_function(void **state)
{
    const struct metrics first = {
        .function = "first", .measurement = "0123456789abcdef", .up = 1, .lost = 7};
    const struct metrics second = {
        .function = "second", .measurement = "fedcba9876543210", .lost = 8, .shed = 2};
    const struct metrics *const both[] = {&first, &second};
    const struct metrics_host host = {.log = {.backlog = 9}};

    (void)state;
    metrics_print(text, both, 2, &host);
    assert_line("pobf_up{function=\"first\",measurement=\"0123456789abcdef\"} 1");
    assert_line("pobf_up{function=\"second\",measurement=\"fedcba9876543210\"} 0");
    assert_line("# TYPE pobf_monitor_losses_total counter\n"
                "pobf_monitor_losses_total{function=\"first\"} 7\n"
                "pobf_monitor_losses_total{function=\"second\"} 8");
    assert_line("pobf_requests_shed_total{function=\"second\"} 2");
    assert_line("pobf_log_backlog 9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pool_shows),
        cmocka_unit_test(each_metric_has_one_head_and_a_line_for_every_function),
        cmocka_unit_test(every_exit_is_counted_under_its_name),
        cmocka_unit_test(sizes_and_times_show_in_buckets_alone),
        cmocka_unit_test(the_largest_numbers_fit),
        cmocka_unit_test(a_receipt_of_no_known_exit_is_not_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
