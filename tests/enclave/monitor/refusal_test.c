/*
 * What a monitor's program is given that it must refuse, before a key is drawn or an instruction of
 * the function runs: it says which field on stderr, never hello, and ends. pobf-host would not get
 * so far, so the program is started by hand here.
 */
#include "tests/enclave/harness.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "enclave/monitor/message.h"
#include "enclave/monitor/packet.h"
#include "enclave/monitor/spawn.h"
#include "enclave/monitor/window.h"
#include "tests/enclave/image/small.h"

enum { WAIT_MS = 20000 };

/* What the program is started with; a test spoils one thing of it. */
struct offer_to_program {
    struct file file;
    size_t file_size;
    size_t window_size;
    int window_seals;
    struct message_setup setup;
    size_t setup_size;
};

static char said[4096]; /* the program's stderr */
static int said_hello;
static int exit_code;

static struct offer_to_program good_offer(void)
{
    struct offer_to_program offer = {.file = good(),
                                     .file_size = sizeof offer.file,
                                     .window_seals = F_SEAL_SHRINK,
                                     .setup = {.version = MESSAGE_VERSION},
                                     .setup_size = sizeof offer.setup};
    struct image image;

    assert_int_equal(image_parse(&image, (const uint8_t *)&offer.file, offer.file_size), POBF_OK);
    offer.window_size = window_of(&image).size;
    return offer;
}

static int memory_file(const void *bytes, size_t size, size_t room, int seals)
{
    const int descriptor = memfd_create("refusal", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    assert_true(descriptor >= 0);
    assert_int_equal(pwrite(descriptor, bytes, size, 0), size);
    assert_int_equal(ftruncate(descriptor, (off_t)room), 0);
    assert_int_equal(fcntl(descriptor, F_ADD_SEALS, seals), 0);
    return descriptor;
}

/* Start it with stderr in a file of ours. */
static pid_t start(int socket, int errors)
{
    const int ours = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    char program[HARNESS_PATH_ROOM];
    pid_t process;

    snprintf(program, sizeof program, "%s/" HARNESS_MONITOR, harness_folder());
    assert_int_equal(dup2(errors, STDERR_FILENO), STDERR_FILENO);
    assert_int_equal(spawn_monitor(&process, program, socket), POBF_OK);
    assert_int_equal(dup2(ours, STDERR_FILENO), STDERR_FILENO);
    close(ours);
    return process;
}

/* Wait for a hello, or for the program's end; then hang up, and see how it ended. */
static void await(pid_t process, int host, int errors)
{
    struct pollfd words = {.fd = host, .events = POLLIN};
    struct message_hello hello;
    int status;

    assert_int_equal(poll(&words, 1, WAIT_MS), 1);
    said_hello = recv(host, &hello, sizeof hello, MSG_DONTWAIT) == sizeof hello;
    close(host);
    assert_int_equal(waitpid(process, &status, 0), process);
    exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    memset(said, 0, sizeof said);
    assert_true(pread(errors, said, sizeof said - 1, 0) >= 0);
}

static void give(const struct offer_to_program *offer)
{
    const int errors = memory_file("", 0, 0, 0);
    int sockets[2];
    int given[MESSAGE_MOLD];
    pid_t process;

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets), 0);
    given[MESSAGE_WINDOW] = memory_file("", 0, offer->window_size, offer->window_seals);
    given[MESSAGE_IMAGE] = memory_file(&offer->file, offer->file_size, offer->file_size, 0);
    process = start(sockets[1], errors);
    close(sockets[1]);
    assert_int_equal(packet_send(sockets[0], &offer->setup, offer->setup_size, given, MESSAGE_MOLD),
                     POBF_OK);
    close(given[MESSAGE_WINDOW]);
    close(given[MESSAGE_IMAGE]);
    await(process, sockets[0], errors);
    close(errors);
}

/* Spoil one thing: it is refused, and what it says names the field. */
#define assert_refused(spoil, field)                                                               \
    do {                                                                                           \
        struct offer_to_program offer = good_offer();                                              \
        spoil;                                                                                     \
        give(&offer);                                                                              \
        assert_false(said_hello);                                                                  \
        assert_int_equal(exit_code, 3);                                                            \
        if (strstr(said, field) == NULL) {                                                         \
            fail_msg("not named: %s; but: %s", field, said);                                       \
        }                                                                                          \
    } while (0)

/* The control of all the others. */
static void what_is_whole_is_greeted(void **state)
{
    const struct offer_to_program offer = good_offer();

    (void)state;
    give(&offer);
    assert_true(said_hello);
    assert_int_equal(exit_code, 0);
}

static void a_corrupt_or_truncated_image_is_refused(void **state)
{
    (void)state;
    assert_refused(offer.file.header.e_ident[0] = 0, "refused: ident");
    assert_refused(offer.file.header.e_machine = EM_AARCH64, "refused: type");
    assert_refused(offer.file.segment[2].p_flags |= PF_X, "refused: segments");
    assert_refused(offer.file_size = 0, "the image cannot be read");
    assert_refused(offer.file_size = 20, "refused: size");
    assert_refused(offer.file_size = offsetof(struct file, note), "refused: segments");
    assert_refused(offer.file_size = offsetof(struct file, data) + DATA_BYTES - 1,
                   "refused: segments");
}

static void a_manifest_that_lies_is_refused(void **state)
{
    (void)state;
    assert_refused(offer.file.note.manifest.arena = IMAGE_ZONE_MAX, "manifest: the zone");
    assert_refused(offer.file.note.manifest.stack = IMAGE_STACK_MIN - 1, "manifest, stack");
    assert_refused(offer.file.note.manifest.deadline_ms = 0, "manifest, deadline_ms");
    assert_refused(offer.file.header.e_entry = IMAGE_TEXT_AT + TEXT_BYTES, "refused: entry");
    assert_refused(offer.file.header.e_entry = IMAGE_ZONE_AT, "refused: entry");
    assert_refused(offer.file.segment[1].p_vaddr = IMAGE_TEXT_AT, "refused: constants");
    assert_refused(offer.file.segment[2].p_vaddr = IMAGE_TEXT_AT + PAGE, "refused: variables");
    assert_refused(offer.file.note.manifest.name[1] = '\033', "manifest, name");
}

static void another_version_is_refused(void **state)
{
    (void)state;
    assert_refused(offer.file.note.manifest.version++, "manifest, version");
    assert_refused(offer.file.note.type++, "refused: note");
    assert_refused(offer.setup.version++, "started by pobf-host");
    assert_refused(offer.setup_size--, "started by pobf-host");
}

static void a_size_that_wraps_is_refused(void **state)
{
    (void)state;
    assert_refused(offer.file.note.manifest.input_max = UINT64_MAX, "manifest: a size");
    assert_refused(offer.file.note.manifest.output_max = UINT64_MAX - 15, "manifest: a size");
    assert_refused(offer.file.segment[2].p_memsz = UINT64_MAX - PAGE, "refused: segments");
    assert_refused(offer.file.segment[1].p_offset = UINT64_MAX, "refused: segments");
    assert_refused(offer.file.segment[1].p_vaddr = UINT64_MAX - PAGE + 1, "refused: constants");
}

/* The window must hold all that the image may exchange, and must not be able to shrink. */
static void a_window_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    assert_refused(offer.window_size -= PAGE, "the host window does not fit");
    assert_refused(offer.window_size = 0, "the host window does not fit");
    assert_refused(offer.window_seals = 0, "the host window does not fit");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_whole_is_greeted),
        cmocka_unit_test(a_corrupt_or_truncated_image_is_refused),
        cmocka_unit_test(a_manifest_that_lies_is_refused),
        cmocka_unit_test(another_version_is_refused),
        cmocka_unit_test(a_size_that_wraps_is_refused),
        cmocka_unit_test(a_window_that_does_not_fit_is_refused),
    };

    return harness_skips()
               ? 0
               : cmocka_run_group_tests_name("enclave/monitor/refusal", tests, NULL, NULL);
}
