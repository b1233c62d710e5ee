/* Two monitors side by side: neither function reaches the other's, and neither is kept waiting. */
#include "tests/enclave/harness.h"

static const struct harness_limits limits = {
    .deadline_ms = 300, .input_max = 64, .output_max = 64, .arena = 4096, .stack = 65536};

enum { CALLS = 20 };

static char image[HARNESS_PATH_ROOM];
static struct harness_result result;
static struct link *peer;
static struct link *neighbour;

static struct link *open_function(const char *name)
{
    assert_int_equal(harness_build(image, name, &limits), 0);
    return harness_open(image);
}

static int begin(void **state)
{
    (void)state;
    return sodium_init() < 0 ? -1 : 0;
}

static void close_both(void)
{
    link_close(peer);
    link_close(neighbour);
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

/* Try every stretch of a process's memory, but the kernel's own page; how many there were. */
static unsigned try_all_of(pid_t process)
{
    char path[64];
    char line[512];
    FILE *maps;
    unsigned tried = 0;

    snprintf(path, sizeof path, "/proc/%d/maps", (int)process);
    maps = fopen(path, "r");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        if (strstr(line, "vsyscall") == NULL) {
            assert_out_of_reach(strtoull(line, NULL, 16));
            tried++;
        }
    }
    if (maps != NULL) {
        fclose(maps);
    }
    return tried;
}

/*
 * Read, write and jump: into its own monitor (code, keys, the raw request in the window), and
 * wherever the neighbour has memory, that of its machine among it.
 */
static void neither_monitor_can_be_read_written_or_jumped_into(void **state)
{
    const struct poke inside = {'r', IMAGE_TEXT_AT};
    unsigned tried;

    (void)state;
    neighbour = open_function("echo");
    peer = open_function("poke");
    harness_call(&result, peer, (const uint8_t *)&inside, sizeof inside);
    assert_int_equal(result.status, POBF_OK); /* the control: what is its own can be read */
    tried = try_all_of(link_process(neighbour));
    tried += try_all_of(link_process(peer));
    if (tried == 0) {
        print_message("SKIP: only root may read the monitor's map\n");
    } else {
        assert_true(tried > 20);
    }
    harness_call(&result, neighbour, (const uint8_t *)"still", 5);
    assert_true(result.answered);
    assert_memory_equal(result.output, "still", 5);
    assert_int_equal(result.receipt.sequence, 1);
    close_both();
}

/* The peer is asked for a call of `loop`, and nobody takes its answer yet. */
static void begin_loop(void)
{
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    struct pobf_offer offer;
    uint8_t *sealed;

    peer = open_function("loop");
    offer = harness_start(peer);
    sealed = harness_seal(&provider, peer, &offer, (const uint8_t *)"x", 1, commitment);
    assert_int_equal(link_ask_call(peer, offer.task_id, sealed, 1 + POBF_SEALED_OVERHEAD), POBF_OK);
    free(sealed);
}

/* One spins to its deadline, and the other answers again and again in the meantime. */
static void a_neighbour_is_served_while_one_does_not_end(void **state)
{
    (void)state;
    neighbour = open_function("echo");
    begin_loop();
    for (uint64_t i = 1; i <= CALLS; i++) {
        harness_call(&result, neighbour, (const uint8_t *)"mine", 4);
        assert_true(result.answered);
        assert_int_equal(result.receipt.sequence, i);
    }
    harness_take(&result, peer, NULL);
    assert_int_equal(result.receipt.exit, POBF_EXIT_DEADLINE);
    close_both();
}

/* A monitor that is killed in the middle of a call takes nothing with it but that call. */
static void a_neighbours_death_is_its_own(void **state)
{
    (void)state;
    neighbour = open_function("echo");
    begin_loop();
    link_close(peer); /* kills it: it computes */
    peer = NULL;
    harness_call(&result, neighbour, (const uint8_t *)"mine", 4);
    assert_true(result.answered);
    close_both();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neither_monitor_can_be_read_written_or_jumped_into),
        cmocka_unit_test(a_neighbour_is_served_while_one_does_not_end),
        cmocka_unit_test(a_neighbours_death_is_its_own),
    };

    return harness_skips()
               ? 0
               : cmocka_run_group_tests_name("enclave/monitor/neighbours", tests, begin, NULL);
}
