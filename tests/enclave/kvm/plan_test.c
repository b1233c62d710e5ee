/* What the two address spaces of a guest hold, read off its page tables as a processor would. */
#include "tests/enclave/harness.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "enclave/kvm/plan.h"

enum { PAGE = 4096, ENTRIES = 512, TOP = 3 };

#define PRESENT UINT64_C(1)
#define WRITABLE UINT64_C(2)
#define RING3 UINT64_C(4)
#define ACCESSED UINT64_C(0x20)
#define DIRTY UINT64_C(0x40)
#define IS_LARGE UINT64_C(0x80)
#define NO_EXECUTE (UINT64_C(1) << 63)
#define ADDRESS UINT64_C(0x000ffffffffff000)

static const struct harness_limits limits = {
    .deadline_ms = 300, .input_max = 8192, .output_max = 8192, .arena = 9 << 20, .stack = 65536};

static uint8_t image_bytes[1 << 20];
static struct image image;
static struct program program;
static struct window window;
static struct guest guest;
static struct plan plan;

static int build(void **state)
{
    const int descriptor = memfd_create("window", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    char path[HARNESS_PATH_ROOM];
    FILE *file;
    size_t size;

    (void)state;
    if (sodium_init() < 0 || harness_build(path, "keep", &limits) != 0) {
        return -1;
    }
    file = fopen(path, "rb");
    size = file == NULL ? 0 : fread(image_bytes, 1, sizeof image_bytes, file);
    if (file == NULL || fclose(file) != 0 || image_parse(&image, image_bytes, size) != POBF_OK ||
        program_parse(&program, program_bytes, (size_t)(program_end - program_bytes)) != POBF_OK) {
        return -1;
    }
    window = window_of(&image);
    plan_make(&plan, &image, &program, &window);
    return ftruncate(descriptor, (off_t)window.size) == 0 &&
                   fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK) == 0 &&
                   guest_open(&guest, plan_private_size(&plan), &window, descriptor) == POBF_OK &&
                   plan_build(&plan, &guest) == POBF_OK
               ? 0
               : -1;
}

/* One page that a space maps. */
struct page {
    uint64_t address;
    uint64_t entry;
};

typedef void visitor(const struct page *page);

static unsigned large_pages;

/* A large page is 512 small ones with the same rights. */
static void visit_large(const struct page *large, visitor *visit)
{
    large_pages++;
    assert_int_equal(large->entry & ADDRESS & (ENTRIES * PAGE - 1), 0);
    for (uint64_t i = 0; i < ENTRIES; i++) {
        visit(&(struct page){large->address + i * PAGE, large->entry + i * PAGE});
    }
}

static void walk(uint64_t table_at, int level, uint64_t address, visitor *visit)
{
    const uint64_t *table = guest_at(&guest, (struct guest_address){table_at}, PAGE);

    assert_non_null(table);
    for (uint64_t i = 0; i < ENTRIES; i++) {
        const struct page page = {address | i << (12 + 9 * level), table[i]};

        if (table[i] == 0) {
            continue;
        }
        assert_true((table[i] & PRESENT) != 0 && (table[i] & ACCESSED) != 0);
        if (level == 1 && (table[i] & IS_LARGE) != 0) {
            visit_large(&page, visit);
        } else if (level > 0) {
            walk(table[i] & ADDRESS, level - 1, page.address, visit);
        } else {
            visit(&page);
        }
    }
}

static unsigned visited;

/* The rules that hold of every page in either space. */
static void check_page(const struct page *page)
{
    const int writable = (page->entry & WRITABLE) != 0;
    const int executable = (page->entry & NO_EXECUTE) == 0;
    const uint64_t at = page->entry & ADDRESS;

    assert_false(writable && executable);
    assert_int_equal(writable, (page->entry & DIRTY) != 0); /* so no table is ever written */
    assert_true(at != 0 && at < guest.size);
    /* The tables, the descriptors and the gate are nobody's to write. */
    assert_false(writable && at >= plan.at[PLAN_TABLES].value &&
                 at < plan.at[PLAN_TABLES].value + plan.size[PLAN_TABLES]);
    visited++;
}

static void no_page_is_writable_and_executable_and_no_table_is_writable(void **state)
{
    (void)state;
    visited = 0;
    walk(TRUSTLET_ROOT_M, TOP, 0, check_page);
    assert_true(visited > 100);
    assert_true(large_pages >= 4); /* the zone of 9 MiB, of which the arena is the most */
    visited = large_pages = 0;
    walk(TRUSTLET_ROOT_F, TOP, 0, check_page);
    assert_true(visited > 10);
    assert_true(large_pages >= 3);
}

static int is_in(uint64_t at, enum plan_region region)
{
    return at >= plan.at[region].value && at < plan.at[region].value + plan.size[region];
}

static int is_in_part(uint64_t address, const struct image_part *part)
{
    return address >= IMAGE_ZONE_AT + part->at && address < IMAGE_ZONE_AT + part->at + part->size;
}

/* F has its text, its constants, its parts of the zone, the landing; of ring 0 what it cannot see. */
static void check_page_of_function(const struct page *page)
{
    const uint64_t at = page->entry & ADDRESS;
    const int writable = (page->entry & WRITABLE) != 0;
    const int executable = (page->entry & NO_EXECUTE) == 0;

    visited++;
    if ((page->entry & RING3) == 0) {
        assert_true(is_in(at, PLAN_TABLES) || is_in(at, PLAN_STACK0_F));
        return;
    }
    if (page->address == TRUSTLET_LANDING) {
        assert_true(executable && is_in(at, PLAN_TABLES));
        return;
    }
    assert_int_equal(executable, is_in(at, PLAN_TEXT));
    assert_int_equal(writable, is_in(at, PLAN_ZONE));
    assert_true(executable || writable || is_in(at, PLAN_CONSTANTS));
    if (writable) {
        assert_true(
            is_in_part(page->address, &image.call) || is_in_part(page->address, &image.variables) ||
            is_in_part(page->address, &image.stack) || is_in_part(page->address, &image.arena) ||
            is_in_part(page->address, &image.input) || is_in_part(page->address, &image.output));
    }
}

static void a_function_has_its_own_parts_and_nothing_else(void **state)
{
    const uint64_t own = image.call.size + image.variables.size + image.stack.size +
                         image.arena.size + image.input.size + image.output.size +
                         plan.size[PLAN_TEXT] + plan.size[PLAN_CONSTANTS];
    enum { LANDING_AND_RING0 = 6 };

    (void)state;
    visited = 0;
    walk(TRUSTLET_ROOT_F, TOP, 0, check_page_of_function);
    assert_int_equal(visited, own / PAGE + LANDING_AND_RING0);
}

static void the_vault_begins_with_a_guard(void **state)
{
    const uint64_t guard = plan.at[PLAN_VAULT].value;

    (void)state;
    for (uint64_t at = plan.at[PLAN_TABLES].value;
         at < plan.at[PLAN_TABLES].value + plan.tables_used; at += 8) {
        const uint64_t *entry = guest_at(&guest, (struct guest_address){at}, sizeof *entry);

        assert_false((*entry & PRESENT) != 0 && (*entry & ADDRESS) == guard);
    }
}

/* There is one way into the function: nothing else in the monitor's text is that instruction. */
static void the_monitor_has_one_ud2(void **state)
{
    char command[HARNESS_PATH_ROOM];
    char line[64] = "";
    FILE *lines;

    (void)state;
    snprintf(command, sizeof command,
             "objdump -d --start-address=0x400000 %s/trustlet.elf | grep -c 'ud2'",
             harness_folder());
    lines = popen(command, "r");
    assert_non_null(lines);
    assert_non_null(fgets(line, sizeof line, lines));
    pclose(lines);
    assert_string_equal(line, "1\n");
}

static void a_guest_that_is_too_small_is_refused(void **state)
{
    struct guest small = guest;
    struct plan other = plan;

    (void)state;
    small.private_size -= PAGE;
    assert_int_equal(plan_build(&other, &small), POBF_E_SYSTEM);
}

static void a_program_of_another_shape_is_refused(void **state)
{
    const size_t size = (size_t)(program_end - program_bytes);
    uint8_t *copy = malloc(size);
    struct program other;
    unsigned refused = 0;

    (void)state;
    assert_non_null(copy);
    memcpy(copy, program_bytes, size);
    assert_int_equal(program_parse(&other, copy, size), POBF_OK);
    for (size_t i = 0; i < 64 + 4 * 56; i += 4) {
        copy[i] ^= 0x80;
        refused += program_parse(&other, copy, size) == POBF_E_INPUT;
        copy[i] ^= 0x80;
    }
    assert_true(refused > 20);
    copy[64 + 56 + 4] |= 2; /* the text's flags: writable */
    assert_int_equal(program_parse(&other, copy, size), POBF_E_INPUT);
    assert_int_equal(program_parse(&other, program_bytes, 100), POBF_E_INPUT);
    assert_int_equal(program_parse(&other, program_bytes, size / 2), POBF_E_INPUT);
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_page_is_writable_and_executable_and_no_table_is_writable),
        cmocka_unit_test(a_function_has_its_own_parts_and_nothing_else),
        cmocka_unit_test(the_vault_begins_with_a_guard),
        cmocka_unit_test(the_monitor_has_one_ud2),
        cmocka_unit_test(a_guest_that_is_too_small_is_refused),
        cmocka_unit_test(a_program_of_another_shape_is_refused),
    };

    return cmocka_run_group_tests_name("enclave/kvm/plan", tests, build, NULL);
}
