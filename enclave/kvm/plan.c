#include "enclave/kvm/plan.h"

#include <string.h>

#include "enclave/kvm/tables.h"
#include "enclave/monitor/monitor.h"

/* The first pages of TABLES, in this order; the page tables follow. */
enum { ROOT_M, ROOT_F, GDT, IDT, TSS_M, TSS_F, GATE_M, GATE_F, LANDING, FIXED_PAGES };

_Static_assert(TRUSTLET_ROOT_M == (ROOT_M + 1) * IMAGE_PAGE, "TABLES begins at the second page");
_Static_assert(TRUSTLET_ROOT_F == (ROOT_F + 1) * IMAGE_PAGE, "and the gate knows both roots");

static const struct {
    uint64_t address;
    enum tables_right right;
} in_monitor[PLAN_REGION_COUNT] = {
#define X(name, address, right) {address, right},
    PLAN_REGIONS(X)
#undef X
};

static uint64_t pages(uint64_t size)
{
    return (size + IMAGE_PAGE - 1) & ~(uint64_t)(IMAGE_PAGE - 1);
}

/* More than enough: one table for 2 MiB, twice where both spaces see it, and some at every edge. */
static uint64_t tables_size(const struct plan *plan)
{
    enum { EDGES = 160, PER_TABLE = 2 << 20, SPACES = 2 };
    uint64_t mapped = 0;

    for (int i = 0; i < PLAN_REGION_COUNT; i++) {
        mapped += plan->size[i];
    }
    return (FIXED_PAGES + EDGES + SPACES * (mapped / PER_TABLE)) * IMAGE_PAGE;
}

static void set_sizes(struct plan *plan, const struct window *window)
{
    const struct image *image = plan->image;
    const struct program_segment *last = &plan->program->variables;

    plan->size[PLAN_NOTHING] = IMAGE_PAGE;
    plan->size[PLAN_STACK0_M] = IMAGE_PAGE;
    plan->size[PLAN_STACK0_F] = IMAGE_PAGE;
    plan->size[PLAN_PROGRAM] = pages(last->address + last->memory_size) - TRUSTLET_MONITOR;
    plan->size[PLAN_STACK] = TRUSTLET_STACK_BYTES;
    plan->size[PLAN_THREAD] = IMAGE_PAGE;
    plan->size[PLAN_BOOT] = IMAGE_PAGE;
    plan->size[PLAN_MAIL] = IMAGE_PAGE;
    plan->size[PLAN_FILE] = pages(image->size);
    plan->size[PLAN_TEXT] = pages(image->text.memory_size);
    plan->size[PLAN_CONSTANTS] = pages(image->constants.memory_size);
    plan->size[PLAN_GOLDEN] = pages(monitor_golden_size(image));
    plan->size[PLAN_VAULT] = pages(vault_size(monitor_outbox_room(image)));
    plan->size[PLAN_ZONE] = image->zone_size;
    plan->size[PLAN_WINDOW] = pages(window->size);
    plan->size[PLAN_TABLES] = tables_size(plan);
    plan->size[PLAN_TABLES_COPY] = plan->size[PLAN_TABLES];
}

void plan_make(struct plan *plan, const struct image *image, const struct program *program,
               const struct window *window)
{
    uint64_t at = 0;

    *plan = (struct plan){.image = image, .program = program};
    set_sizes(plan, window);
    for (int i = 0; i < PLAN_REGION_COUNT; i++) {
        if (i == PLAN_ZONE && plan->size[i] >= TABLES_LARGE) {
            at = (at + TABLES_LARGE - 1) & ~(TABLES_LARGE - 1); /* as it is aligned in M and in F */
        }
        plan->at[i].value = at;
        at += plan->size[i];
    }
}

uint64_t plan_private_size(const struct plan *plan)
{
    return plan->at[PLAN_WINDOW].value;
}

/* A place inside of a region. */
static struct guest_address inside(const struct plan *plan, enum plan_region region, uint64_t at)
{
    return (struct guest_address){plan->at[region].value + at};
}

static struct guest_address fixed(const struct plan *plan, int page)
{
    return inside(plan, PLAN_TABLES, (uint64_t)page * IMAGE_PAGE);
}

static void put(const struct guest *guest, struct guest_address at, const void *bytes,
                uint64_t size)
{
    if (size > 0) {
        memcpy(guest_at(guest, at, size), bytes, size);
    }
}

static void put_word(const struct guest *guest, struct guest_address at, uint64_t offset,
                     uint64_t word)
{
    put(guest, (struct guest_address){at.value + offset}, &word, sizeof word);
}

/* Code and data of both rings, accessed from the start; the task's own descriptor is not read. */
static void build_descriptors(const struct plan *plan, const struct guest *guest)
{
    const struct guest_address gdt = fixed(plan, GDT);

    put_word(guest, gdt, TRUSTLET_CODE0, UINT64_C(0x00af9b000000ffff));
    put_word(guest, gdt, TRUSTLET_CODE0 + 8, UINT64_C(0x00cf93000000ffff));
    put_word(guest, gdt, TRUSTLET_DATA3 & ~7, UINT64_C(0x00cff3000000ffff));
    put_word(guest, gdt, TRUSTLET_CODE3 & ~7, UINT64_C(0x00affb000000ffff));
}

/* An interrupt gate of ring 0 for every vector, at the address that both spaces know. */
static void build_vectors(const struct plan *plan, const struct guest *guest)
{
    enum { PRESENT_INTERRUPT_GATE = 0x8e, GATE_BYTES = 16 };
    const struct guest_address idt = fixed(plan, IDT);

    for (uint64_t i = 0; i < TRUSTLET_VECTORS; i++) {
        const uint64_t handler = TRUSTLET_GATE + i * TRUSTLET_HANDLER_BYTES;

        put_word(guest, idt, i * GATE_BYTES,
                 (handler & 0xffff) | (uint64_t)TRUSTLET_CODE0 << 16 |
                     (uint64_t)PRESENT_INTERRUPT_GATE << 40 | (handler >> 16 & 0xffff) << 48);
    }
}

/* The stack of ring 0, and which ports may be written: M's two, and none for F. */
static void build_task(const struct guest *guest, struct guest_address task, uint8_t ports)
{
    enum { STACK_AT = 4, MAP_AT_AT = 0x66, MAP_AT = 0x68, MAP_BYTES = 9, OUR_PORTS = 2 };
    const uint64_t stack = TRUSTLET_STACK0 + IMAGE_PAGE;
    const uint16_t map_at = MAP_AT;
    uint8_t map[MAP_BYTES];

    memset(map, 0xff, sizeof map);
    map[OUR_PORTS] = ports;
    put_word(guest, task, STACK_AT, stack);
    put(guest, (struct guest_address){task.value + MAP_AT_AT}, &map_at, sizeof map_at);
    put(guest, (struct guest_address){task.value + MAP_AT}, map, sizeof map);
}

static void build_ring0(const struct plan *plan, const struct guest *guest)
{
    enum { ALL_FORBIDDEN = 0xff, READY_AND_END = 0xfc };

    _Static_assert(TRUSTLET_PORT_READY == 16 && TRUSTLET_PORT_END == 17, "bits 0 and 1 of byte 2");
    build_descriptors(plan, guest);
    build_vectors(plan, guest);
    build_task(guest, fixed(plan, TSS_M), READY_AND_END);
    build_task(guest, fixed(plan, TSS_F), ALL_FORBIDDEN);
    put(guest, fixed(plan, GATE_M), plan->program->gate.bytes, plan->program->gate.file_size);
}

static void put_segment(const struct plan *plan, const struct guest *guest,
                        const struct program_segment *segment)
{
    put(guest, inside(plan, PLAN_PROGRAM, segment->address - TRUSTLET_MONITOR), segment->bytes,
        segment->file_size);
}

static void put_programs(const struct plan *plan, const struct guest *guest)
{
    const struct image *image = plan->image;

    put_segment(plan, guest, &plan->program->text);
    put_segment(plan, guest, &plan->program->constants);
    put_segment(plan, guest, &plan->program->variables);
    put(guest, plan->at[PLAN_FILE], image->bytes, image->size);
    put(guest, plan->at[PLAN_TEXT], image->bytes + image->text.file_at, image->text.file_size);
    put(guest, plan->at[PLAN_CONSTANTS], image->bytes + image->constants.file_at,
        image->constants.file_size);
}

/* What ring 0 has in either space. */
static void map_ring0(struct tables *tables, const struct plan *plan, int root, int task, int gate)
{
    const struct guest_address space = fixed(plan, root);

    tables_map(tables, space, TRUSTLET_GDT, fixed(plan, GDT), IMAGE_PAGE, TABLES_RING0_R);
    tables_map(tables, space, TRUSTLET_IDT, fixed(plan, IDT), IMAGE_PAGE, TABLES_RING0_R);
    tables_map(tables, space, TRUSTLET_TSS, fixed(plan, task), IMAGE_PAGE, TABLES_RING0_R);
    tables_map(tables, space, TRUSTLET_GATE, fixed(plan, gate), IMAGE_PAGE, TABLES_RING0_RX);
}

static void map_segment(struct tables *tables, const struct plan *plan,
                        const struct program_segment *segment, enum tables_right right)
{
    tables_map(tables, fixed(plan, ROOT_M), segment->address,
               inside(plan, PLAN_PROGRAM, segment->address - TRUSTLET_MONITOR),
               pages(segment->memory_size), right);
}

static void map_monitor(struct tables *tables, const struct plan *plan)
{
    const struct guest_address root = fixed(plan, ROOT_M);

    map_ring0(tables, plan, ROOT_M, TSS_M, GATE_M);
    for (int i = 0; i < PLAN_REGION_COUNT; i++) {
        if (in_monitor[i].address != 0) {
            tables_map(tables, root, in_monitor[i].address, plan->at[i], plan->size[i],
                       in_monitor[i].right);
        }
    }
    tables_map(tables, root, TRUSTLET_VAULT + VAULT_GUARD_BYTES,
               inside(plan, PLAN_VAULT, VAULT_GUARD_BYTES),
               plan->size[PLAN_VAULT] - VAULT_GUARD_BYTES, TABLES_RW);
    map_segment(tables, plan, &plan->program->text, TABLES_RX);
    map_segment(tables, plan, &plan->program->constants, TABLES_R);
    map_segment(tables, plan, &plan->program->variables, TABLES_RW);
}

static void map_function(struct tables *tables, const struct plan *plan)
{
    const struct image *image = plan->image;
    const struct image_part *const parts[] = {&image->call,  &image->variables, &image->stack,
                                              &image->arena, &image->input,     &image->output};
    const struct guest_address root = fixed(plan, ROOT_F);

    map_ring0(tables, plan, ROOT_F, TSS_F, GATE_F);
    tables_map(tables, root, TRUSTLET_STACK0, plan->at[PLAN_STACK0_F], IMAGE_PAGE, TABLES_RING0_RW);
    tables_map(tables, root, TRUSTLET_LANDING, fixed(plan, LANDING), IMAGE_PAGE, TABLES_RX);
    tables_map(tables, root, image->text.address, plan->at[PLAN_TEXT], plan->size[PLAN_TEXT],
               TABLES_RX);
    tables_map(tables, root, image->constants.address, plan->at[PLAN_CONSTANTS],
               plan->size[PLAN_CONSTANTS], TABLES_R);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        tables_map(tables, root, IMAGE_ZONE_AT + parts[i]->at,
                   inside(plan, PLAN_ZONE, parts[i]->at), parts[i]->size, TABLES_RW);
    }
}

enum pobf_status plan_build(struct plan *plan, const struct guest *guest)
{
    const uint64_t begin = plan->at[PLAN_TABLES].value;
    struct tables tables = {
        .guest = guest,
        .next = fixed(plan, FIXED_PAGES),
        .end = inside(plan, PLAN_TABLES, plan->size[PLAN_TABLES]),
    };

    if (guest->private_size != plan_private_size(plan)) {
        return POBF_E_SYSTEM;
    }
    put_programs(plan, guest);
    build_ring0(plan, guest);
    map_monitor(&tables, plan);
    map_function(&tables, plan);
    plan->tables_used = tables.next.value - begin;
    put(guest, plan->at[PLAN_TABLES_COPY],
        guest_at(guest, plan->at[PLAN_TABLES], plan->tables_used), plan->tables_used);
    return tables.broken ? POBF_E_SYSTEM : POBF_OK;
}

uint64_t plan_molded_size(const struct plan *plan)
{
    return plan->at[PLAN_VAULT].value;
}

void plan_back_zone(const struct plan *plan, const struct guest *guest)
{
    if (plan->size[PLAN_ZONE] >= TABLES_LARGE) {
        guest_prefer_large(guest, plan->at[PLAN_ZONE], plan->size[PLAN_ZONE]);
    }
    guest_back(guest, plan->at[PLAN_ZONE], plan->size[PLAN_ZONE]);
}
