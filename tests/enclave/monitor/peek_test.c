/*
 * What root sees who looks into the processes of a running call: not the input, and no right that
 * the loop does not need. The function loops, so the input is in the zone, in clear, all the while.
 */
#include "tests/enclave/harness.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "enclave/process/secret.h"

enum { CANARY_BYTES = 8, INPUT_BYTES = 512, PAUSE_US = 20 * 1000, PAUSES = 1500, CHUNK = 1 << 16 };

static char looping[HARNESS_PATH_ROOM];
static struct link *peer;
static uint8_t canary[CANARY_BYTES];
static uint8_t *sealed;

static int open_and_start(void **state)
{
    const struct harness_limits limits = {
        .deadline_ms = 30000, .input_max = 4096, .output_max = 64, .stack = 16384};
    uint8_t input[INPUT_BYTES];
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    struct pobf_provider provider;
    struct pobf_offer offer;

    (void)state;
    if (sodium_init() < 0 || harness_build(looping, "loop", &limits) != 0) {
        return -1;
    }
    randombytes_buf(canary, sizeof canary);
    for (int i = 0; i < INPUT_BYTES; i++) {
        input[i] = canary[i % CANARY_BYTES];
    }
    peer = harness_open(looping);
    offer = harness_start(peer);
    sealed = harness_seal(&provider, peer, &offer, input, sizeof input, commitment);
    assert_int_equal(
        link_ask_call(peer, offer.task_id, sealed, sizeof input + POBF_SEALED_OVERHEAD), POBF_OK);
    usleep(PAUSE_US); /* so that it has begun, as a rule */
    return 0;
}

static int close_link(void **state)
{
    (void)state;
    link_close(peer);
    free(sealed);
    return 0;
}

/* A number from a line of /proc/ID/status, -1 where there is none. */
static long status_of(pid_t process, const char *field)
{
    char path[64];
    char line[256];
    long value = -1;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, field, strlen(field)) == 0 && line[strlen(field)] == ':') {
            value = strtol(line + strlen(field) + 1, NULL, 10);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return value;
}

static int is_of_the_family(pid_t process)
{
    return process == link_process(peer) || status_of(process, "PPid") == link_process(peer);
}

/* Monitor, nursery and function. */
static int find_family(pid_t family[3])
{
    DIR *folder = opendir("/proc");
    struct dirent *entry;
    int count = 0;

    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        const pid_t process = (pid_t)atoi(entry->d_name);

        if (process > 0 && count < 3 && is_of_the_family(process)) {
            family[count++] = process;
        }
    }
    closedir(folder);
    return count;
}

/* Once they are there. */
static void await_family(pid_t family[3])
{
    int count = find_family(family);

    for (int i = 0; i < PAUSES && count != 3; i++) {
        usleep(PAUSE_US);
        count = find_family(family);
    }
    assert_int_equal(count, 3);
}

static void all_three_are_confined(void **state)
{
    pid_t family[3];

    (void)state;
    await_family(family);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(status_of(family[i], "Seccomp"), 2);
        assert_int_equal(status_of(family[i], "NoNewPrivs"), 1);
        assert_int_equal(status_of(family[i], "Threads"), 1);
    }
    assert_int_equal(status_of(getpid(), "NoSuchField"), -1); /* a field that is not there shows */
}

static unsigned count_in(const uint8_t *bytes, size_t size, const uint8_t *wanted)
{
    unsigned count = 0;

    for (size_t i = 0; i + CANARY_BYTES <= size; i++) {
        count += memcmp(bytes + i, wanted, CANARY_BYTES) == 0;
    }
    return count;
}

/* How often eight bytes stand in a range of another process; what cannot be read is not there. */
static unsigned count_in_range(int memory, unsigned long begin, unsigned long end,
                               const uint8_t *wanted)
{
    static uint8_t chunk[CHUNK];
    unsigned count = 0;

    for (unsigned long at = begin; at < end; at += CHUNK) {
        const size_t size = end - at < CHUNK ? end - at : CHUNK;
        const ssize_t got = pread(memory, chunk, size, (off_t)at);

        count += got > 0 ? count_in(chunk, (size_t)got, wanted) : 0;
    }
    return count;
}

/* -1 where the process cannot be looked into at all. */
static int count_in_process(pid_t process, const uint8_t *wanted)
{
    char path[64];
    char line[512];
    FILE *maps;
    unsigned count = 0;
    int memory;

    snprintf(path, sizeof path, "/proc/%d/mem", (int)process);
    memory = open(path, O_RDONLY);
    snprintf(path, sizeof path, "/proc/%d/maps", (int)process);
    maps = fopen(path, "r");
    if (memory < 0 || maps == NULL) {
        return -1;
    }
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long begin;
        unsigned long end;

        if (sscanf(line, "%lx-%lx r", &begin, &end) == 2 && strstr(line, "vsyscall") == NULL) {
            count += count_in_range(memory, begin, end, wanted);
        }
    }
    fclose(maps);
    close(memory);
    return (int)count;
}

static int kernel_hides_secrets(void)
{
    struct secret secret;
    int hidden;

    assert_int_equal(secret_open(&secret, 1), POBF_OK);
    hidden = secret.hidden;
    secret_close(&secret);
    return hidden;
}

static void root_finds_the_input_in_none_of_them(void **state)
{
    pid_t family[3];

    (void)state;
    await_family(family);
    if (!kernel_hides_secrets() || count_in_process(link_process(peer), canary) < 0) {
        print_message("SKIP: not root, or a kernel without memfd_secret\n");
        skip();
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(count_in_process(family[i], canary), 0);
    }
    /* The same search finds the sealed input in the window, and the canary in this process. */
    assert_true(count_in_process(link_process(peer), sealed) > 0);
    assert_true(count_in_process(getpid(), canary) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_three_are_confined),
        cmocka_unit_test(root_finds_the_input_in_none_of_them),
    };

    return cmocka_run_group_tests_name("enclave/monitor/peek", tests, open_and_start, close_link);
}
