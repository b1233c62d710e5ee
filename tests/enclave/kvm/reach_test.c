/* Every address that the monitor or ring 0 has, tried by a function. */
#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/harness.h"

#include "enclave/monitor/vault.h"
#include "enclave/trustlet/abi.h"

static const struct harness_limits limits = {
    .deadline_ms = 300, .input_max = 64, .output_max = 64, .arena = 4096, .stack = 65536};

static struct harness_result result;
static struct link *peer;

static int open_poke(void **state)
{
    char image[HARNESS_PATH_ROOM];

    (void)state;
    if (sodium_init() < 0 || harness_build(image, "poke", &limits) != 0) {
        return -1;
    }
    peer = harness_open(image);
    return 0;
}

static int close_peer(void **state)
{
    (void)state;
    link_close(peer);
    return 0;
}

struct poke {
    uint8_t way;
    uint64_t address;
} __attribute__((packed));

static void assert_out_of_reach(uint64_t address)
{
    static const uint8_t ways[] = {'r', 'w', 'x'};

    for (size_t i = 0; i < sizeof ways; i++) {
        const struct poke poke = {ways[i], address};

        harness_call(&result, peer, (const uint8_t *)&poke, sizeof poke);
        assert_int_equal(result.status, POBF_E_FUNCTION);
        assert_int_equal(result.receipt.exit, POBF_EXIT_MEMORY);
    }
}

static void nothing_of_the_monitor_or_of_ring_0_is_in_reach(void **state)
{
    static const uint64_t addresses[] = {
        TRUSTLET_GDT,
        TRUSTLET_IDT,
        TRUSTLET_TSS,
        TRUSTLET_GATE,
        TRUSTLET_STACK0,
        TRUSTLET_MONITOR,
        TRUSTLET_MONITOR + 0x30000,
        TRUSTLET_STACK_END - 64,
        TRUSTLET_THREAD,
        TRUSTLET_BOOT,
        TRUSTLET_MAIL,
        TRUSTLET_STACK0_F,
        TRUSTLET_FILE,
        TRUSTLET_GOLDEN,
        TRUSTLET_TEXT,
        TRUSTLET_CONSTANTS,
        TRUSTLET_TABLES,
        TRUSTLET_TABLES_COPY,
        TRUSTLET_VAULT,
        TRUSTLET_VAULT + VAULT_GUARD_BYTES,
        TRUSTLET_ZONE,
        TRUSTLET_WINDOW,
        TRUSTLET_SYSCALL - 4096,
        0,
    };
    const struct poke inside = {'r', TRUSTLET_LANDING};

    (void)state;
    harness_call(&result, peer, (const uint8_t *)&inside, sizeof inside);
    assert_int_equal(result.status, POBF_OK); /* the control: what is its own can be read */
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        assert_out_of_reach(addresses[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_of_the_monitor_or_of_ring_0_is_in_reach),
    };

    return harness_skips()
               ? 0
               : cmocka_run_group_tests_name("enclave/kvm/reach", tests, open_poke, close_peer);
}
