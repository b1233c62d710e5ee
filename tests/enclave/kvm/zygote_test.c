/*
 * Machines that are made ahead, and what is put into them: any image, in a mold or not. Each is as good as
 * one that was started by itself, and a mold that is not one is refused.
 */
#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/harness.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "enclave/monitor/message.h"
#include "enclave/monitor/packet.h"

enum { MANY = 5 };

/* Two functions of other limits: `carry` takes more room than `echo`. */
static const struct harness_limits small = {
    .deadline_ms = 1000, .input_max = 64, .output_max = 64, .arena = 4096, .stack = 16384};
static const struct harness_limits large = {.deadline_ms = 1000,
                                            .input_max = 1 << 20,
                                            .output_max = 1 << 20,
                                            .arena = 4 << 20,
                                            .stack = 65536};

struct served {
    uint8_t *bytes;
    size_t size;
    struct mold mold;
};

static char program[HARNESS_PATH_ROOM];
static struct served echo, big;
static struct zygote zygote;
static struct harness_result result;

static int load(struct served *served, const char *name, const struct harness_limits *limits)
{
    char path[HARNESS_PATH_ROOM];

    return harness_build(path, name, limits) == 0 &&
                   file_read(&served->bytes, &served->size, path, IMAGE_FILE_MAX) == POBF_OK &&
                   mold_open(&served->mold, served->bytes, served->size) == POBF_OK
               ? 0
               : -1;
}

static int build(void **state)
{
    (void)state;
    snprintf(program, sizeof program, "%s/" HARNESS_MONITOR, harness_folder());
    return sodium_init() < 0 || load(&echo, "echo", &small) != 0 || load(&big, "echo", &large) != 0
               ? -1
               : 0;
}

static int open_zygote(void **state)
{
    (void)state;
    return zygote_open(&zygote, program, echo.mold.room) == POBF_OK ? 0 : -1;
}

static int close_zygote(void **state)
{
    (void)state;
    zygote_close(&zygote);
    return 0;
}

static struct link *open_link(const struct served *served, int molded)
{
    const struct link_options options = {
        .image = served->bytes,
        .image_size = served->size,
        .zygote = &zygote,
        .mold = molded ? &served->mold : NULL,
    };
    struct link *link;

    assert_int_equal(link_open(&link, &options), POBF_OK);
    return link;
}

static void assert_serves(struct link *link)
{
    harness_call(&result, link, (const uint8_t *)"hello", 5);
    assert_int_equal(result.status, POBF_OK);
    assert_true(result.answered);
    assert_int_equal(result.output_size, 5);
    assert_int_equal(result.receipt.sequence, 1);
}

static void any_image_goes_into_an_idle_machine(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        const struct served *served = i % 2 == 0 ? &echo : &big;
        struct link *link;

        assert_int_equal(zygote_refill(&zygote, 1), POBF_OK);
        link = open_link(served, i / 2);
        assert_int_equal(zygote.idle_count, 0);
        assert_memory_equal(link_limits(link)->measurement, served->mold.image.measurement,
                            POBF_DIGEST_BYTES);
        assert_serves(link);
        link_close(link);
    }
}

static void one_is_made_where_none_is_idle(void **state)
{
    struct link *link = open_link(&echo, 1);

    (void)state;
    assert_serves(link);
    link_close(link);
}

static void the_oldest_is_taken_and_the_dead_are_passed_over(void **state)
{
    struct zygote_machine idle[MANY];
    struct link *link;

    (void)state;
    assert_int_equal(zygote_refill(&zygote, MANY), POBF_OK);
    memcpy(idle, zygote.idle, sizeof idle);
    assert_int_equal(kill(idle[0].process, SIGKILL), 0);
    for (int i = 0; i < 500 && waitid(P_PID, (id_t)idle[0].process, &(siginfo_t){.si_pid = 0},
                                      WEXITED | WNOWAIT) != 0;
         i++) {
    }
    link = open_link(&echo, 1);
    assert_int_equal(link_process(link), idle[1].process);
    assert_int_equal(zygote.idle_count, MANY - 2);
    assert_serves(link);
    link_close(link);
}

/* Randomness, keys and memory are drawn and made after they part. */
static void those_of_one_zygote_have_nothing_in_common(void **state)
{
    struct link *links[MANY];
    struct pobf_offer offers[MANY];

    (void)state;
    assert_int_equal(zygote_refill(&zygote, MANY), POBF_OK);
    for (int i = 0; i < MANY; i++) {
        links[i] = open_link(&echo, 1);
        offers[i] = harness_start(links[i]);
        for (int j = 0; j < i; j++) {
            assert_memory_not_equal(link_limits(links[i])->boot_id, link_limits(links[j])->boot_id,
                                    POBF_BOOT_ID_BYTES);
            assert_memory_not_equal(offers[i].public_key, offers[j].public_key, 32);
            assert_memory_not_equal(offers[i].task_id, offers[j].task_id, POBF_TASK_ID_BYTES);
        }
    }
    for (int i = 0; i < MANY; i++) {
        assert_serves(links[i]);
        link_close(links[i]);
    }
}

static void a_zygote_that_was_killed_is_started_again(void **state)
{
    struct link *link = open_link(&echo, 1);
    struct link *next;
    const pid_t killed = zygote.process;

    (void)state;
    assert_int_equal(kill(killed, SIGKILL), 0);
    assert_serves(link); /* those that it made do not notice */
    next = open_link(&echo, 1);
    assert_int_not_equal(zygote.process, killed);
    assert_int_equal(kill(killed, 0), -1);
    assert_serves(next);
    link_close(link);
    link_close(next);
}

/* One that has answered before is not waited for as long as one that starts. */
static void a_zygote_that_does_not_answer_is_followed_by_another_soon(void **state)
{
    enum { SOON_S = 3 };
    const pid_t stopped = zygote.process;
    struct timespec start;
    struct timespec end;
    struct link *link;

    (void)state;
    link_close(open_link(&echo, 1));
    assert_int_equal(zygote.process, stopped);
    assert_int_equal(kill(stopped, SIGSTOP), 0);
    clock_gettime(CLOCK_MONOTONIC, &start);
    link = open_link(&echo, 1);
    clock_gettime(CLOCK_MONOTONIC, &end);
    assert_in_range(end.tv_sec - start.tv_sec, 0, SOON_S);
    assert_int_not_equal(zygote.process, stopped);
    assert_int_equal(kill(stopped, 0), -1);
    assert_serves(link);
    link_close(link);
}

static void nothing_is_left_of_a_zygote_that_is_closed(void **state)
{
    struct zygote_machine idle[MANY];
    const pid_t process = zygote.process;

    (void)state;
    assert_int_equal(zygote_refill(&zygote, MANY), POBF_OK);
    memcpy(idle, zygote.idle, sizeof idle);
    assert_int_equal(kill(process, 0), 0);
    zygote_close(&zygote);
    assert_int_equal(kill(process, 0), -1);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(kill(idle[i].process, 0), -1);
    }
}

static int descriptors_of(pid_t process)
{
    char command[64];
    FILE *listing;
    int count = -1;

    snprintf(command, sizeof command, "ls /proc/%d/fd | wc -l", (int)process);
    listing = popen(command, "re");
    assert_non_null(listing);
    assert_int_equal(fscanf(listing, "%d", &count), 1);
    pclose(listing);
    return count;
}

static void one_that_has_an_image_can_do_nothing_else(void **state)
{
    struct link *link = open_link(&echo, 1);
    const pid_t process = link_process(link);

    (void)state;
    assert_int_equal(harness_status_of(process, "Seccomp"), 2);
    assert_int_equal(harness_status_of(process, "NoNewPrivs"), 1);
    assert_int_equal(descriptors_of(process), 3); /* host, machine, processor */
    assert_int_equal(harness_status_of(zygote.process, "NoNewPrivs"), 1);
    assert_serves(link);
    link_close(link);
}

static int file_of(const void *bytes, size_t size, int seals)
{
    const int file = memfd_create("mold", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    assert_true(file >= 0);
    assert_int_equal(pwrite(file, bytes, size, 0), size);
    assert_int_equal(fcntl(file, F_ADD_SEALS, seals), 0);
    return file;
}

/* A link to a machine that is given this mold; whether it says hello. */
static int is_greeted(int file)
{
    struct served served = echo;
    struct link_options options = {.zygote = &zygote, .mold = &served.mold};
    struct link *link;
    enum pobf_status status;

    served.mold.guest = file;
    assert_int_equal(link_begin(&link, &options), POBF_OK);
    status = link_await(link);
    link_close(link);
    close(file);
    return status == POBF_OK;
}

static void a_mold_that_is_none_is_refused(void **state)
{
    const int seals = F_SEAL_SHRINK | F_SEAL_WRITE;
    const size_t size = (size_t)lseek(echo.mold.guest, 0, SEEK_END);
    uint8_t *bytes = malloc(size);

    (void)state;
    assert_non_null(bytes);
    assert_int_equal(pread(echo.mold.guest, bytes, size, 0), size);
    assert_true(is_greeted(file_of(bytes, size, seals))); /* control */
    assert_false(is_greeted(file_of(bytes, size - 4096, seals)));
    assert_false(is_greeted(file_of(bytes, size, F_SEAL_SHRINK)));
    assert_false(is_greeted(file_of(bytes, size, 0)));
    memset(bytes, 0, size);
    assert_false(is_greeted(file_of(bytes, size, seals)));
    assert_int_equal(pread(big.mold.guest, bytes, size, 0), size);
    assert_false(is_greeted(file_of(bytes, size, seals))); /* of another image */
    free(bytes);
}

/* What is measured is what must stand there: the monitor looks for itself. */
static void a_mold_with_another_function_in_it_is_refused_by_the_monitor(void **state)
{
    const size_t size = (size_t)lseek(echo.mold.guest, 0, SEEK_END);
    const uint8_t *text = echo.bytes + echo.mold.image.text.file_at;
    uint8_t *bytes = malloc(size);
    size_t found = 0;

    (void)state;
    assert_non_null(bytes);
    assert_int_equal(pread(echo.mold.guest, bytes, size, 0), size);
    for (size_t at = 0; at < size; at += 4096) {
        if (memcmp(bytes + at, text, 64) == 0) {
            bytes[at] ^= 1;
            assert_false(is_greeted(file_of(bytes, size, F_SEAL_SHRINK | F_SEAL_WRITE)));
            bytes[at] ^= 1;
            found++;
        }
    }
    assert_int_equal(found, 2); /* in the image's file, and where the function runs */
    free(bytes);
}

static void an_order_that_is_none_ends_it(void **state)
{
    const struct message_cast orders[] = {
        {.version = MESSAGE_VERSION + 1, .room = 1 << 20},
        {.version = MESSAGE_VERSION, .unused = 1, .room = 1 << 20},
        {.version = MESSAGE_VERSION, .room = 1 << 20}, /* without a socket */
    };

    (void)state;
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        struct message_born born;

        zygote_close(&zygote);
        assert_int_equal(zygote_open(&zygote, program, echo.mold.room), POBF_OK);
        assert_int_equal(
            packet_send(zygote.socket, &orders[i], sizeof orders[i], &(int){STDERR_FILENO}, i < 2),
            POBF_OK);
        assert_int_equal(packet_receive(zygote.socket, &born, sizeof born, NULL, 0), 0);
    }
}

static void a_program_that_is_not_there_is_told(void **state)
{
    struct zygote none;
    struct zygote_machine machine;

    (void)state;
    assert_int_equal(zygote_open(&none, "/nowhere/program", 4096), POBF_E_MISSING);
    assert_int_equal(zygote_take(&none, &machine), POBF_E_MISSING);
    zygote_close(&none);
}

int main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, open_zygote, close_zygote)
    const struct CMUnitTest tests[] = {
        WITH(any_image_goes_into_an_idle_machine),
        WITH(one_is_made_where_none_is_idle),
        WITH(the_oldest_is_taken_and_the_dead_are_passed_over),
        WITH(those_of_one_zygote_have_nothing_in_common),
        WITH(a_zygote_that_was_killed_is_started_again),
        WITH(a_zygote_that_does_not_answer_is_followed_by_another_soon),
        WITH(nothing_is_left_of_a_zygote_that_is_closed),
        WITH(one_that_has_an_image_can_do_nothing_else),
        WITH(a_mold_that_is_none_is_refused),
        WITH(a_mold_with_another_function_in_it_is_refused_by_the_monitor),
        WITH(an_order_that_is_none_ends_it),
        cmocka_unit_test(a_program_that_is_not_there_is_told),
    };

    return harness_skips() ? 0 : cmocka_run_group_tests(tests, build, NULL);
}
