#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "edge/cli/file.h"
#include "enclave/translate/meter.h"

/*
 * Loops at random, many of which can be paid at once (rounds.h), built as for a memory that is
 * guarded and as for one that grows, where each round pays: all cost the same, and do the same.
 */
enum { FUNCTIONS = 96, LOCALS = 4, TEXT_MAX = 1 << 24 };

static char folder[] = "/tmp/pobf-meter-XXXXXX";
static FILE *out;
static uint32_t seed = 5;
static uint32_t labels;

static uint32_t draw(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)seed * below >> 32);
}

static uint32_t draw_number(void)
{
    static const uint32_t numbers[] = {0,  1,  2,    3,          4,          8,         16,
                                       24, 48, 4096, 0x7fffffff, 0x80000000, UINT32_MAX};

    return draw(3) == 0 ? -numbers[draw(10)] : numbers[draw(sizeof numbers / sizeof numbers[0])];
}

static uint32_t draw_step(void)
{
    const uint32_t few = 1 + draw(8);

    return draw(4) == 0 ? draw_number() : draw(2) == 0 ? few : -few;
}

static void put_value(int depth)
{
    static const char *const instructions[] = {"add", "xor", "mul", "sub", "lt_u", "rem_u"};
    const uint32_t kind = depth > 2 ? draw(2) : draw(6);

    if (kind == 0) {
        fprintf(out, "(local.get %u)", draw(LOCALS));
    } else if (kind == 1) {
        fprintf(out, "(i32.const %u)", draw_number());
    } else if (kind == 2) {
        fprintf(out, "(i32.load (i32.and (i32.const 65528) ");
        put_value(depth + 1);
        fprintf(out, "))");
    } else {
        fprintf(out, "(i32.%s ", instructions[draw(sizeof instructions / sizeof *instructions)]);
        put_value(depth + 1);
        put_value(depth + 1);
        fprintf(out, ")");
    }
}

/* It changes the local only now and then, for in a loop that counts nothing else does. */
static void put_statement(uint32_t local)
{
    static const char *const begins[] = {"(i32.store (i32.and (i32.const 65528) ", "(global.set 0 ",
                                         "(br_if $out ", "(local.set "};
    const uint32_t kind = draw(10) < 6 ? 0 : 1 + draw(3);

    fprintf(out, "%s", begins[kind]);
    if (kind == 0) {
        put_value(0);
        fprintf(out, ")");
    } else if (kind == 3) {
        fprintf(out, "%u ", draw(5) == 0 ? draw(LOCALS) : (local + 1) % LOCALS);
    }
    put_value(0);
    fprintf(out, ")\n");
}

/* The branch back: in each shape that is found, and as something near to one. */
static void put_branch(uint32_t label, uint32_t local)
{
    static const char *const shapes[] = {
        "(br_if $l%1$u (i32.ne %2$s %3$s))",
        "(br_if $l%1$u (i32.ne %3$s %2$s))",
        "(br_if $l%1$u %2$s)",
        "(br_if $l%1$u (i32.lt_u %2$s %3$s))",
        "(br_if $l%1$u (i32.eq %2$s %3$s))",
        "(br_table $l%1$u $out $l%1$u %2$s)",
        "(br_if $out (i32.eqz %2$s)) (br $l%1$u)",
    };
    enum { FOUND = 3, COUNT = sizeof shapes / sizeof shapes[0] };
    char step[96], end[32];

    snprintf(step, sizeof step, "(local.tee %u (i32.add (local.get %u) (i32.const %u)))", local,
             local, draw_step());
    if (draw(2) == 0) {
        snprintf(end, sizeof end, "(local.get %u)", (local + 2) % LOCALS);
    } else {
        snprintf(end, sizeof end, "(i32.const %u)", draw_number());
    }
    fprintf(out, shapes[draw(4) > 0 ? draw(FOUND) : draw(COUNT)], label, step, end);
    fprintf(out, "\n");
}

static void put_loop(int depth)
{
    const uint32_t label = labels++;
    const uint32_t local = draw(LOCALS);

    fprintf(out, "(loop $l%u\n", label);
    if (depth < 2 && draw(2) == 0) {
        put_loop(depth + 1);
    }
    for (uint32_t i = draw(3); i > 0; i--) {
        put_statement(local);
    }
    put_branch(label, local);
    if (draw(5) == 0) {
        put_statement(local); /* paid with the round, and not in it */
    }
    fprintf(out, ")\n");
}

static void run(const char *format, const char *a, const char *b)
{
    char command[1024];

    snprintf(command, sizeof command, format, folder, a, b);
    if (system(command) != 0) {
        fail_msg("failed: %s", command);
    }
}

static FILE *open_new(const char *name)
{
    char path[64];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return fopen(path, "w");
}

static void write_module(void)
{
    out = open_new("module.wat");
    assert_non_null(out);
    fprintf(out, "(module (memory 1 1) (global (mut i32) (i32.const 0))\n");
    for (int i = 0; i < FUNCTIONS; i++) {
        fprintf(out,
                "(func (export \"f%d\") (param i32 i32) (result i32) (local i32 i32)\n"
                "(local.set 2 (i32.const 96)) (block $out\n",
                i);
        put_loop(0);
        fprintf(out, ") (i32.xor (i32.xor (local.get 0) (local.get 1))"
                     " (i32.xor (local.get 2) (local.get 3))))\n");
    }
    fprintf(out, ")\n");
    assert_int_equal(fclose(out), 0);
}

static void write_calls(void)
{
    fprintf(out, "#include \"meter_calls.h\"\n"
                 "static u32 (*const all[])(Z_module_instance_t *, u32, u32) = {\n");
    for (int i = 0; i < FUNCTIONS; i++) {
        fprintf(out, "Z_moduleZ_f%d,\n", i);
    }
    fprintf(out, "};\nint main(void)\n{\n    call_all(all, %d);\n}\n", FUNCTIONS);
}

static void write_translated(void)
{
    char path[64];
    uint8_t *text;
    size_t size;

    snprintf(path, sizeof path, "%s/module.c", folder);
    assert_int_equal(file_read(&text, &size, path, TEXT_MAX), POBF_OK);
    out = open_new("translated.c");
    assert_non_null(out);
    fprintf(out, "#include \"module.h\"\n#include \"instructions.h\"\n");
    assert_int_equal(meter_module(out, (const char *)text, size), POBF_OK);
    write_calls();
    assert_int_equal(fclose(out), 0);
    file_free(text, size);
}

/* Build the module and call all of it; what that says is in the file `name`. */
static void call_built(const char *name, const char *options)
{
    run("cd %1$s && gcc -std=gnu11 -O2 -fno-pie -no-pie -fno-stack-protector -ffixed-r13 "
        "-ffixed-r14 -march=x86-64-v2 -fvect-cost-model=dynamic -fno-strict-aliasing -fwrapv -w "
        "-DPOBF_WASM_REGISTERS -I. -I\"$OLDPWD/enclave/wasm\" "
        "-I\"$OLDPWD/tests/enclave/translate\" %3$s -o %2$s.bin && ./%2$s.bin >%2$s",
        name, options);
}

/* How many lines of a file are like the pattern. */
static int count(const char *pattern, const char *name)
{
    char command[256];
    int lines = -1;
    FILE *grep;

    snprintf(command, sizeof command, "grep -c '%s' '%s/%s'", pattern, folder, name);
    grep = popen(command, "r");
    assert_non_null(grep);
    assert_int_equal(fscanf(grep, "%d", &lines), 1);
    (void)pclose(grep);
    return lines;
}

static int is_same(const char *a, const char *b)
{
    char command[256];

    snprintf(command, sizeof command, "cmp '%s/%s' '%s/%s'", folder, a, folder, b);
    return system(command) == 0;
}

static void loops_cost_the_same_whether_paid_at_once_or_by_the_round(void **state)
{
    (void)state;
    write_module();
    run("cd %s && wat2wasm module.wat -o module.wasm && wasm2c -n module -o module.c module.wasm",
        "", "");
    write_translated();
    call_built("each", "translated.c");
    call_built("at-once", "-DPOBF_WASM_GUARD translated.c");
    assert_true(count("WASM_PAY_ROUNDS(", "translated.c") >= 40);
    assert_true(count("end.*end.*no fuel;$", "each") >= 100); /* and with a step less it does not */
    assert_int_equal(count("end.*end.*end", "each"), 0);
    assert_true(is_same("each", "at-once"));
}

/* The control: an outer loop does not pay where the one right at its head is paid at once. */
static void a_step_a_round_too_few_is_seen(void **state)
{
    (void)state;
    run("cd %s && sed -z 's/WASM_CHARGE_LOOP(1);\\n\\(if (%s\\)/\\1/g' translated.c >%s",
        "WASM_PAY_ROUNDS", "less.c");
    call_built("less", "-DPOBF_WASM_GUARD less.c");
    assert_false(is_same("each", "less"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_cost_the_same_whether_paid_at_once_or_by_the_round),
        cmocka_unit_test(a_step_a_round_too_few_is_seen),
    };
    int failed;

    if (system("command -v wat2wasm >/dev/null && command -v wasm2c >/dev/null") != 0) {
        printf("SKIP: no wabt: setup/install.sh wasm\n");
        return 0;
    }
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    run("rm -r %s", "", "");
    return failed;
}
