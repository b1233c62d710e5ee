#include "verifier/inspect/flow.h"

#include <stdlib.h>
#include <string.h>

#include <capstone/capstone.h>

#include "verifier/inspect/code.h"

enum { DEPTH_MAX = 6, FUNCTION_MAX = 1 << 16 };

/* One function, and the way through it. Each of its bytes is an instruction's first, or is nothing. */
struct walk {
    const struct elf *elf;
    const struct elf_symbol *function;
    const uint8_t *code;
    csh handle;
    cs_insn *one;
    const struct flow_goal *goal;
    const char *end;
    int depth;
    uint8_t *seen;   /* 1: has been, or is to be, followed */
    uint32_t *to_do; /* offsets to follow                  */
    size_t waiting;
    size_t ends;  /* that were reached without the goal */
    size_t goals; /* that were passed                   */
    int is_lost;  /* 1: it leads to where nobody knows  */
};

static int has_group(const cs_insn *one, uint8_t group)
{
    return memchr(one->detail->groups, group, one->detail->groups_count) != NULL;
}

/* Where a direct jump or call leads; 0 for an indirect one. */
static uint64_t target_of(const cs_insn *one)
{
    const cs_x86 *x86 = &one->detail->x86;

    return x86->op_count == 1 && x86->operands[0].type == X86_OP_IMM
               ? (uint64_t)x86->operands[0].imm
               : 0;
}

/* The address that `lea reg, [rip + n]` or `mov reg, n` takes; 0: it does something else. */
static uint64_t address_taken(const cs_insn *one)
{
    const cs_x86 *x86 = &one->detail->x86;
    const cs_x86_op *from = &x86->operands[1];

    if (x86->op_count != 2 || x86->operands[0].type != X86_OP_REG) {
        return 0;
    }
    if (one->id == X86_INS_LEA && from->mem.base == X86_REG_RIP) {
        return one->address + one->size + (uint64_t)from->mem.disp;
    }
    return one->id == X86_INS_MOV && from->type == X86_OP_IMM ? (uint64_t)from->imm : 0;
}

static enum flow_verdict passes(const struct elf *elf, const struct elf_symbol *function,
                                const char *end, const struct flow_goal *goal, int depth);

static int is_named(const struct walk *walk, uint64_t address, const char *name)
{
    const struct elf_symbol *symbol = name == NULL ? NULL : elf_symbol(walk->elf, name);

    return symbol != NULL && symbol->address == address;
}

/* Is the function at this address the goal's, or does it pass the goal itself? */
static int leads_there(const struct walk *walk, uint64_t address, const struct flow_goal *goal)
{
    const struct elf_symbol *callee = elf_function_at(walk->elf, address);

    return is_named(walk, address, goal->name) ||
           (callee != NULL && address != walk->function->address && walk->depth < DEPTH_MAX &&
            passes(walk->elf, callee, NULL, goal, walk->depth + 1) == FLOW_PASSES);
}

static int is_goal(const struct walk *walk)
{
    const struct flow_goal call = {FLOW_CALL, walk->goal->name};
    const cs_insn *one = walk->one;

    switch (walk->goal->kind) {
    case FLOW_CALL:
        return (has_group(one, X86_GRP_CALL) || one->id == X86_INS_JMP) && target_of(one) != 0 &&
               leads_there(walk, target_of(one), walk->goal);
    case FLOW_GIVE:
        return (address_taken(one) != 0 && elf_function_at(walk->elf, address_taken(one)) != NULL &&
                leads_there(walk, address_taken(one), &call)) ||
               ((has_group(one, X86_GRP_CALL) || one->id == X86_INS_JMP) && target_of(one) != 0 &&
                leads_there(walk, target_of(one), walk->goal));
    case FLOW_STORE:
        return (one->id == X86_INS_STOSB || one->id == X86_INS_STOSQ) &&
               one->detail->x86.prefix[0] == X86_PREFIX_REP;
    case FLOW_CODE:
    default:
        return strcmp(cs_insn_name(walk->handle, one->id), walk->goal->name) == 0;
    }
}

static void follow(struct walk *walk, uint64_t address)
{
    const uint64_t offset = address - walk->function->address;

    if (offset >= walk->function->size) {
        walk->is_lost = 1; /* it goes on in another function, as if it were its own code */
    } else if (!walk->seen[offset]) {
        walk->seen[offset] = 1;
        walk->to_do[walk->waiting++] = (uint32_t)offset;
    }
}

/* A jump out of the function to the first instruction of another is a call, and then an end. */
static void follow_jump(struct walk *walk, uint64_t to)
{
    const uint64_t offset = to - walk->function->address;

    if (to == 0) {
        walk->is_lost = 1;
    } else if (offset < walk->function->size) {
        follow(walk, to);
    } else if (elf_function_at(walk->elf, to) != NULL) {
        walk->ends++;
    } else {
        walk->is_lost = 1;
    }
}

/* Calls of these, and a call that is the last instruction of its function. */
static int never_returns(const struct walk *walk)
{
    static const char *const names[] = {"__stack_chk_fail", "abort", "__assert_fail"};
    const cs_insn *one = walk->one;

    if (!has_group(one, X86_GRP_CALL) || is_named(walk, target_of(one), walk->end)) {
        return 0;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (is_named(walk, target_of(one), names[i])) {
            return 1;
        }
    }
    return one->address + one->size == walk->function->address + walk->function->size;
}

static void take_one(struct walk *walk)
{
    const cs_insn *one = walk->one;
    const uint64_t next = one->address + one->size;

    if (is_goal(walk)) {
        walk->goals++;
    } else if (never_returns(walk)) {
        return;
    } else if (has_group(one, X86_GRP_RET) ||
               (has_group(one, X86_GRP_CALL) && is_named(walk, target_of(one), walk->end))) {
        walk->ends++;
    } else if (one->id == X86_INS_JMP) {
        follow_jump(walk, target_of(one));
    } else if (one->id != X86_INS_UD2 && one->id != X86_INS_HLT) {
        if (has_group(one, X86_GRP_JUMP) || has_group(one, X86_GRP_BRANCH_RELATIVE)) {
            if (!has_group(one, X86_GRP_CALL)) {
                follow_jump(walk, target_of(one));
            }
        }
        follow(walk, next);
    }
}

static void walk_all(struct walk *walk)
{
    follow(walk, walk->function->address);
    while (walk->waiting > 0 && !walk->is_lost) {
        const uint32_t offset = walk->to_do[--walk->waiting];
        const uint8_t *at = walk->code + offset;
        size_t left = walk->function->size - offset;
        uint64_t address = walk->function->address + offset;

        if (cs_disasm_iter(walk->handle, &at, &left, &address, walk->one)) {
            take_one(walk);
        } else {
            const size_t skip = code_vector_length(at, left);

            if (skip == 0) {
                walk->is_lost = 1;
            } else {
                follow(walk, address + skip);
            }
        }
    }
}

static int open_walk(struct walk *walk)
{
    const struct elf_symbol *function = walk->function;

    walk->code = elf_code(walk->elf, function->address, function->size);
    if (walk->code == NULL || function->size == 0 || function->size > FUNCTION_MAX ||
        cs_open(CS_ARCH_X86, CS_MODE_64, &walk->handle) != CS_ERR_OK) {
        return 0;
    }
    cs_option(walk->handle, CS_OPT_DETAIL, CS_OPT_ON);
    walk->one = cs_malloc(walk->handle);
    walk->seen = calloc(1, function->size);
    walk->to_do = calloc(function->size, sizeof *walk->to_do);
    return walk->one != NULL && walk->seen != NULL && walk->to_do != NULL;
}

static void close_walk(struct walk *walk)
{
    if (walk->one != NULL) {
        cs_free(walk->one, 1);
    }
    if (walk->handle != 0) {
        cs_close(&walk->handle);
    }
    free(walk->seen);
    free(walk->to_do);
}

static enum flow_verdict passes(const struct elf *elf, const struct elf_symbol *function,
                                const char *end, const struct flow_goal *goal, int depth)
{
    struct walk walk = {.elf = elf, .function = function, .goal = goal, .end = end, .depth = depth};
    enum flow_verdict verdict = FLOW_CANNOT_TELL;

    if (open_walk(&walk)) {
        walk_all(&walk);
        if (walk.ends > 0) {
            verdict = FLOW_AVOIDS;
        } else if (!walk.is_lost && walk.goals > 0) {
            verdict = FLOW_PASSES;
        }
    }
    close_walk(&walk);
    return verdict;
}

enum flow_verdict flow_passes(const struct elf *elf, const char *function, const char *end,
                              const struct flow_goal *goal)
{
    const struct elf_symbol *symbol = elf_symbol(elf, function);

    return symbol == NULL ? FLOW_CANNOT_TELL : passes(elf, symbol, end, goal, 0);
}

/* What a linear look at a function collects. */
struct look {
    const char *reg;
    uint64_t constant;
    size_t constants;
    uint64_t last_store; /* address of the last instruction that wrote memory; 0: none so far */
    int writes;
};

/* A call of what is chosen at the start goes through `jmp [rip + n]`, which has no name. */
static const struct elf_symbol *chosen_at(const struct elf *elf, csh handle, uint64_t address)
{
    enum { STUB_BYTES = 16 };
    const uint8_t *code = address == 0 ? NULL : elf_code(elf, address, STUB_BYTES);
    cs_insn *stub;
    const struct elf_symbol *chosen = NULL;
    const size_t count = code == NULL ? 0 : cs_disasm(handle, code, STUB_BYTES, address, 2, &stub);

    for (size_t i = 0; i < count; i++) {
        const cs_x86_op *to = &stub[i].detail->x86.operands[0];

        if (stub[i].id == X86_INS_JMP && to->type == X86_OP_MEM && to->mem.base == X86_REG_RIP) {
            chosen = elf_chooser(elf, stub[i].address + stub[i].size + (uint64_t)to->mem.disp);
        }
    }
    if (count > 0) {
        cs_free(stub, count);
    }
    return chosen;
}

static void look_at(struct look *look, csh handle, const cs_insn *one, const struct elf *elf)
{
    const cs_x86 *x86 = &one->detail->x86;
    const struct elf_symbol *callee = elf_function_at(elf, target_of(one));

    if (x86->op_count == 2 && x86->operands[0].type == X86_OP_REG && one->id == X86_INS_MOV &&
        x86->operands[1].type == X86_OP_IMM && look->reg != NULL &&
        strcmp(cs_reg_name(handle, x86->operands[0].reg), look->reg) == 0) {
        look->constant = (uint64_t)x86->operands[1].imm;
        look->constants++;
    }
    if (x86->op_count >= 1 && x86->operands[0].type == X86_OP_MEM &&
        (x86->operands[0].access & CS_AC_WRITE) != 0) {
        look->last_store = one->address;
    }
    if (has_group(one, X86_GRP_JUMP) && look->last_store != 0 && target_of(one) != 0 &&
        target_of(one) <= look->last_store) {
        look->writes = 1;
    }
    if (callee == NULL && (has_group(one, X86_GRP_CALL) || one->id == X86_INS_JMP)) {
        callee = chosen_at(elf, handle, target_of(one));
    }
    if (callee != NULL && strstr(callee->name, "memset") != NULL) {
        look->writes = 1;
    }
}

static int look_through(struct look *look, const struct elf *elf, const char *function)
{
    struct walk walk = {.elf = elf, .function = elf_symbol(elf, function)};
    const int is_open = walk.function != NULL && open_walk(&walk);
    const uint8_t *at = walk.code;
    size_t left = is_open ? walk.function->size : 0;
    uint64_t address = is_open ? walk.function->address : 0;

    while (left > 0) {
        if (cs_disasm_iter(walk.handle, &at, &left, &address, walk.one)) {
            look_at(look, walk.handle, walk.one, elf);
        } else {
            const size_t skip = code_vector_length(at, left);
            const size_t step = skip == 0 ? 1 : skip;

            at += step, left -= step, address += step;
        }
    }
    close_walk(&walk);
    return is_open;
}

uint64_t flow_constant(const struct elf *elf, const char *function, const char *reg)
{
    struct look look = {.reg = reg};

    return look_through(&look, elf, function) && look.constants == 1 ? look.constant : 0;
}

int flow_writes(const struct elf *elf, const char *function)
{
    struct look look = {.reg = NULL};

    return look_through(&look, elf, function) && look.writes;
}
