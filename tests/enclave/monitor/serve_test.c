/*
 * A monitor that does not forget, over a real link: this program is the host, and started under the
 * monitor's name it is the monitor as well, all of it, but that its third rewind leaves one byte.
 * The first rewind is the one of the start. Where that byte is LONELY, it first waits until its host
 * has hung up.
 *
 * LINK: -Wl,--wrap=pobf_zone_rewind
 */
#include "tests/enclave/harness.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave/monitor/serve.h"
#include "enclave/process/warden.h"

enum { KEPT_BY = 3, POISONED_CODE = 1, LONELY = '!' };

static const struct harness_limits limits = {
    .deadline_ms = 5000, .input_max = 4096, .output_max = 4096, .stack = 65536};

static char image_path[HARNESS_PATH_ROOM];
static struct harness_result result;
static struct link *peer;

/* The monitor's, whose host asks for nothing more: it hears that one hang up. */
static void wait_until_alone(void)
{
    char nothing;

    while (recv(MESSAGE_HOST, &nothing, 1, 0) > 0) {
    }
}

void __real_pobf_zone_rewind(const struct pobf_zone *zone);
void __wrap_pobf_zone_rewind(const struct pobf_zone *zone);
void __wrap_pobf_zone_rewind(const struct pobf_zone *zone)
{
    static int rewinds;
    const uint8_t kept = zone->base[zone->input_at];

    __real_pobf_zone_rewind(zone);
    if (++rewinds == KEPT_BY) {
        zone->base[zone->input_at] = kept;
        if (kept == LONELY) {
            wait_until_alone();
        }
    }
}

static int build(void **state)
{
    (void)state;
    return sodium_init() < 0 ? -1 : harness_build(image_path, "echo", &limits);
}

static int open_poisonous(void **state)
{
    struct link_options options = {.monitor_path = "/proc/self/exe"};
    uint8_t *bytes;

    (void)state;
    assert_int_equal(file_read(&bytes, &options.image_size, image_path, IMAGE_FILE_MAX), POBF_OK);
    options.image = bytes;
    assert_int_equal(link_open(&peer, &options), POBF_OK);
    file_free(bytes, options.image_size);
    return 0;
}

static int close_link(void **state)
{
    (void)state;
    link_close(peer);
    return 0;
}

/* What the host can see of receipt and answer: the window up to the input, which a test copies. */
static void see_window(uint8_t *seen, size_t size)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    unsigned long begin = 0;

    assert_non_null(maps);
    while (begin == 0 && fgets(line, sizeof line, maps) != NULL) {
        begin = strstr(line, "pobf window") != NULL ? strtoul(line, NULL, 16) : 0;
    }
    fclose(maps);
    assert_true(begin != 0);
    memcpy(seen, (const void *)begin, size);
}

static struct window layout(void)
{
    struct image image;
    uint8_t *bytes;
    size_t size;
    struct window window;

    assert_int_equal(file_read(&bytes, &size, image_path, IMAGE_FILE_MAX), POBF_OK);
    assert_int_equal(image_parse(&image, bytes, size), POBF_OK);
    window = window_of(&image);
    file_free(bytes, size);
    return window;
}

static void assert_monitor_ended_poisoned(void)
{
    siginfo_t end = {0};
    char nothing;

    assert_int_equal(recv(link_descriptor(peer), &nothing, 1, 0), 0);
    assert_int_equal(waitid(P_PID, (id_t)link_process(peer), &end, WEXITED | WNOWAIT), 0);
    assert_int_equal(end.si_code, CLD_EXITED);
    assert_int_equal(end.si_status, POISONED_CODE);
}

static void one_byte_that_is_left_withholds_answer_and_receipt(void **state)
{
    static uint8_t before[1 << 16];
    static uint8_t after[1 << 16];
    const struct window window = layout();
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    struct pobf_provider provider;
    struct pobf_offer offer;
    uint8_t *sealed;

    (void)state;
    assert_true(window.input_at <= sizeof before);
    harness_call(&result, peer, (const uint8_t *)"first", 5);
    assert_true(result.answered); /* shows that this monitor answers where nothing is left */
    offer = harness_start(peer);
    sealed = harness_seal(&provider, peer, &offer, (const uint8_t *)"second", 6, commitment);
    see_window(before, window.input_at);
    assert_int_equal(link_ask_call(peer, offer.task_id, sealed, 6 + POBF_SEALED_OVERHEAD), POBF_OK);
    free(sealed);
    harness_take(&result, peer, &provider);
    assert_int_equal(result.status, POBF_E_POISONED);
    assert_int_equal(result.receipt_size, 0);
    assert_false(result.answered);
    see_window(after, window.input_at);
    assert_memory_equal(before, after, window.input_at);
    assert_monitor_ended_poisoned();
}

static void a_poisoned_monitor_ends_as_one_though_its_host_is_gone(void **state)
{
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    const uint8_t input = LONELY;
    struct pobf_provider provider;
    struct pobf_offer offer;
    uint8_t *sealed;

    (void)state;
    harness_call(&result, peer, (const uint8_t *)"first", 5);
    assert_true(result.answered);
    offer = harness_start(peer);
    sealed = harness_seal(&provider, peer, &offer, &input, 1, commitment);
    assert_int_equal(link_ask_call(peer, offer.task_id, sealed, 1 + POBF_SEALED_OVERHEAD), POBF_OK);
    free(sealed);
    pobf_provider_clear(&provider);
    assert_int_equal(shutdown(link_descriptor(peer), SHUT_RDWR), 0);
    assert_monitor_ended_poisoned();
}

static void a_zero_that_is_left_is_nothing_that_is_left(void **state)
{
    (void)state;
    harness_call(&result, peer, (const uint8_t *)"first", 5);
    harness_call(&result, peer, (const uint8_t *)"\0", 1);
    assert_int_equal(result.status, POBF_OK);
    assert_true(result.answered);
}

static int be_the_monitor(void)
{
    static struct warden warden;

    if (warden_open(&warden) == POBF_OK && serve_requests(&warden.monitor) == POBF_E_POISONED) {
        monitor_close(&warden.monitor);
        _exit(POISONED_CODE);
    }
    _exit(0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_byte_that_is_left_withholds_answer_and_receipt,
                                        open_poisonous, close_link),
        cmocka_unit_test_setup_teardown(a_poisoned_monitor_ends_as_one_though_its_host_is_gone,
                                        open_poisonous, close_link),
        cmocka_unit_test_setup_teardown(a_zero_that_is_left_is_nothing_that_is_left, open_poisonous,
                                        close_link),
    };

    if (argc == 1 && strcmp(argv[0], "pobf-monitor") == 0) {
        return be_the_monitor();
    }
    return cmocka_run_group_tests_name("enclave/monitor/serve", tests, build, NULL);
}
