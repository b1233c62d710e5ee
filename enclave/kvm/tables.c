#include "enclave/kvm/tables.h"

enum { PAGE_BITS = 12, INDEX_BITS = 9, ENTRIES = 512, LEVELS = 4, PAGE = 4096 };

/* The bits of an entry. Intel SDM, volume 3, section 4.5. */
#define PRESENT UINT64_C(1)
#define WRITABLE UINT64_C(2)
#define RING3 UINT64_C(4)
#define ACCESSED UINT64_C(0x20)
#define DIRTY UINT64_C(0x40)
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
    if (*entry == 0) {
        if (tables->next.value >= tables->end.value) {
            tables->broken = 1;
            return NULL;
        }
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
                     uint64_t at, uint64_t bits)
{
    uint64_t *table = table_at(tables, root.value);

    for (int level = LEVELS - 1; level > 0 && table != NULL; level--) {
        table = descend(tables, &table[index_of(address, level)]);
    }
    if (table == NULL || table[index_of(address, 0)] != 0) {
        tables->broken = 1;
        return;
    }
    table[index_of(address, 0)] = at | bits | PRESENT | ACCESSED;
}

void tables_map(struct tables *tables, struct guest_address root, uint64_t address,
                struct guest_address at, uint64_t size, enum tables_right right)
{
    for (uint64_t i = 0; i < size && !tables->broken; i += PAGE) {
        map_page(tables, root, address + i, at.value + i, bits_of[right]);
    }
}
