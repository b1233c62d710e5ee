/*
 * LINK: -Wl,--wrap=open,--wrap=read,--wrap=write,--wrap=fsync,--wrap=close,--wrap=rename
 * LINK: -Wl,--wrap=opendir,--wrap=readdir,--wrap=stat
 *
 * A courier whose disk fails at every call, in turn, and which is killed at every system call: no
 * receipt is without its proof in the end, and none has one that does not hold.
 */
#include "tests/enclave/host/faked_log.h"
#include "tests/tracer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "enclave/host/tip.h"

enum { RECEIPTS = 2, AT_ONCE = 8, CHILD_MS = 20000 };

/* What happens, once, at which of the calls that a courier makes. */
enum fault { FAULT_NONE, FAULT_EIO, FAULT_ENOSPC, FAULT_SHORT };

static enum fault fault;
static atomic_long calls;
static long fault_at;
static atomic_long *counted; /* by the child that counts */

/* Seeded: a file is written where it belongs, and not beside that first. */
static int writes_in_place;

static int strikes(void)
{
    if (fault == FAULT_NONE || ++calls != fault_at) {
        return 0;
    }
    errno = fault == FAULT_EIO ? EIO : ENOSPC;
    return 1;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, mode_t mode);
int __wrap_open(const char *path, int flags, mode_t mode)
{
    return strikes() ? -1 : __real_open(path, flags, mode);
}

ssize_t __real_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size)
{
    if (!strikes()) {
        return __real_write(file, bytes, size);
    }
    if (fault == FAULT_SHORT && size > 1) { /* half now; the disk is full when asked again */
        fault_at = calls + 1;
        return __real_write(file, bytes, size / 2);
    }
    return -1;
}

ssize_t __real_read(int file, void *bytes, size_t size);
ssize_t __wrap_read(int file, void *bytes, size_t size);
ssize_t __wrap_read(int file, void *bytes, size_t size)
{
    if (!strikes()) {
        return __real_read(file, bytes, size);
    }
    return fault == FAULT_SHORT ? __real_read(file, bytes, size > 1) : -1;
}

/* A close that fails has closed all the same. */
int __real_close(int file);
int __wrap_close(int file);
int __wrap_close(int file)
{
    const int struck = strikes();

    return __real_close(file) != 0 || struck ? -1 : 0;
}

int __real_rename(const char *old, const char *new);
int __wrap_rename(const char *old, const char *new);
int __wrap_rename(const char *old, const char *new)
{
    if (writes_in_place) {
        const int file = __real_open(new, O_WRONLY | O_CREAT, 0600);

        (void)!__real_write(file, "c2sp", 4);
        __real_close(file);
    }
    return strikes() ? -1 : __real_rename(old, new);
}

int __real_fsync(int file);
int __wrap_fsync(int file);
int __wrap_fsync(int file)
{
    return strikes() ? -1 : __real_fsync(file);
}

int __real_stat(const char *path, struct stat *facts);
int __wrap_stat(const char *path, struct stat *facts);
int __wrap_stat(const char *path, struct stat *facts)
{
    return strikes() ? -1 : __real_stat(path, facts);
}

DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);
DIR *__wrap_opendir(const char *path)
{
    return strikes() ? NULL : __real_opendir(path);
}

struct dirent *__real_readdir(DIR *listing);
struct dirent *__wrap_readdir(DIR *listing);
struct dirent *__wrap_readdir(DIR *listing)
{
    return strikes() ? NULL : __real_readdir(listing);
}

/* The log answers from a thread of its own, while couriers come and go. */
static pthread_t log_thread;
static atomic_int log_stops;

static void on_tick(evutil_socket_t none, short what, void *context)
{
    (void)none;
    (void)what;
    (void)context;
}

static void *answer_all(void *context)
{
    const struct timeval tick = {0, 20000};
    struct event *ticks = event_new(http_base(http), -1, EV_PERSIST, on_tick, NULL);

    event_add(ticks, &tick);
    while (!log_stops) {
        event_base_loop(http_base(http), EVLOOP_ONCE);
    }
    event_free(ticks);
    return context;
}

/* A folder of its own for each courier, with receipts that no other has. */
static char top[sizeof folder];
static uint64_t first;

static int begin(void **state)
{
    log_stops = 0;
    if (faked_log_begin(state) != 0 || pthread_create(&log_thread, NULL, answer_all, NULL) != 0) {
        return -1;
    }
    strcpy(top, folder);
    return 0;
}

static int end(void **state)
{
    log_stops = 1;
    pthread_join(log_thread, NULL);
    strcpy(folder, top);
    return faked_log_end(state);
}

static void make_folder(void)
{
    static uint64_t made;

    first = ++made * RECEIPTS;
    snprintf(folder, sizeof folder, "%.32s/%llu", top, (unsigned long long)first);
    assert_int_equal(mkdir(folder, 0700), 0);
    for (uint64_t i = 0; i < RECEIPTS; i++) {
        record(first + i);
    }
}

static int is_done(void)
{
    const int64_t patience_ms = clock_ms() + CHILD_MS;

    while (counts().backlog > 0 && clock_ms() < patience_ms) {
        usleep(5000);
    }
    return counts().backlog == 0;
}

/* A host's courier. One that does not come up is started again, as its operator would. */
static int carry(void)
{
    const struct courier_options options = {.folder = folder, .url = url, .key_path = key_path};
    int done = 0;

    if (courier_open(&courier, &options) != POBF_OK) {
        fault = FAULT_NONE;
        if (courier_open(&courier, &options) != POBF_OK) {
            return 0;
        }
    }
    if (courier_start(courier) == POBF_OK) {
        done = is_done();
    }
    courier_close(courier);
    return done;
}

static pid_t carry_with(enum fault kind, long at)
{
    const pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        int done;

        fault = kind;
        fault_at = at;
        calls = 0;
        done = carry();
        *counted = at == 0 ? calls : *counted;
        _exit(done ? 0 : 1);
    }
    return child;
}

static int ends_well(pid_t child)
{
    int result;

    return waitpid(child, &result, 0) == child && WIFEXITED(result) && WEXITSTATUS(result) == 0;
}

static size_t count_files(void)
{
    DIR *listing = opendir(folder);
    size_t count = 0;

    assert_non_null(listing);
    while (readdir(listing) != NULL) {
        count++;
    }
    closedir(listing);
    return count - 2; /* . and .. */
}

/* Every receipt has a proof that holds, the tip is there, and nothing is left over. */
static int is_whole(void)
{
    struct note_key log;
    struct tip tip;
    size_t crashed;
    int whole = ledger_prepare(&crashed, folder) == POBF_OK;

    assert_int_equal(note_key_make(&log, "a/log", NOTE_SIGNATURE, fake.public_key), POBF_OK);
    whole = whole && tip_open(&tip, folder, &log) == POBF_OK && tip.checkpoint.size > 0 &&
            tip.alarms == 0;
    for (uint64_t i = 0; i < RECEIPTS && whole; i++) {
        whole = proof_holds(first + i);
    }
    return whole && count_files() == 2 * RECEIPTS + 1;
}

static void nothing_is_lost_with(enum fault kind)
{
    char folders[AT_ONCE][sizeof folder];
    uint64_t firsts[AT_ONCE];
    pid_t children[AT_ONCE];

    make_folder();
    assert_true(ends_well(carry_with(kind, 0))); /* nothing strikes, the calls are counted */
    assert_true(is_whole());
    assert_in_range(*counted, 40, 400);
    for (long at = 1; at <= *counted; at += AT_ONCE) {
        for (long i = 0; i < AT_ONCE; i++) {
            make_folder();
            strcpy(folders[i], folder);
            firsts[i] = first;
            children[i] = carry_with(kind, at + i);
        }
        for (long i = 0; i < AT_ONCE; i++) {
            strcpy(folder, folders[i]);
            first = firsts[i];
            assert_true(ends_well(children[i]));
            assert_true(is_whole());
        }
    }
}

static void an_error_at_any_call_loses_no_receipt_and_gives_no_false_proof(void **state)
{
    (void)state;
    nothing_is_lost_with(FAULT_EIO);
}

static void a_full_disk_at_any_call_loses_no_receipt_and_gives_no_false_proof(void **state)
{
    (void)state;
    nothing_is_lost_with(FAULT_ENOSPC);
}

static void a_short_write_at_any_call_loses_no_receipt_and_gives_no_false_proof(void **state)
{
    (void)state;
    nothing_is_lost_with(FAULT_SHORT);
}

/* Killed as it comes to its call number `at`; 0: never. Returns how many it came to. */
static long carry_and_kill(long at)
{
    long made = 0;

    if (tracer_fork(1, at, &made)) {
        _exit(carry() ? 0 : 1);
    }
    return made;
}

/* A courier is killed at its call, and the next one does the rest: 1 where all is well then. *made: its calls. */
static int goes_on_after_kill(long at, long *made)
{
    make_folder();
    *made = carry_and_kill(at);
    writes_in_place = 0;
    return ends_well(carry_with(FAULT_NONE, 1)) && is_whole();
}

static void a_kill_at_any_system_call_loses_no_receipt_and_gives_no_false_proof(void **state)
{
    long at = 0, made;

    (void)state;
    make_folder();
    assert_in_range(carry_and_kill(0), 100, 100000);
    assert_true(is_whole()); /* control: unharmed it does all by itself */
    do {
        assert_true(goes_on_after_kill(++at, &made));
    } while (made == at);
    print_message("killed at %ld system calls\n", at - 1);
}

/* Control: the same search finds a seeded bug. */
static void a_file_that_is_written_in_place_is_found_by_killing(void **state)
{
    long at = 0, made;
    int found = 0;

    (void)state;
    do {
        writes_in_place = 1;
        found = !goes_on_after_kill(++at, &made);
    } while (made == at && !found);
    assert_true(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            an_error_at_any_call_loses_no_receipt_and_gives_no_false_proof, begin, end),
        cmocka_unit_test_setup_teardown(
            a_full_disk_at_any_call_loses_no_receipt_and_gives_no_false_proof, begin, end),
        cmocka_unit_test_setup_teardown(
            a_short_write_at_any_call_loses_no_receipt_and_gives_no_false_proof, begin, end),
        cmocka_unit_test_setup_teardown(
            a_kill_at_any_system_call_loses_no_receipt_and_gives_no_false_proof, begin, end),
        cmocka_unit_test_setup_teardown(a_file_that_is_written_in_place_is_found_by_killing, begin,
                                        end),
    };

    counted =
        mmap(NULL, sizeof *counted, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return counted == MAP_FAILED || sodium_init() < 0 ? 1
                                                      : cmocka_run_group_tests(tests, NULL, NULL);
}
