#include "verifier/inspect/inspect.h"

#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "contracts/sodium.h"
#include "verifier/inspect/code.h"
#include "verifier/inspect/flow.h"
#include "verifier/inspect/manifest.h"

enum { PAGE = 4096, GATE_BYTES = 3 * PAGE };

static const char *const damaged = "get the file again from who built it; nothing of it was run";

const char *inspect_kind_name(enum inspect_kind kind)
{
    static const char *const names[INSPECT_KIND_COUNT] = {
        [INSPECT_UNKNOWN] = "unknown program",      [INSPECT_FUNCTION] = "function image",
        [INSPECT_MACHINE] = "monitor of a machine", [INSPECT_MONITOR] = "monitor",
        [INSPECT_KEEPER] = "keeper of a machine",
    };

    return names[kind];
}

/* Types and rights of the segments, in their order: those of function.ld, and of trustlet.ld. */
static int is_laid_out(const struct elf *elf, const uint32_t types[4], const uint32_t flags[4])
{
    for (size_t i = 0; i < 4; i++) {
        if (elf->segment_count != 4 || elf->segments[i].type != types[i] ||
            elf->segments[i].flags != flags[i]) {
            return 0;
        }
    }
    return 1;
}

static enum inspect_kind kind_of(const struct elf *elf)
{
    static const uint32_t function_types[] = {PT_LOAD, PT_LOAD, PT_LOAD, PT_NOTE};
    static const uint32_t function_flags[] = {PF_R | PF_X, PF_R, PF_R | PF_W, PF_R};
    static const uint32_t machine_types[] = {PT_LOAD, PT_LOAD, PT_LOAD, PT_LOAD};
    static const uint32_t machine_flags[] = {PF_R | PF_X, PF_R | PF_X, PF_R, PF_R | PF_W};

    if (elf->type == ET_EXEC && is_laid_out(elf, machine_types, machine_flags)) {
        return INSPECT_MACHINE;
    }
    if (elf->type == ET_EXEC && elf->segments[elf->segment_count - 1].type == PT_NOTE) {
        return is_laid_out(elf, function_types, function_flags) ? INSPECT_FUNCTION
                                                                : INSPECT_UNKNOWN;
    }
    if (elf->type == ET_DYN && elf_symbol(elf, "keeper_close") != NULL) {
        return INSPECT_KEEPER;
    }
    return elf->type == ET_DYN && elf->has_dynamic ? INSPECT_MONITOR : INSPECT_UNKNOWN;
}

static void judge_number(struct inspection *inspection, const char *id, uint64_t seen,
                         const char *expected, int passed, const char *advice)
{
    char text[32];

    snprintf(text, sizeof text, "%" PRIu64, seen);
    check_judge(checks_add(&inspection->checks, id, 1, advice), passed, expected, text);
}

/* No segment is writable and executable, and no stack is executable. */
static void judge_rights(struct inspection *inspection, const struct elf *elf)
{
    uint64_t both = 0;
    uint64_t stacks = 0;

    for (size_t i = 0; i < elf->segment_count; i++) {
        const struct elf_segment *segment = &elf->segments[i];

        both += segment->type == PT_LOAD && (segment->flags & PF_W) && (segment->flags & PF_X);
        stacks += segment->type == PT_GNU_STACK && (segment->flags & PF_X);
    }
    judge_number(inspection, "image.write-xor-execute", both + stacks,
                 "0 segments that are writable and executable", both + stacks == 0,
                 "link it without -z execstack and without such a segment");
}

static void judge_linking(struct inspection *inspection, const struct elf *elf)
{
    const int is_process = elf->type == ET_DYN;
    int has_relro = 0;

    for (size_t i = 0; i < elf->segment_count; i++) {
        has_relro |= elf->segments[i].type == PT_GNU_RELRO;
    }
    judge_number(inspection, "image.interpreter", (uint64_t)elf->has_interpreter,
                 "0: nobody else loads it", !elf->has_interpreter, "link it statically");
    judge_number(inspection, "image.text-relocations", (uint64_t)elf->relocates_text,
                 "0: text is never written", !elf->relocates_text, "build it as -fPIE");
    judge_number(inspection, "image.relocations", elf->relocations - elf->relative,
                 is_process ? "0 that are not relative" : "0",
                 elf->relocations == elf->relative && (is_process || elf->relocations == 0),
                 "link it statically: no name is left to be found when it starts");
    if (is_process) {
        judge_number(inspection, "image.bound-now", (uint64_t)(elf->is_bound_now && has_relro),
                     "1: -z now and -z relro", elf->is_bound_now && has_relro,
                     "a name that is bound late is bound in the middle of a wipe, with all vector "
                     "registers on the stack");
    }
}

static const char *const unexpected = "a function computes, and asks nobody for anything: build it "
                                      "as pobf-host build does, or do not "
                                      "use it";

static void judge_sweep(struct inspection *inspection, const char *id, enum code_kind kind,
                        const struct elf_segment *segment, struct code_sweep *sweep)
{
    struct check *check = checks_add(&inspection->checks, id, 1, unexpected);

    if (code_sweep(sweep, kind, segment->bytes, segment->file_size, segment->address) == POBF_OK) {
        check_judge(check, sweep->refused + sweep->unknown == 0 && sweep->instructions > 0,
                    "only instructions of the list", sweep->first[0] == 0 ? "so" : sweep->first);
    }
}

static void judge_direct(struct inspection *inspection, const struct code_sweep *sweep)
{
    char text[64] = "so";

    if (sweep->astray > 0) {
        snprintf(text, sizeof text, "%zu do not, the first at 0x%" PRIx64, sweep->astray,
                 sweep->astray_at);
    }
    check_judge(checks_add(&inspection->checks, "code.jumps", 1,
                           "what runs would not be what is read here: do not use this image"),
                sweep->astray == 0, "direct jumps and calls lead to instructions that were read",
                text);
}

/* Not a failure: it takes a jump into the middle of an instruction, and what it gets is its end. */
static void tell_hidden(struct inspection *inspection, const struct code_sweep *sweep)
{
    struct check *check = checks_add(
        &inspection->checks, "code.hidden", 0,
        "a function that jumps there is ended all the same: in a process by a filter that knows "
        "the "
        "gate's own addresses, in a machine because such calls are off (tests/hostile/ask.c)");
    char text[96];

    if (sweep->hidden == 0) {
        check_judge(check, 1, "no system call at any offset", "so");
        return;
    }
    snprintf(text, sizeof text, "%zu inside of other instructions, the first at 0x%" PRIx64,
             sweep->hidden, sweep->hidden_at[0]);
    check_judge(check, 1, "none that is reached by reading on", text);
}

static void judge_entry(struct inspection *inspection, const struct elf *elf,
                        const struct elf_segment *text)
{
    char seen[32];

    snprintf(seen, sizeof seen, "0x%" PRIx64, elf->entry);
    check_judge(checks_add(&inspection->checks, "image.entry", 1, damaged),
                elf->entry >= text->address && elf->entry - text->address < text->file_size &&
                    text->file_size == text->memory_size,
                "in the text, which is in the file, all of it", seen);
}

static void inspect_function(struct inspection *inspection, const struct elf *elf)
{
    const struct elf_segment *text = &elf->segments[0];
    struct code_sweep sweep = {.instructions = 0};

    manifest_judge(&inspection->checks, inspection->facts, &elf->segments[3], &elf->segments[1]);
    judge_entry(inspection, elf, text);
    judge_sweep(inspection, "code.instructions", CODE_FUNCTION, text, &sweep);
    judge_direct(inspection, &sweep);
    tell_hidden(inspection, &sweep);
    json_object_set_new(inspection->facts, "instructions",
                        json_integer((json_int_t)sweep.instructions));
}

/* What must lie on every way through a function, and where it is to be found. */
struct rule {
    const char *id;
    const char *function;
    const char *end;
    struct flow_goal goal;
    unsigned kinds; /* 1 << kind */
};

#define MACHINE (1U << INSPECT_MACHINE)
#define MONITOR (1U << INSPECT_MONITOR)
#define KEEPER (1U << INSPECT_KEEPER)

static const struct rule rules[] = {
    {"flow.step-stack-wiped",
     "registers_wiped_call",
     NULL,
     {FLOW_STORE, "rep stos"},
     MACHINE | MONITOR},
    {"flow.step-registers-cleared",
     "registers_wiped_call",
     NULL,
     {FLOW_CALL, "registers_clear"},
     MACHINE | MONITOR},
    {"flow.x87-cleared", "registers_clear", NULL, {FLOW_CODE, "fninit"}, MACHINE | MONITOR},
    {"flow.mxcsr-cleared", "registers_clear", NULL, {FLOW_CODE, "ldmxcsr"}, MACHINE | MONITOR},
    {"flow.steps-on-the-vault", "ground_run", NULL, {FLOW_CALL, "registers_wiped_call"}, MACHINE},
    {"flow.end-forgets-keys", "pobf_end", NULL, {FLOW_CALL, "pobf_task_forget"}, MACHINE | MONITOR},
    {"flow.end-rewinds", "pobf_end", NULL, {FLOW_CALL, "pobf_zone_rewind"}, MACHINE | MONITOR},
    {"flow.end-compares", "pobf_end", NULL, {FLOW_CALL, "pobf_zone_compare"}, MACHINE | MONITOR},
    {"flow.call-ends", "call_run", NULL, {FLOW_GIVE, "pobf_end"}, MACHINE | MONITOR},
    {"flow.crossing-clears", "trustlet_cross", NULL, {FLOW_CALL, "registers_clear"}, MACHINE},
    {"flow.exit-wipes", "trustlet_main", NULL, {FLOW_CALL, "monitor_close"}, MACHINE},
    {"flow.exit-wipes", "main", "_exit", {FLOW_CALL, "monitor_close"}, MONITOR},
    {"flow.exit-wipes", "main", "_exit", {FLOW_CALL, "keeper_close"}, KEEPER},
    {"flow.close-wipes", "keeper_close", NULL, {FLOW_CALL, "guest_wipe"}, KEEPER},
};

/* The steps that touch a key or clear text, as they are entered (enclave/monitor/apart.S). */
static const char *const steps[] = {
    "apart_boot_begin",     "apart_boot_evidence",   "apart_boot_offer", "apart_call_load",
    "apart_call_take_size", "apart_call_take_steps", "apart_call_seal",  "apart_call_forget",
};
enum { STEPS = sizeof steps / sizeof steps[0] };

static const char *const unnamed =
    "give --symbols the same program with its names, or build without link-time optimisation";

static void judge_rule(struct inspection *inspection, const struct elf *elf,
                       const struct rule *rule)
{
    struct check *check = checks_add(&inspection->checks, rule->id, 1, unnamed);
    const enum flow_verdict verdict = flow_passes(elf, rule->function, rule->end, &rule->goal);
    char expected[CHECK_TEXT_ROOM];

    snprintf(expected, sizeof expected, "every way through %s passes %s", rule->function,
             rule->goal.name);
    check->field = rule->function;
    if (verdict != FLOW_CANNOT_TELL) {
        check_judge(check, verdict == FLOW_PASSES, expected,
                    verdict == FLOW_PASSES ? "so" : "a way around it");
    }
}

static void judge_steps(struct inspection *inspection, const struct elf *elf)
{
    struct rule rule = {.id = "flow.steps-on-the-vault",
                        .goal = {FLOW_CALL, "registers_wiped_call"}};

    for (size_t i = 0; i < STEPS; i++) {
        rule.function = steps[i];
        judge_rule(inspection, elf, &rule);
    }
}

/* How much is wiped after a step: the number in its text, where it is the same in all; else 0. */
static uint64_t step_bound(const struct elf *elf)
{
    const uint64_t bound = flow_constant(elf, steps[0], "ecx");

    for (size_t i = 1; i < STEPS; i++) {
        if (flow_constant(elf, steps[i], "ecx") != bound) {
            return 0;
        }
    }
    return bound;
}

/* The stack that every step runs on: how much of it is wiped is a number in the text. */
static void judge_bounds(struct inspection *inspection, const struct elf *elf)
{
    struct check *check = checks_add(&inspection->checks, "wipe.bound", 1, unnamed);
    const uint64_t bound = step_bound(elf);
    char text[32];

    if (elf_symbol(elf, steps[0]) != NULL) {
        snprintf(text, sizeof text, "%" PRIu64, bound);
        check_judge(check, bound != 0 && bound % PAGE == 0,
                    "a constant of the image, in whole pages", text);
    }
    check = checks_add(&inspection->checks, "wipe.stores", 1, unnamed);
    if (elf_symbol(elf, "pobf_wipe") != NULL) {
        check_judge(check, flow_writes(elf, "pobf_wipe"), "pobf_wipe writes, over and over",
                    flow_writes(elf, "pobf_wipe") ? "so" : "it writes nothing");
    }
}

static void judge_flow(struct inspection *inspection, const struct elf *elf)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if ((rules[i].kinds & 1U << inspection->kind) != 0) {
            judge_rule(inspection, elf, &rules[i]);
        }
    }
    if (inspection->kind != INSPECT_KEEPER) {
        judge_steps(inspection, elf);
        judge_bounds(inspection, elf);
    }
}

static void inspect_machine(struct inspection *inspection, const struct elf *elf)
{
    const struct elf_segment *gate = &elf->segments[0];
    const struct elf_segment *text = &elf->segments[1];
    struct code_sweep ring0 = {.instructions = 0};
    struct code_sweep sweep = {.instructions = 0};

    judge_number(inspection, "gate.size", gate->file_size, "three pages",
                 gate->file_size == GATE_BYTES && gate->memory_size == GATE_BYTES, damaged);
    judge_entry(inspection, elf, text);
    judge_sweep(inspection, "gate.instructions", CODE_GATE, gate, &ring0);
    judge_sweep(inspection, "code.instructions", CODE_MONITOR, text, &sweep);
    judge_direct(inspection, &sweep);
    judge_number(inspection, "code.crossings", sweep.crossings, "1: one way into the function",
                 sweep.crossings == 1, damaged);
    judge_flow(inspection, elf);
}

/* The same program with its names: what is loaded must be the same, byte for byte. */
static void take_symbols(struct inspection *inspection, struct elf *elf, const uint8_t *bytes,
                         size_t size)
{
    struct elf named;
    int taken = 0;

    if (size > 0) {
        if (elf_open(&named, bytes, size) == POBF_OK) {
            taken = elf_take_symbols(elf, &named);
            elf_close(&named);
        }
        check_judge(checks_add(&inspection->checks, "image.symbols", 1,
                               "they are of another build: give those of this one"),
                    taken, "the same segments as the image", taken ? "so" : "others");
    }
}

static void inspect_elf(struct inspection *inspection, const struct elf *elf)
{
    inspection->kind = kind_of(elf);
    check_judge(checks_add(&inspection->checks, "image.layout", 1, damaged),
                inspection->kind != INSPECT_UNKNOWN, "that of a function, a monitor or a keeper",
                inspect_kind_name(inspection->kind));
    judge_rights(inspection, elf);
    judge_linking(inspection, elf);
    if (inspection->kind == INSPECT_FUNCTION) {
        inspect_function(inspection, elf);
    } else if (inspection->kind == INSPECT_MACHINE) {
        inspect_machine(inspection, elf);
    } else if (inspection->kind != INSPECT_UNKNOWN) {
        judge_flow(inspection, elf);
    }
}

static void tell_digest(struct inspection *inspection, const uint8_t *bytes, size_t size)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof digest + 1];

    if (crypto_hash_sha256(digest, bytes, size) == 0) {
        sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
        json_object_set_new(inspection->facts, "measurement", json_string(hex));
    }
}

void inspect_image(struct inspection *inspection, const uint8_t *bytes, size_t size,
                   const uint8_t *symbols, size_t symbols_size)
{
    struct elf elf;
    enum pobf_status status;

    *inspection = (struct inspection){.facts = json_object()};
    tell_digest(inspection, bytes, size);
    status = elf_open(&elf, bytes, size);
    check_judge(checks_add(&inspection->checks, "image.format", 1, damaged), status == POBF_OK,
                "a whole 64-bit x86 program", status == POBF_OK ? "so" : "another file");
    if (status == POBF_OK) {
        take_symbols(inspection, &elf, symbols, symbols_size);
        inspect_elf(inspection, &elf);
        elf_close(&elf);
    }
    inspection->verdict = checks_verdict(&inspection->checks);
}

void inspect_close(struct inspection *inspection)
{
    json_decref(inspection->facts);
    *inspection = (struct inspection){.facts = NULL};
}
