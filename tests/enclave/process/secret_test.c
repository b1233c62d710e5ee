#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "enclave/process/secret.h"
#include "framework/core/bytes.h"

enum { PAGE = 4096, SIZE = 3 * PAGE, NOBODY = 65534 };

static void it_is_zero_whole_pages_and_writable(void **state)
{
    struct secret secret;

    (void)state;
    assert_int_equal(secret_open(&secret, SIZE - 1), POBF_OK);
    assert_int_equal(secret.size, SIZE);
    assert_int_equal(pobf_bytes_are_zero(secret.bytes, secret.size), 1);
    memset(secret.bytes, 0x5a, secret.size);
    secret_close(&secret);
    assert_null(secret.bytes);
    assert_int_equal(secret.descriptor, -1);
}

static void its_descriptor_maps_it_again_until_it_is_secluded(void **state)
{
    struct secret secret;
    uint8_t *again;

    (void)state;
    assert_int_equal(secret_open(&secret, SIZE), POBF_OK);
    again = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, secret.descriptor, 0);
    assert_ptr_not_equal(again, MAP_FAILED);
    secret.bytes[5] = 7;
    assert_int_equal(again[5], 7);
    secret_seclude(&secret);
    assert_int_equal(secret.descriptor, -1);
    secret_close(&secret); /* wipes before it gives back */
    assert_int_equal(pobf_bytes_are_zero(again, SIZE), 1);
    munmap(again, SIZE);
}

/* Read memory of this process through the kernel, as a debugger would. */
static ssize_t peek(uint8_t *to, const uint8_t *from, size_t size)
{
    const struct iovec local = {to, size};
    const struct iovec remote = {(void *)(uintptr_t)from, size};

    return process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
}

static void a_debugger_cannot_read_it(void **state)
{
    uint8_t ordinary[16] = {1, 2, 3};
    uint8_t seen[16];
    struct secret secret;

    (void)state;
    assert_int_equal(secret_open(&secret, SIZE), POBF_OK);
    if (!secret.hidden) {
        print_message("SKIP: this kernel has no memfd_secret\n");
        secret_close(&secret);
        skip();
    }
    assert_int_equal(peek(seen, ordinary, sizeof seen), sizeof seen); /* it can read others */
    memset(secret.bytes, 0x5a, secret.size);
    assert_int_equal(peek(seen, secret.bytes, sizeof seen), -1);
    secret_close(&secret);
}

enum { LOCKED = 1, HIDDEN = 2, BROKEN = 4 };

/* What a user gets who may lock `most` bytes, and no more. */
static int got_within(rlim_t most)
{
    const struct rlimit limit = {most, most};
    const pid_t process = fork();
    struct secret secret;
    int status;

    assert_true(process >= 0);
    if (process == 0) {
        if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0 || setuid(NOBODY) != 0 ||
            secret_open(&secret, SIZE) != POBF_OK || secret.bytes[SIZE - 1] != 0) {
            _exit(BROKEN);
        }
        _exit((secret.locked ? LOCKED : 0) | (secret.hidden ? HIDDEN : 0));
    }
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void what_could_not_be_locked_is_said(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        print_message("SKIP: only root may become another user\n");
        skip();
    }
    assert_int_equal(got_within(0), 0);
    assert_int_equal(got_within(1 << 20) & (LOCKED | BROKEN), LOCKED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_zero_whole_pages_and_writable),
        cmocka_unit_test(its_descriptor_maps_it_again_until_it_is_secluded),
        cmocka_unit_test(a_debugger_cannot_read_it),
        cmocka_unit_test(what_could_not_be_locked_is_said),
    };

    return cmocka_run_group_tests_name("enclave/process/secret", tests, NULL, NULL);
}
