#include "enclave/kvm/tables.h"

enum { PAGE_BITS = 12, INDEX_BITS = 9, ENTRIES = 512, LEVELS = 4, PAGE = 4096 };
enum { SMALL, LARGE }; /* the levels of a page: 4 KiB, 2 MiB */

/* The bits of an entry. Intel SDM, volume 3, section 4.5. */
#define PRESENT UINT64_C(1)
#define WRITABLE UINT64_C(2)
#define RING3 UINT64_C(4)
#define ACCESSED UINT64_C(0x20)
#define DIRTY UINT64_C(0x40)
#define IS_LARGE UINT64_C(0x80)
#define NO_EXECUTE (UINT64_C(1) << 63)
#define ADDRESS UINT64_C(0x000ffffffffff000)

static const uint64_t bits_of[] = {
    [TABLES_RING0_R] = NO_EXECUTE,
    [TABLES_RING0_RW] = NO_EXECUTE | WRITABLE | DIRTY,
    [TABLES_RING0_RX] = 0,
    [TABLES_R] = RING3 | NO_EXECUTE,
    [TABLES_RW] = RING3 | NO_EXECUTE | WRITABLE | DIRTY,
    [TABLES_RX] = RING3,
};

static uint64_t *table_at(const struct tables *tables, uint64_t at)
{
    return guest_at(tables->guest, (struct guest_address){at}, PAGE);
}

/* The table that an entry leads to; it is made where there is none. */
static uint64_t *descend(struct tables *tables, uint64_t *entry)
{
    if ((*entry & IS_LARGE) != 0 || (*entry == 0 && tables->next.value >= tables->end.value)) {
        tables->broken = 1;
        return NULL;
    }
    if (*entry == 0) {
        *entry = tables->next.value | PRESENT | WRITABLE | RING3 | ACCESSED;
        tables->next.value += PAGE;
    }
    return table_at(tables, *entry & ADDRESS);
}

static uint64_t index_of(uint64_t address, int level)
{
    return address >> (PAGE_BITS + INDEX_BITS * level) & (ENTRIES - 1);
}

static void map_page(struct tables *tables, struct guest_address root, uint64_t address,
                     uint64_t at, int page_level, uint64_t bits)
{
    uint64_t *table = table_at(tables, root.value);

    for (int level = LEVELS - 1; level > page_level && table != NULL; level--) {
        table = descend(tables, &table[index_of(address, level)]);
    }
    if (table == NULL || table[index_of(address, page_level)] != 0) {
        tables->broken = 1;
        return;
    }
    table[index_of(address, page_level)] = at | bits | PRESENT | ACCESSED;
}

void tables_map(struct tables *tables, struct guest_address root, uint64_t address,
                struct guest_address at, uint64_t size, enum tables_right right)
{
    const uint64_t within = TABLES_LARGE - 1;
    const uint64_t bits = bits_of[right];
    uint64_t done = 0;

    while (done < size && !tables->broken) {
        const int is_large = ((address + done) & within) == 0 &&
                             ((at.value + done) & within) == 0 && size - done >= TABLES_LARGE;

        map_page(tables, root, address + done, at.value + done, is_large ? LARGE : SMALL,
                 is_large ? bits | IS_LARGE : bits);
        done += is_large ? TABLES_LARGE : PAGE;
    }
}
