/*
 * LINK: -Wl,--wrap=flock
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "enclave/host/journal.h"
#include "enclave/host/ledger.h"

static char folder[] = "/tmp/pobf-ledger-XXXXXX";
static uint8_t bytes[POBF_RECEIPT_ROOM];
static size_t size;

static int make_receipt(void **state)
{
    const struct pobf_receipt receipt = {
        .boot_id = {0x01, 0x02, 0x03},
        .sequence = 42,
        .exit = POBF_EXIT_RETURNED,
        .registers_cleared = 1,
        .key_destroyed = 1,
    };
    uint8_t signing_key[POBF_SIGNING_KEY_BYTES];
    uint8_t public_key[POBF_PUBLIC_KEY_BYTES];
    const uint8_t seed[32] = {7};

    (void)state;
    if (mkdtemp(folder) == NULL ||
        crypto_sign_ed25519_seed_keypair(public_key, signing_key, seed) != 0) {
        return -1;
    }
    return pobf_receipt_sign(bytes, sizeof bytes, &size, &receipt, signing_key) == POBF_OK ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static void a_receipt_is_recorded_under_its_boot_and_sequence(void **state)
{
    struct pobf_receipt receipt;
    char path[128];
    uint8_t *read;
    size_t read_size;

    (void)state;
    assert_int_equal(ledger_record(&receipt, folder, bytes, size), POBF_OK);
    assert_int_equal(receipt.sequence, 42);
    snprintf(path, sizeof path, "%s/01020300000000000000000000000000-0000000042.receipt", folder);
    assert_int_equal(file_read(&read, &read_size, path, 4096), POBF_OK);
    assert_int_equal(read_size, size);
    assert_memory_equal(read, bytes, size);
    file_free(read, read_size);
    unlink(path);
}

static void evidence_is_kept_under_its_boot(void **state)
{
    const uint8_t boot_id[POBF_BOOT_ID_BYTES] = {0x01, 0x02, 0x03};
    char path[128];
    uint8_t *read;
    size_t read_size;

    (void)state;
    snprintf(path, sizeof path, "%s/01020300000000000000000000000000.evidence", folder);
    assert_int_equal(ledger_keep("/nowhere", boot_id, bytes, size), POBF_E_MISSING);
    assert_int_equal(ledger_keep(folder, boot_id, bytes, size), POBF_OK);
    assert_int_equal(file_read(&read, &read_size, path, 4096), POBF_OK);
    assert_int_equal(read_size, size);
    assert_memory_equal(read, bytes, size);
    file_free(read, read_size);
    unlink(path);
}

static void what_is_no_receipt_is_not_recorded(void **state)
{
    struct pobf_receipt receipt;

    (void)state;
    assert_int_equal(ledger_record(&receipt, folder, bytes, size - 1), POBF_E_INPUT);
    assert_int_equal(ledger_record(&receipt, folder, bytes, 0), POBF_E_INPUT);
}

/* A host that runs begins its journal anew between the moment that another opens it and locks it. */
static struct journal *renewed;
static uint8_t record[JOURNAL_RECORD_ROOM];
static size_t record_size;

int __real_flock(int file, int how);
int __wrap_flock(int file, int how);
int __wrap_flock(int file, int how)
{
    struct journal *journal = renewed;

    renewed = NULL;
    if (journal != NULL) {
        assert_int_equal(journal_begin(journal, folder, record, record_size), POBF_OK);
    }
    return __real_flock(file, how);
}

static void a_journal_that_is_begun_anew_meanwhile_is_left_alone(void **state)
{
    const struct intent intent = {.boot_id = {9}, .sequence = 1, .task_id = {8}};
    struct journal journal = {.file = -1};
    size_t crashed = 0;
    char path[128];

    (void)state;
    record_size = journal_print_intent(record, JOURNAL_INTENT, &intent);
    assert_int_equal(journal_begin(&journal, folder, record, record_size), POBF_OK);
    renewed = &journal;
    assert_int_equal(ledger_prepare(&crashed, folder), POBF_OK);
    assert_null(renewed);
    assert_int_equal(crashed, 0);
    assert_int_equal(access(journal.path, F_OK), 0);
    journal_close(&journal); /* now the host has ended, and its task with it */
    assert_int_equal(ledger_prepare(&crashed, folder), POBF_OK);
    assert_int_equal(crashed, 1);
    snprintf(path, sizeof path, "%s/09000000000000000000000000000000-0000000001.crashed", folder);
    assert_int_equal(unlink(path), 0);
}

static int make_part(char path[128], const char *name, long process)
{
    snprintf(path, 128, "%s/%s.%ld.part", folder, name, process);
    return file_write(path, bytes, size / 2, 0) == POBF_OK;
}

static void what_a_killed_host_left_is_removed_and_nothing_else(void **state)
{
    size_t crashed = 1;
    const pid_t gone = fork();
    char left[128], evidence[128], written[128], other[128];

    (void)state;
    if (gone == 0) {
        _exit(0);
    }
    assert_int_equal(waitpid(gone, NULL, 0), gone);
    assert_true(make_part(left, "00-0000000001.receipt", gone));
    assert_true(make_part(evidence, "00.evidence", gone));
    assert_true(make_part(written, "00-0000000002.receipt", getpid()));
    assert_true(make_part(other, "notes", gone));
    assert_int_equal(ledger_prepare(&crashed, folder), POBF_OK);
    assert_int_equal(crashed, 0);
    assert_int_equal(access(left, F_OK), -1);
    assert_int_equal(access(evidence, F_OK), -1);
    assert_int_equal(unlink(written), 0);
    assert_int_equal(unlink(other), 0);
}

static void a_folder_that_is_gone_is_an_error(void **state)
{
    size_t crashed = 1;
    struct pobf_receipt receipt;

    (void)state;
    assert_int_equal(ledger_prepare(&crashed, folder), POBF_OK);
    assert_int_equal(crashed, 0);
    assert_int_equal(ledger_prepare(&crashed, "/nowhere"), POBF_E_MISSING);
    assert_int_equal(ledger_prepare(&crashed, "/proc/self/exe"), POBF_E_SYSTEM);
    assert_int_equal(ledger_record(&receipt, "/nowhere", bytes, size), POBF_E_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_is_recorded_under_its_boot_and_sequence),
        cmocka_unit_test(a_journal_that_is_begun_anew_meanwhile_is_left_alone),
        cmocka_unit_test(evidence_is_kept_under_its_boot),
        cmocka_unit_test(what_is_no_receipt_is_not_recorded),
        cmocka_unit_test(what_a_killed_host_left_is_removed_and_nothing_else),
        cmocka_unit_test(a_folder_that_is_gone_is_an_error),
    };

    return cmocka_run_group_tests(tests, make_receipt, remove_folder);
}
