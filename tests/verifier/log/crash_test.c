/*
 * LINK: -Wl,--wrap=openat,--wrap=pwrite,--wrap=fsync,--wrap=fdatasync,--wrap=renameat
 * LINK: -Wl,--wrap=mkdirat,--wrap=close
 */
#include "tests/tracer.h"
#include "tests/verifier/log/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>

/*
 * What goes wrong at a system call, and at which one: the child counts them; but with FAULT_SIGKILL whoever
 * traces it does, and sees them all.
 */
enum fault { FAULT_NONE, FAULT_KILL, FAULT_EIO, FAULT_ENOSPC, FAULT_SHORT, FAULT_SIGKILL };

/* Seeded: the journal is not written; a file takes another one's place in two steps. */
enum bug { BUG_NONE, BUG_NO_JOURNAL, BUG_NOT_ATOMIC };

static enum bug bug;
static enum fault fault;
static long calls, fault_at;

/* Shared with the child: what it was told, and what it saw published. */
static struct told {
    uint64_t taken;
    uint64_t published;
    long calls;
} * told;

/* 1 where this call fails; a killed process makes none at all. */
static int strikes(void)
{
    if (fault == FAULT_NONE || fault == FAULT_SIGKILL || ++calls != fault_at) {
        return 0;
    }
    if (fault == FAULT_KILL) {
        _exit(0);
    }
    errno = fault == FAULT_ENOSPC ? ENOSPC : EIO;
    return 1;
}

int __real_openat(int folder, const char *name, int flags, mode_t mode);
int __wrap_openat(int folder, const char *name, int flags, mode_t mode);
int __wrap_openat(int folder, const char *name, int flags, mode_t mode)
{
    return strikes() ? -1 : __real_openat(folder, name, flags, mode);
}

static int is_journal(int file)
{
    char link[32], name[FIXTURE_PATH_ROOM] = "";

    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    return readlink(link, name, sizeof name - 1) > 0 && strstr(name, "/journal") != NULL;
}

ssize_t __real_pwrite(int file, const void *bytes, size_t size, off_t at);
ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t at);
ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t at)
{
    if (bug == BUG_NO_JOURNAL && is_journal(file)) {
        return (ssize_t)size;
    }
    if (!strikes()) {
        return __real_pwrite(file, bytes, size, at);
    }
    if (fault == FAULT_SHORT && size > 1) { /* half now; the disk is full when asked again */
        fault = FAULT_ENOSPC;
        fault_at = calls + 1;
        return __real_pwrite(file, bytes, size / 2, at);
    }
    return -1;
}

#define WRAP(name, parameters, arguments)                                                          \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        return strikes() ? -1 : __real_##name arguments;                                           \
    }
WRAP(fsync, (int file), (file))
WRAP(fdatasync, (int file), (file))
WRAP(mkdirat, (int folder, const char *name, mode_t mode), (folder, name, mode))

int __real_renameat(int from, const char *old, int to, const char *new);
int __wrap_renameat(int from, const char *old, int to, const char *new);
int __wrap_renameat(int from, const char *old, int to, const char *new)
{
    if (bug == BUG_NOT_ATOMIC) {
        (void)unlinkat(to, new, 0);
    }
    return strikes() ? -1 : __real_renameat(from, old, to, new);
}

/* A close that fails has closed all the same. */
int __real_close(int file);
int __wrap_close(int file);
int __wrap_close(int file)
{
    const int struck = strikes();

    return __real_close(file) != 0 || struck ? -1 : 0;
}

/* Take, publish, take: across the end of a tile, and with entries left in the journal. */
static void work(const struct fixture *f)
{
    static const uint64_t steps[] = {3, 250, 259, 262, 600, 601};
    struct sequencer *log;

    if (sequencer_open(&log, f->folder, f->key) != POBF_OK) {
        return;
    }
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (fixture_append(log, sequencer_size(log), steps[i]) != POBF_OK) {
            break;
        }
        told->taken = steps[i];
        if (i % 2 == 1 && sequencer_publish(log) != POBF_OK) {
            break;
        }
        told->published = sequencer_checkpoint(log)->size;
    }
    sequencer_close(log);
}

static void work_with(const struct fixture *f, enum fault kind, long at)
{
    if (tracer_fork(kind == FAULT_SIGKILL, at, &told->calls)) {
        fault = kind;
        fault_at = at;
        calls = 0;
        work(f);
        told->calls = calls;
        _exit(0);
    }
}

/* 1 where the next sequencer finds all that was acknowledged, at its place, and a root that fits. */
static int is_whole(const struct fixture *f)
{
    const struct checkpoint *checkpoint;
    uint8_t root[POBF_MERKLE_BYTES];
    struct sequencer *log;
    int whole = sequencer_open(&log, f->folder, f->key) == POBF_OK;

    if (!whole) {
        return 0;
    }
    checkpoint = sequencer_checkpoint(log);
    whole = checkpoint->size >= told->taken && checkpoint->size >= told->published;
    if (whole && checkpoint->size > 0) {
        fixture_root(root, 0, checkpoint->size);
        whole = memcmp(checkpoint->root, root, sizeof root) == 0;
    }
    whole = whole && fixture_append(log, checkpoint->size, checkpoint->size + 2) == POBF_OK &&
            sequencer_publish(log) == POBF_OK;
    sequencer_close(log);
    if (whole) {
        sequencer_close(fixture_open(f));
    }
    return whole;
}

/* What becomes of a log whose sequencer this happened to: 1 where it is whole. *total: its calls. */
static int goes_on_after(enum fault kind, long at, long *total)
{
    void *state = NULL;
    int whole;

    assert_int_equal(fixture_make(&state), 0);
    memset(told, 0, sizeof *told);
    work_with(state, kind, at);
    if (at == 0) {
        assert_int_equal(told->taken, 601);
        *total = told->calls;
        assert_true(*total > 100);
    }
    bug = BUG_NONE;
    whole = is_whole(state);
    assert_int_equal(fixture_end(&state), 0);
    return whole;
}

static void nothing_acknowledged_is_lost_with(enum fault kind)
{
    long total = 0;

    for (long at = 0; at <= total; at++) { /* 0: nothing strikes, the calls are counted */
        const enum fault counted = kind == FAULT_SIGKILL ? kind : FAULT_EIO;

        assert_true(goes_on_after(at == 0 ? counted : kind, at, &total));
    }
}

static void a_kill_at_any_system_call_loses_nothing_acknowledged(void **state)
{
    (void)state;
    nothing_acknowledged_is_lost_with(FAULT_KILL);
}

static void a_kill_at_any_call_that_the_kernel_sees_loses_nothing_acknowledged(void **state)
{
    (void)state;
    nothing_acknowledged_is_lost_with(FAULT_SIGKILL);
}

/* Control: the same search finds seeded bugs. */
static void a_seeded_bug_is_found_by_killing(void **state)
{
    (void)state;
    for (enum bug seeded = BUG_NO_JOURNAL; seeded <= BUG_NOT_ATOMIC; seeded++) {
        long total = 0, found = 0;

        for (long at = 0; at <= total; at++) {
            bug = seeded;
            found += !goes_on_after(FAULT_SIGKILL, at, &total);
        }
        assert_true(found > 0);
    }
}

static void an_error_at_any_system_call_loses_nothing_acknowledged(void **state)
{
    (void)state;
    nothing_acknowledged_is_lost_with(FAULT_EIO);
}

static void a_full_disk_at_any_system_call_loses_nothing_acknowledged(void **state)
{
    (void)state;
    nothing_acknowledged_is_lost_with(FAULT_ENOSPC);
}

static void a_short_write_at_any_system_call_loses_nothing_acknowledged(void **state)
{
    (void)state;
    nothing_acknowledged_is_lost_with(FAULT_SHORT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kill_at_any_system_call_loses_nothing_acknowledged),
        cmocka_unit_test(a_kill_at_any_call_that_the_kernel_sees_loses_nothing_acknowledged),
        cmocka_unit_test(a_seeded_bug_is_found_by_killing),
        cmocka_unit_test(an_error_at_any_system_call_loses_nothing_acknowledged),
        cmocka_unit_test(a_full_disk_at_any_system_call_loses_nothing_acknowledged),
        cmocka_unit_test(a_short_write_at_any_system_call_loses_nothing_acknowledged),
    };

    told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return told == MAP_FAILED ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
