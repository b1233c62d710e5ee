/*
 * LINK: -Wl,--wrap=open,--wrap=write,--wrap=pwrite,--wrap=fsync,--wrap=fdatasync,--wrap=syncfs
 * LINK: -Wl,--wrap=rename,--wrap=unlink,--wrap=close
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "enclave/host/ledger.h"
#include "enclave/host/recorder.h"
#include "tests/tracer.h"

/*
 * What goes wrong at a system call on a file, and at which one: the child counts them; but with
 * FAULT_SIGKILL whoever traces it does, and sees all calls, of both threads.
 */
enum fault { FAULT_NONE, FAULT_KILL, FAULT_EIO, FAULT_ENOSPC, FAULT_SHORT, FAULT_SIGKILL };

/*
 * Tasks of one boot: their intents come in batches, and fill more than one journal. The last ones are
 * answered one by one, each with the receipt of the one before; the very last ends with its monitor.
 */
enum { BATCH = 256, BATCHES = 5, ANSWERED = 6, TASKS = BATCH * BATCHES + ANSWERED + 1 };

static enum fault fault;
static long calls, fault_at;
static char folder[64];
static struct event_base *base;
static struct recorder *recorder;

/* Shared with the child: what it was told is durable. */
static struct told {
    long calls;
    uint8_t is_intended[TASKS];
    uint8_t is_ended[TASKS]; /* 1: stated; or to be refused, which leaves nothing to be seen */
    uint8_t has_receipt[TASKS];
    uint8_t is_finished;
} * told;

static int strikes(int file)
{
    struct stat facts;

    if (fault == FAULT_NONE || fault == FAULT_SIGKILL ||
        (file >= 0 &&
         (fstat(file, &facts) != 0 || !(S_ISREG(facts.st_mode) || S_ISDIR(facts.st_mode)))) ||
        ++calls != fault_at) {
        return 0;
    }
    if (fault == FAULT_KILL) {
        _exit(0);
    }
    errno = fault == FAULT_ENOSPC ? ENOSPC : EIO;
    return 1;
}

int __real_open(const char *path, int flags, mode_t mode);
int __wrap_open(const char *path, int flags, mode_t mode);
int __wrap_open(const char *path, int flags, mode_t mode)
{
    return strikes(-1) ? -1 : __real_open(path, flags, mode);
}

/* 1 where half is written now; the disk is full when asked again. */
static int is_short(size_t size)
{
    if (fault != FAULT_SHORT || size < 2) {
        return 0;
    }
    fault = FAULT_ENOSPC;
    fault_at = calls + 1;
    return 1;
}

ssize_t __real_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size)
{
    if (!strikes(file)) {
        return __real_write(file, bytes, size);
    }
    return is_short(size) ? __real_write(file, bytes, size / 2) : -1;
}

ssize_t __real_pwrite(int file, const void *bytes, size_t size, off_t at);
ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t at);
ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t at)
{
    if (!strikes(file)) {
        return __real_pwrite(file, bytes, size, at);
    }
    return is_short(size) ? __real_pwrite(file, bytes, size / 2, at) : -1;
}

#define WRAP(name, file, parameters, arguments)                                                    \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        return strikes(file) ? -1 : __real_##name arguments;                                       \
    }
WRAP(fsync, file, (int file), (file))
WRAP(fdatasync, file, (int file), (file))
WRAP(syncfs, file, (int file), (file))
WRAP(rename, -1, (const char *old, const char *new), (old, new))
WRAP(unlink, -1, (const char *path), (path))

/* A close that fails has closed all the same. */
int __real_close(int file);
int __wrap_close(int file);
int __wrap_close(int file)
{
    const int struck = strikes(file);

    return __real_close(file) != 0 || struck ? -1 : 0;
}

static struct intent intent_of(size_t task)
{
    struct intent intent = {.boot_id = {1}, .sequence = task + 1};

    memcpy(intent.task_id, &task, sizeof task);
    return intent;
}

static void receipt_of(uint8_t bytes[POBF_RECEIPT_ROOM], size_t *size, size_t task)
{
    const uint8_t seed[32] = {7};
    uint8_t signing_key[POBF_SIGNING_KEY_BYTES], public_key[POBF_PUBLIC_KEY_BYTES];
    struct pobf_receipt receipt = {.boot_id = {1},
                                   .sequence = task + 1,
                                   .exit = POBF_EXIT_RETURNED,
                                   .registers_cleared = 1,
                                   .key_destroyed = 1};

    memcpy(receipt.task_id, &task, sizeof task);
    crypto_sign_ed25519_seed_keypair(public_key, signing_key, seed);
    assert_int_equal(pobf_receipt_sign(bytes, POBF_RECEIPT_ROOM, size, &receipt, signing_key),
                     POBF_OK);
}

static size_t task_of(const struct intent *intent)
{
    size_t task;

    memcpy(&task, intent->task_id, sizeof task);
    return task;
}

static size_t waiting; /* records that are not done */

static void on_done(struct record *record, enum pobf_status status)
{
    const size_t task = task_of(&record->intent);

    waiting--;
    if (status == POBF_OK) {
        uint8_t *const marks[] = {[JOURNAL_INTENT] = told->is_intended,
                                  [JOURNAL_RECEIPT] = told->has_receipt,
                                  [JOURNAL_REFUSED] = told->is_ended,
                                  [JOURNAL_CRASHED] = told->is_ended};

        marks[record->kind][task] = 1;
    }
}

static void put(struct record *record, enum journal_kind kind, size_t task)
{
    *record = (struct record){.kind = kind, .intent = intent_of(task), .done = on_done};
    if (kind == JOURNAL_RECEIPT) {
        receipt_of(record->receipt, &record->receipt_size, task);
    }
    told->is_ended[task] |= kind == JOURNAL_REFUSED;
    waiting++;
    recorder_put(recorder, record);
}

static void await_all(void)
{
    while (waiting > 0) {
        event_base_loop(base, EVLOOP_ONCE);
    }
}

static void work(void)
{
    static struct record records[2 * BATCH];
    size_t task = 0;

    if (recorder_open(&recorder, base, folder) != POBF_OK) {
        return;
    }
    for (int batch = 0; batch < BATCHES; batch++, task += BATCH) {
        for (size_t i = 0; i < BATCH; i++) {
            put(&records[i], JOURNAL_INTENT, task + i);
        }
        for (size_t i = 0; i < BATCH; i++) {
            put(&records[BATCH + i], JOURNAL_REFUSED, task + i);
        }
        await_all();
    }
    for (size_t i = 0; i <= ANSWERED; i++, task++) {
        put(&records[0], JOURNAL_INTENT, task);
        await_all();
        put(&records[0], i < ANSWERED ? JOURNAL_RECEIPT : JOURNAL_CRASHED, task);
        await_all();
    }
    recorder_close(recorder);
    told->is_finished = 1;
}

static void work_with(enum fault kind, long at)
{
    if (tracer_fork(kind == FAULT_SIGKILL, at, &told->calls)) {
        base = event_base_new();
        fault = kind;
        fault_at = at;
        calls = 0;
        work();
        told->calls = calls;
        _exit(0);
    }
}

static int is_named(char path[128], size_t task, const char *kind)
{
    snprintf(path, 128, "%s/01000000000000000000000000000000-%010zu.%s", folder, task + 1, kind);
    return access(path, F_OK) == 0;
}

static int is_there(const char *path, const uint8_t *bytes, size_t size)
{
    uint8_t *found;
    size_t found_size;
    int same;

    assert_int_equal(file_read(&found, &found_size, path, 4096), POBF_OK);
    same = found_size == size && memcmp(found, bytes, size) == 0;
    file_free(found, found_size);
    return same; /* whatever has its name is whole */
}

static int has_receipt_of(size_t task)
{
    uint8_t receipt[POBF_RECEIPT_ROOM];
    char path[128];
    size_t size;

    if (!is_named(path, task, "receipt")) {
        return 0;
    }
    receipt_of(receipt, &size, task);
    assert_true(is_there(path, receipt, size));
    return 1;
}

static int is_stated_of(size_t task)
{
    const struct intent intent = intent_of(task);
    char path[128];
    char *statement;

    if (!is_named(path, task, "crashed")) {
        return 0;
    }
    statement = intent_print(&intent);
    assert_true(is_there(path, (uint8_t *)statement, strlen(statement)));
    free(statement);
    return 1;
}

/* 1 where this task has the end that it was said to have; and every intent one, and one only. */
static int is_ended(size_t task)
{
    const int has_receipt = has_receipt_of(task);
    const int is_stated = is_stated_of(task);

    return has_receipt + is_stated <= 1 && (!told->has_receipt[task] || has_receipt) &&
           (!told->is_intended[task] || told->is_ended[task] || has_receipt || is_stated);
}

static int is_whole(void)
{
    size_t task = 0;

    while (task < TASKS && is_ended(task)) {
        task++;
    }
    return task == TASKS;
}

static void run(const char *command)
{
    char line[192];

    snprintf(line, sizeof line, "cd %s && %s", folder, command);
    assert_int_equal(system(line), 0);
}

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "%s/pobf-recorder-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(folder));
    memset(told, 0, sizeof *told);
}

static void no_task_is_without_an_end_with(enum fault kind)
{
    long total = 1;

    for (long at = 0; at <= total; at++) {
        size_t crashed;

        make_folder();
        work_with(at > 0 || kind == FAULT_SIGKILL ? kind : FAULT_EIO,
                  at); /* 0: calls are counted */
        if (at == 0) {
            assert_true(told->is_finished && told->has_receipt[TASKS - 2]);
            total = told->calls;
            assert_true(total > 60);
            run("! ls -A | grep -q journal");
        }
        assert_int_equal(ledger_prepare(&crashed, folder), POBF_OK);
        assert_true(is_whole());
        assert_int_equal(ledger_prepare(&crashed, folder), POBF_OK);
        assert_int_equal(crashed, 0); /* once is enough */
        run("! ls -A | grep -v '[.]receipt$' | grep -qv '[.]crashed$'");
        run("rm -r $PWD");
    }
}

static void a_kill_at_any_system_call_leaves_no_task_without_an_end(void **state)
{
    (void)state;
    no_task_is_without_an_end_with(FAULT_KILL);
}

static void a_kill_at_any_call_that_the_kernel_sees_leaves_no_task_without_an_end(void **state)
{
    (void)state;
    no_task_is_without_an_end_with(FAULT_SIGKILL);
}

static void an_error_at_any_system_call_leaves_no_task_without_an_end(void **state)
{
    (void)state;
    no_task_is_without_an_end_with(FAULT_EIO);
}

static void a_full_disk_at_any_system_call_leaves_no_task_without_an_end(void **state)
{
    (void)state;
    no_task_is_without_an_end_with(FAULT_ENOSPC);
}

static void a_short_write_at_any_system_call_leaves_no_task_without_an_end(void **state)
{
    (void)state;
    no_task_is_without_an_end_with(FAULT_SHORT);
}

/* Control: without what the journal holds the same search finds tasks without an end. */
static void without_the_journal_tasks_are_missed(void **state)
{
    long total, missed = 0;

    (void)state;
    make_folder();
    work_with(FAULT_EIO, 0);
    total = told->calls;
    run("rm -r $PWD");
    for (long at = total / 2; at <= total; at++) {
        make_folder();
        work_with(FAULT_KILL, at);
        run("rm -f .*.journal");
        missed += !is_whole();
        run("rm -r $PWD");
    }
    assert_true(missed > 10);
}

/* A host that ends with an intent open, and a receipt that stands in its journal alone. */
static void end_in_a_call(void)
{
    const pid_t child = fork();
    struct record records[3];

    if (child == 0) {
        base = event_base_new();
        if (recorder_open(&recorder, base, folder) == POBF_OK) {
            put(&records[0], JOURNAL_INTENT, 0);
            put(&records[1], JOURNAL_INTENT, TASKS - 1);
            put(&records[2], JOURNAL_RECEIPT, TASKS - 1);
            await_all();
        }
        _exit(0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(told->is_intended[0] && told->has_receipt[TASKS - 1]);
    run("rm *.receipt");
}

/* A recovery that is cut off anywhere is done again, and comes to the same. */
static void a_recovery_can_be_killed_anywhere(void **state)
{
    int finished = 0;

    (void)state;
    for (long at = 1; !finished; at++) {
        size_t crashed;
        pid_t child;

        make_folder();
        end_in_a_call();
        child = fork();
        if (child == 0) {
            fault = FAULT_KILL;
            fault_at = at;
            _exit(ledger_prepare(&crashed, folder) == POBF_OK);
        }
        assert_int_equal(waitpid(child, &finished, 0), child);
        assert_int_equal(ledger_prepare(&crashed, folder), POBF_OK);
        assert_true(is_whole());
        run("rm -r $PWD");
        assert_in_range(at, finished ? 15 : 1, 100);
    }
}

/* A host that runs is not taken for one that has ended. */
static void the_journal_of_a_host_that_runs_is_left_alone(void **state)
{
    struct record record;
    size_t crashed;

    (void)state;
    make_folder();
    base = event_base_new();
    assert_int_equal(recorder_open(&recorder, base, folder), POBF_OK);
    put(&record, JOURNAL_INTENT, 0);
    await_all();
    assert_int_equal(ledger_prepare(&crashed, folder), POBF_OK);
    assert_int_equal(crashed, 0);
    recorder_close(recorder); /* its task is open still */
    assert_int_equal(ledger_prepare(&crashed, folder), POBF_OK);
    assert_int_equal(crashed, 1);
    event_base_free(base);
    run("rm -r $PWD");
}

/* Intents until one is refused; returns how many were not. */
static size_t fill_journal(size_t task)
{
    struct record record;
    size_t count = 0;

    do {
        told->is_intended[task] = 0;
        put(&record, JOURNAL_INTENT, task);
        await_all();
        count += told->is_intended[task];
    } while (told->is_intended[task]);
    return count;
}

/* Only the journal has it, and a journal that is full gives way to another one. */
static void a_receipt_that_finds_no_place_outlives_its_journal(void **state)
{
    struct record record;
    char path[128];

    (void)state;
    make_folder();
    base = event_base_new();
    assert_int_equal(recorder_open(&recorder, base, folder), POBF_OK);
    (void)is_named(path, 0, "receipt");
    assert_int_equal(mkdir(path, 0700), 0); /* nothing can be put in its place */
    put(&record, JOURNAL_INTENT, 0);
    await_all();
    put(&record, JOURNAL_RECEIPT, 0);
    await_all();
    assert_false(told->has_receipt[0]);
    assert_in_range(fill_journal(1), 1000, 10000);
    assert_int_equal(rmdir(path), 0);
    put(&record, JOURNAL_INTENT, 2);
    await_all();
    assert_true(told->is_intended[2]);
    recorder_close(recorder);
    assert_true(has_receipt_of(0));
    event_base_free(base);
    run("rm -r $PWD");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kill_at_any_system_call_leaves_no_task_without_an_end),
        cmocka_unit_test(a_kill_at_any_call_that_the_kernel_sees_leaves_no_task_without_an_end),
        cmocka_unit_test(an_error_at_any_system_call_leaves_no_task_without_an_end),
        cmocka_unit_test(a_full_disk_at_any_system_call_leaves_no_task_without_an_end),
        cmocka_unit_test(a_short_write_at_any_system_call_leaves_no_task_without_an_end),
        cmocka_unit_test(without_the_journal_tasks_are_missed),
        cmocka_unit_test(a_recovery_can_be_killed_anywhere),
        cmocka_unit_test(the_journal_of_a_host_that_runs_is_left_alone),
        cmocka_unit_test(a_receipt_that_finds_no_place_outlives_its_journal),
    };

    told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return told == MAP_FAILED || sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
