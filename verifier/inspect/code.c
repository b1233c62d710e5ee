#include "verifier/inspect/code.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <capstone/capstone.h>

/* What any program computes with; conditional ones are told by their beginning. Sorted. */
static const char *const common[] = {
    "adc",    "add",     "and",    "bsf",   "bsr",     "bswap", "bt",    "btc",    "btr",
    "bts",    "call",    "cbw",    "cdq",   "cdqe",    "clc",   "cld",   "cmc",    "cmp",
    "cmpsb",  "cmpsd",   "cmpsq",  "cmpsw", "cmpxchg", "cqo",   "cwd",   "cwde",   "dec",
    "div",    "endbr64", "fdiv",   "idiv",  "imul",    "inc",   "int3",  "jmp",    "lea",
    "leave",  "lfence",  "lodsb",  "lodsd", "lodsq",   "lodsw", "loop",  "mfence", "mov",
    "movabs", "movbe",   "movnti", "movsb", "movsd",   "movsq", "movsw", "movsx",  "movsxd",
    "movzx",  "mul",     "neg",    "nop",   "not",     "or",    "pause", "pop",    "popcnt",
    "push",   "rcl",     "rcr",    "ret",   "rol",     "ror",   "sahf",  "sar",    "sbb",
    "scasb",  "scasd",   "scasq",  "scasw", "sfence",  "shl",   "shld",  "shr",    "shrd",
    "stc",    "std",     "stosb",  "stosd", "stosq",   "stosw", "sub",   "test",   "tzcnt",
    "ud2",    "xadd",    "xchg",   "xor",   "xlatb",
};

/* What the monitor in a machine has besides, and why it may: trustlet/ is short. */
static const char *const of_monitor[] = {"out",   "wrfsbase", "wrgsbase", "rdrand",
                                         "rdtsc", "cpuid",    "xgetbv"};
static const char *const of_gate[] = {"add", "call", "hlt", "int3", "iretq",
                                      "jmp", "mov",  "out", "ud2",  "xor"};

/* Extensions that compute. */
static const uint8_t computing[] = {
    X86_GRP_CMOV,  X86_GRP_SSE1,   X86_GRP_SSE2,   X86_GRP_SSE3, X86_GRP_SSE41, X86_GRP_SSE42,
    X86_GRP_SSSE3, X86_GRP_AVX,    X86_GRP_AVX2,   X86_GRP_FMA,  X86_GRP_F16C,  X86_GRP_BMI,
    X86_GRP_BMI2,  X86_GRP_AES,    X86_GRP_PCLMUL, X86_GRP_SHA,  X86_GRP_MMX,   X86_GRP_FPU,
    X86_GRP_ADX,   X86_GRP_AVX512, X86_GRP_BWI,    X86_GRP_DQI,  X86_GRP_VLX,   X86_GRP_CDI,
};

/* What no list can make good. */
static const uint8_t never[] = {X86_GRP_PRIVILEGE, X86_GRP_IRET, X86_GRP_VM, X86_GRP_SGX,
                                X86_GRP_SMAP,      X86_GRP_RTM,  X86_GRP_HLE};

static int is_one_of(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, list[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

static int is_in_any(const cs_insn *one, const uint8_t *groups, size_t count)
{
    for (uint8_t i = 0; i < one->detail->groups_count; i++) {
        if (memchr(groups, one->detail->groups[i], count) != NULL) {
            return 1;
        }
    }
    return 0;
}

/* Segment, control and debug registers hold no numbers of a computation. */
static int touches_system(const cs_insn *one)
{
    const cs_x86 *x86 = &one->detail->x86;

    for (uint8_t i = 0; i < x86->op_count; i++) {
        const x86_reg reg =
            x86->operands[i].type == X86_OP_REG ? x86->operands[i].reg : X86_REG_INVALID;

        if ((reg >= X86_REG_CR0 && reg <= X86_REG_DR15) || reg == X86_REG_CS || reg == X86_REG_DS ||
            reg == X86_REG_ES || reg == X86_REG_FS || reg == X86_REG_GS || reg == X86_REG_SS) {
            return 1;
        }
    }
    return 0;
}

/* Where the monitor clears a selector: before and after the function runs. */
static int sets_selector(const cs_insn *one)
{
    const cs_x86_op *to = &one->detail->x86.operands[0];

    return one->id == X86_INS_MOV && to->type == X86_OP_REG &&
           (to->reg == X86_REG_DS || to->reg == X86_REG_ES || to->reg == X86_REG_FS ||
            to->reg == X86_REG_GS);
}

/* These two come with an extension that computes, and do not. */
static int waits(const char *name)
{
    return strcmp(name, "monitor") == 0 || strcmp(name, "mwait") == 0;
}

static int is_conditional_jump(const cs_insn *one, const char *name)
{
    static const uint8_t jump[] = {X86_GRP_JUMP};

    return name[0] == 'j' && is_in_any(one, jump, sizeof jump);
}

static int is_common(const cs_insn *one, const char *name)
{
    return is_one_of(name, common, sizeof common / sizeof common[0]) ||
           strncmp(name, "set", 3) == 0 || is_conditional_jump(one, name) ||
           (is_in_any(one, computing, sizeof computing) && !waits(name));
}

static int is_allowed(csh handle, const cs_insn *one, enum code_kind kind)
{
    const char *name = cs_insn_name(handle, one->id);

    switch (kind) {
    case CODE_GATE:
        return is_one_of(name, of_gate, sizeof of_gate / sizeof of_gate[0]);
    case CODE_MONITOR:
        if (is_one_of(name, of_monitor, sizeof of_monitor / sizeof of_monitor[0]) ||
            sets_selector(one)) {
            return 1;
        }
        return is_common(one, name) && !is_in_any(one, never, sizeof never);
    case CODE_FUNCTION:
    default:
        return is_common(one, name) && !is_in_any(one, never, sizeof never) && !touches_system(one);
    }
}

/* How far the operands of an instruction reach: ModRM, SIB, displacement. */
static size_t operands_length(const uint8_t *bytes, size_t size)
{
    const uint8_t mod = size > 0 ? bytes[0] >> 6 : 3;
    const int has_sib = mod != 3 && (bytes[0] & 7) == 4;
    size_t length = 1;

    if (size < 2 || mod == 3) {
        return length;
    }
    length += has_sib ? 1 : 0;
    if (mod == 1) {
        length += 1; /* of EVEX too, where it is scaled */
    } else if (mod == 2 || (bytes[0] & 7) == 5 || (has_sib && (bytes[1] & 7) == 5)) {
        length += 4;
    }
    return length;
}

/* In the first map the operands of these are followed by a byte; in the third, all. */
static int has_immediate(uint8_t map, uint8_t opcode)
{
    return map == 3 || (map == 1 && ((opcode >= 0x70 && opcode <= 0x73) || opcode == 0xc2 ||
                                     (opcode >= 0xc4 && opcode <= 0xc6)));
}

size_t code_vector_length(const uint8_t *bytes, size_t size)
{
    size_t prefix;
    uint8_t map;
    size_t length;

    if (size < 6) {
        return 0;
    }
    switch (bytes[0]) {
    case 0xc5:
        prefix = 2, map = 1;
        break;
    case 0xc4:
        prefix = 3, map = bytes[1] & 0x1f;
        break;
    case 0x62:
        prefix = 4, map = bytes[1] & 7;
        break;
    default:
        return 0;
    }
    if (map < 1 || map > 3) {
        return 0;
    }
    length = prefix + 1 + operands_length(bytes + prefix + 1, size - prefix - 1) +
             (has_immediate(map, bytes[prefix]) ? 1 : 0);
    return length <= size ? length : 0;
}

/* A sweep under way. */
struct sweeping {
    struct code_sweep *sweep;
    csh handle;
    cs_insn *one;
    enum code_kind kind;
    const uint8_t *bytes;
    size_t size;
    uint64_t address;
    uint8_t *starts; /* 1 where an instruction begins */
};

static void note(struct code_sweep *sweep, const char *what, uint64_t address)
{
    if (sweep->first[0] == 0) {
        snprintf(sweep->first, sizeof sweep->first, "%.36s at 0x%" PRIx64, what, address);
    }
}

static void take_known(struct sweeping *sweeping)
{
    struct code_sweep *sweep = sweeping->sweep;
    const cs_insn *one = sweeping->one;

    if (one->id == X86_INS_UD2) {
        sweep->crossings++;
    }
    if (!is_allowed(sweeping->handle, one, sweeping->kind)) {
        char text[CODE_TEXT_ROOM];

        snprintf(text, sizeof text, "%.12s %.20s", one->mnemonic, one->op_str);
        note(sweep, text, one->address);
        sweep->refused++;
    }
}

/* What begins so is measured here: Capstone 4 takes a byte too many where a rounding is embedded. */
enum { EVEX = 0x62 };

static void sweep_all(struct sweeping *sweeping)
{
    const uint8_t *at = sweeping->bytes;
    uint64_t address = sweeping->address;
    size_t left = sweeping->size;

    while (left > 0) {
        size_t skip = *at == EVEX ? code_vector_length(at, left) : 0;

        sweeping->starts[at - sweeping->bytes] = 1;
        sweeping->sweep->instructions++;
        if (skip == 0 && cs_disasm_iter(sweeping->handle, &at, &left, &address, sweeping->one)) {
            take_known(sweeping);
            continue;
        }
        skip = skip != 0 ? skip : code_vector_length(at, left);
        if (skip == 0) {
            sweeping->sweep->unknown++;
            note(sweeping->sweep, "no instruction", address);
            skip = 1;
        }
        at += skip, left -= skip, address += skip;
    }
}

/* Does every direct jump and call within the code lead to where the sweep saw an instruction? */
static void follow_all(struct sweeping *sweeping)
{
    static const uint8_t leads[] = {X86_GRP_JUMP, X86_GRP_CALL, X86_GRP_BRANCH_RELATIVE};

    for (size_t i = 0; i < sweeping->size; i++) {
        const uint8_t *at = sweeping->bytes + i;
        uint64_t address = sweeping->address + i;
        size_t left = sweeping->size - i;
        uint64_t to;

        if (!sweeping->starts[i] ||
            !cs_disasm_iter(sweeping->handle, &at, &left, &address, sweeping->one) ||
            !is_in_any(sweeping->one, leads, sizeof leads) ||
            sweeping->one->detail->x86.op_count != 1 ||
            sweeping->one->detail->x86.operands[0].type != X86_OP_IMM) {
            continue;
        }
        to = (uint64_t)sweeping->one->detail->x86.operands[0].imm - sweeping->address;
        if (to >= sweeping->size || !sweeping->starts[to]) {
            sweeping->sweep->astray_at =
                sweeping->sweep->astray == 0 ? sweeping->one->address : sweeping->sweep->astray_at;
            sweeping->sweep->astray++;
        }
    }
}

/* syscall, sysenter, int n, at every offset: who jumps into the middle of something finds these. */
static void find_hidden(struct sweeping *sweeping)
{
    struct code_sweep *sweep = sweeping->sweep;
    const uint8_t *bytes = sweeping->bytes;

    for (size_t i = 0; i + 1 < sweeping->size; i++) {
        if ((bytes[i] == 0x0f && (bytes[i + 1] == 0x05 || bytes[i + 1] == 0x34)) ||
            (bytes[i] == 0xcd && bytes[i + 1] == 0x80)) {
            if (sweep->hidden < CODE_FIRST_MAX) {
                sweep->hidden_at[sweep->hidden] = sweeping->address + i;
            }
            sweep->hidden++;
        }
    }
}

enum pobf_status code_sweep(struct code_sweep *sweep, enum code_kind kind, const uint8_t *bytes,
                            size_t size, uint64_t address)
{
    struct sweeping sweeping = {
        .sweep = sweep, .kind = kind, .bytes = bytes, .size = size, .address = address};

    *sweep = (struct code_sweep){.instructions = 0};
    if (cs_open(CS_ARCH_X86, CS_MODE_64, &sweeping.handle) != CS_ERR_OK) {
        return POBF_E_SYSTEM;
    }
    cs_option(sweeping.handle, CS_OPT_DETAIL, CS_OPT_ON);
    sweeping.one = cs_malloc(sweeping.handle);
    sweeping.starts = calloc(1, size + 1);
    if (sweeping.one == NULL || sweeping.starts == NULL) {
        free(sweeping.starts);
        cs_close(&sweeping.handle);
        return POBF_E_SPACE;
    }
    sweep_all(&sweeping);
    follow_all(&sweeping);
    find_hidden(&sweeping);
    free(sweeping.starts);
    cs_free(sweeping.one, 1);
    cs_close(&sweeping.handle);
    return POBF_OK;
}
