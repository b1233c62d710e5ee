/*
 * LINK: -Wl,--wrap=openat,--wrap=pwrite,--wrap=fsync,--wrap=renameat,--wrap=mkdirat
 *
 * A witness that is killed, or whose disk fails, at any system call, and then the one after it, of the
 * same memory: of a fork they never sign both sides.
 */
#include "tests/tracer.h"
#include "tests/verifier/log/fixture.h"

#include <errno.h>
#include <sys/mman.h>

#include "verifier/log/witness.h"

/* The last is a seeded bug: what was seen never gets its name. */
enum fault { FAULT_NONE, FAULT_EIO, FAULT_ENOSPC, FAULT_SHORT, FAULT_SIGKILL, FAULT_FORGETS };

enum { SIDES = 2, OK = 200, CONFLICT = 409, FAILED = 500 };

static enum fault fault;
static long calls, fault_at;

/* What a log asks a witness for: both sides of a fork, each signed by the log. */
static struct note_key log_key;
static char *bodies[SIDES];
static size_t body_sizes[SIDES];

/* Shared with the child. */
static struct told {
    int code;
    long calls;
} * told;

static int strikes(void)
{
    if (fault == FAULT_NONE || fault == FAULT_SIGKILL || ++calls != fault_at) {
        return 0;
    }
    errno = fault == FAULT_ENOSPC ? ENOSPC : EIO;
    return 1;
}

ssize_t __real_pwrite(int file, const void *bytes, size_t size, off_t at);
ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t at);
ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t at)
{
    if (!strikes()) {
        return __real_pwrite(file, bytes, size, at);
    }
    if (fault == FAULT_SHORT) { /* half now; the disk is full when asked again */
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
WRAP(openat, (int folder, const char *name, int flags, mode_t mode), (folder, name, flags, mode))
WRAP(fsync, (int file), (file))
WRAP(mkdirat, (int folder, const char *name, mode_t mode), (folder, name, mode))

int __real_renameat(int from, const char *old, int to, const char *new);
int __wrap_renameat(int from, const char *old, int to, const char *new);
int __wrap_renameat(int from, const char *old, int to, const char *new)
{
    if (fault == FAULT_FORGETS) {
        return 0;
    }
    return strikes() ? -1 : __real_renameat(from, old, to, new);
}

/* The code of a witness's answer, 0 where it does not even begin. */
static int ask(const struct fixture *f, int side)
{
    char memory[2 * FIXTURE_PATH_ROOM];
    struct witness_reply reply = {.code = 0};
    struct witness *witness;

    snprintf(memory, sizeof memory, "%s/witness", f->parent);
    if (witness_open(&witness, memory, "witness.example/1", f->key) != POBF_OK) {
        return 0;
    }
    if (witness_follow(witness, &log_key) == POBF_OK) {
        witness_add_checkpoint(witness, &reply, (const uint8_t *)bodies[side], body_sizes[side], 7);
    }
    witness_close(witness);
    return reply.code;
}

static void ask_with(const struct fixture *f, enum fault kind, long at)
{
    if (tracer_fork(kind == FAULT_SIGKILL, at, &told->calls)) {
        fault = kind;
        fault_at = at;
        calls = 0;
        told->code = ask(f, 0);
        told->calls = calls;
        _exit(0);
    }
}

/* Both sides of a fork of a log, by its own key, as a log shows them to who has seen none. */
static void fork_log(const struct fixture *f)
{
    static const struct proof none;

    for (int side = 0; side < SIDES; side++) {
        char folder[2 * FIXTURE_PATH_ROOM];
        struct sequencer *log;
        const char *note;
        size_t size;

        snprintf(folder, sizeof folder, "%s/side-%d", f->parent, side);
        assert_int_equal(sequencer_create(folder, fixture_origin, f->key), POBF_OK);
        assert_int_equal(sequencer_open(&log, folder, f->key), POBF_OK);
        assert_int_equal(fixture_append(log, (uint64_t)side, 3), POBF_OK);
        assert_int_equal(sequencer_publish(log), POBF_OK);
        log_key = *sequencer_key(log);
        note = sequencer_note(log, &size);
        assert_int_equal(witness_request(&bodies[side], &body_sizes[side], 0, &none, note, size),
                         POBF_OK);
        sequencer_close(log);
    }
}

/* 1 where both sides were signed. *first: what was said to the first. */
static int signs_both(enum fault kind, long at, int *first)
{
    void *state = NULL;
    int second;

    assert_int_equal(fixture_make(&state), 0);
    fork_log(state);
    memset(told, 0, sizeof *told);
    ask_with(state, kind, at);
    second = ask(state, 1);
    assert_true(second == OK || second == CONFLICT); /* it begins, whatever there was */
    *first = told->code;
    for (int side = 0; side < SIDES; side++) {
        free(bodies[side]);
    }
    assert_int_equal(fixture_end(&state), 0);
    return *first == OK && second == OK;
}

static void no_fork_is_signed_with(enum fault kind)
{
    long total = 0, refused = 0;
    int first;

    for (long at = 0; at <= total; at++) { /* 0: nothing strikes, the calls are counted */
        assert_false(signs_both(at == 0 && kind != FAULT_SIGKILL ? FAULT_EIO : kind, at, &first));
        assert_true(at > 0 || first == OK);
        total = at == 0 ? told->calls : total;
        refused += first != OK;
    }
    assert_true(total >= 8 && refused > 0);
}

static void a_kill_at_any_system_call_signs_no_fork(void **state)
{
    (void)state;
    no_fork_is_signed_with(FAULT_SIGKILL);
}

static void an_error_at_any_call_signs_no_fork(void **state)
{
    (void)state;
    no_fork_is_signed_with(FAULT_EIO);
}

static void a_full_disk_at_any_call_signs_no_fork(void **state)
{
    (void)state;
    no_fork_is_signed_with(FAULT_ENOSPC);
}

static void a_short_write_signs_no_fork(void **state)
{
    (void)state;
    no_fork_is_signed_with(FAULT_SHORT);
}

static void what_cannot_be_remembered_is_not_signed(void **state)
{
    int first;

    (void)state;
    for (long at = 1; signs_both(FAULT_EIO, at, &first), first != FAILED; at++) {
        assert_int_equal(first, 0); /* it has not even begun */
    }
}

/* Control: the same search finds a witness that does not remember. */
static void a_witness_that_forgets_signs_both_sides(void **state)
{
    int first;

    (void)state;
    assert_true(signs_both(FAULT_FORGETS, 0, &first));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kill_at_any_system_call_signs_no_fork),
        cmocka_unit_test(an_error_at_any_call_signs_no_fork),
        cmocka_unit_test(a_full_disk_at_any_call_signs_no_fork),
        cmocka_unit_test(a_short_write_signs_no_fork),
        cmocka_unit_test(what_cannot_be_remembered_is_not_signed),
        cmocka_unit_test(a_witness_that_forgets_signs_both_sides),
    };

    told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return told == MAP_FAILED ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
