#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "enclave/translate/module.h"

enum { BUDGET = 65536, ROOM = 4096 };

/* A module under construction: sections are put behind its head, one after the other. */
struct writer {
    uint8_t bytes[ROOM];
    size_t size;
};

#define HEAD "\0asm\1\0\0\0"
#define TYPES "\2\140\0\0\140\4\177\177\177\177\1\177" /* () -> (); i32 x4 -> i32 */
#define IMPORT "\26wasi_snapshot_preview1\7fd_read\0\1"
#define EXPORTS "\1\6_start\0\1"

static void put(struct writer *writer, const char *bytes, size_t size)
{
    assert_true(size <= sizeof writer->bytes - writer->size);
    memcpy(writer->bytes + writer->size, bytes, size);
    writer->size += size;
}

static void put_section(struct writer *writer, char id, const char *bytes, size_t size)
{
    const char head[] = {id, (char)((size & 0x7f) | 0x80), (char)(size >> 7)};

    put(writer, head, sizeof head);
    put(writer, bytes, size);
}
#define SECTION(writer, id, text) put_section(writer, id, text, sizeof(text) - 1)

/* One that reads, and starts: the least that passes. One section can be another, or left out. */
static void write_module(struct writer *writer, int other, const char *text, size_t size)
{
    static const struct {
        int id;
        const char *text;
        size_t size;
    } sections[] = {
        {1, TYPES, sizeof TYPES - 1},
        {2, "\1" IMPORT, sizeof IMPORT},
        {3, "\1\0", 2},
        {4, "\1\160\0\3", 4},
        {5, "\1\0\1", 3},
        {7, EXPORTS, sizeof EXPORTS - 1},
        {10, "\1\2\0\13", 4},
    };

    writer->size = 0;
    put(writer, HEAD, 8);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        if (sections[i].id != other) {
            put_section(writer, (char)sections[i].id, sections[i].text, sections[i].size);
        } else if (text != NULL) {
            put_section(writer, (char)other, text, size);
        }
    }
}

static enum pobf_status check(struct module *module, size_t *kept, struct writer *writer)
{
    return module_check(module, kept, writer->bytes, writer->size, BUDGET, 0);
}

static void a_command_of_wasi_passes_and_is_counted(void **state)
{
    struct writer writer;
    struct module module;
    size_t kept;

    (void)state;
    write_module(&writer, -1, NULL, 0);
    assert_int_equal(check(&module, &kept, &writer), POBF_OK);
    assert_int_equal(kept, writer.size);
    assert_int_equal(module.types, 2);
    assert_int_equal(module.elements, 3);
    assert_int_equal(module.functions, 1);
    assert_int_equal(module.pages, 1);
    assert_true(module.imports_wasi && module.has_memory && !module.has_names);
}

/* Put another section in the place of the good one: it is refused in words that begin so. */
static void refuses(int id, const char *text, size_t size, const char *why)
{
    struct writer writer;
    struct module module;
    size_t kept;

    write_module(&writer, id, text, size);
    assert_int_equal(check(&module, &kept, &writer), POBF_E_INPUT);
    assert_int_equal(kept, 0);
    if (strstr(module.defect, why) == NULL) {
        fail_msg("%s: not: %s", module.defect, why);
    }
}
#define REFUSES(id, text, why) refuses(id, text, sizeof(text) - 1, why)

static void an_import_that_is_not_offered_is_named(void **state)
{
    (void)state;
    REFUSES(2, "\1\3env\3foo\0\1", "imports: env.foo: only wasi_snapshot_preview1");
    REFUSES(2, "\1\17extism:host/env\4exec\0\1", "env.exec: there is no such call of Extism");
    REFUSES(2, "\1\17extism:host/env\5alloc\0\1", "env.alloc: its type");
    REFUSES(2, "\1\17extism:host/use\5alloc\0\1", "use.alloc: only wasi_snapshot_preview1");
    REFUSES(2, "\1\26wasi_snapshot_preview1\7fd_reed\0\1", "preview1.fd_reed: there is no such");
    REFUSES(2, "\1\26wasi_snapshot_preview1\7fd_read\0\0", "preview1.fd_read: its type");
    REFUSES(2, "\1\26wasi_snapshot_preview1\7fd_read\2\0\1", "preview1.fd_read: there is no such");
    REFUSES(2, "\1\26wasi_snapshot_preview1\7fd_read\0\7", "preview1.fd_read: its type");
}

/* wasm2c 1.0.32 prints names into comments as they are, and so would compile what is in this one. */
static void a_name_that_would_become_code_is_refused(void **state)
{
    (void)state;
    REFUSES(7, "\2\6_start\0\1\20*/ int evil; /* \0\1", "exports: a name");
    REFUSES(7, "\2\6_start\0\1\2a\n\0\1", "exports: a name");
    REFUSES(7, "\2\6_start\0\1\2a\\\0\1", "exports: a name");
    REFUSES(2, "\1\3*/e\3foo\0\1", "imports: a name");
}

static void a_module_that_is_no_command_is_refused(void **state)
{
    (void)state;
    REFUSES(7, "\1\5start\0\1", "there is no _start");
    REFUSES(7, "\1\6_start\0\0", "_start: not a function of type (:)");
    REFUSES(7, "\1\6_start\2\0", "_start: not a function of type (:)");
    REFUSES(7, "\1\6_start\0\11", "_start: not a function of type (:)");
    refuses(7, NULL, 0, "there is no _start");
    REFUSES(7, "\1\12pobf_alloc\0\1", "pobf_alloc: not a function of type (i:i)");
    REFUSES(7, "\1\13pobf_handle\0\0", "pobf_handle: not a function of type (ii:I)");
}

static void what_is_too_large_or_not_supported_is_named(void **state)
{
    (void)state;
    REFUSES(5, "\1\0\2", "memory: it begins with 131072 bytes");
    REFUSES(5, "\1\0\200\200\4", "memory: it begins with 4294967296 bytes");
    REFUSES(5, "\2\0\1\0\1", "memories: more than one");
    REFUSES(5, "\1\3\1\1", "memory: shared");
    REFUSES(5, "\1\4\1", "memory: shared and 64-bit");
    REFUSES(4, "\1\160\0\201\200\100", "tables: more than");
    REFUSES(1, "\1\140\1\173\0", "types: SIMD");
    REFUSES(1, "\201\100", "types: more than");
    REFUSES(3, "\1\11", "functions: one of a type");
}

/* What a tool could choke on is found without one; what is just not too much passes. */
static void code_that_a_tool_could_choke_on_is_refused(void **state)
{
    struct writer writer;
    struct module module;
    size_t kept;

    (void)state;
    REFUSES(10, "\1\10\1\377\377\377\377\17\177\13", "code: more than 10000 locals in function 1");
    REFUSES(10, "\1\6\1\221\316\0\177\13", "code: more than 10000 locals");
    write_module(&writer, 10, "\1\6\1\220\316\0\177\13", 8);
    assert_int_equal(check(&module, &kept, &writer), POBF_OK);
    REFUSES(10, "\1\4\0\375\14\13", "code: function 1: SIMD");
    REFUSES(10, "\1\4\0\376\3\13", "code: function 1: threads");
    REFUSES(10, "\1\4\0\22\0\13", "code: function 1: tail calls");
    REFUSES(10, "\1\4\0\10\0\13", "code: function 1: exceptions");
    REFUSES(10, "\1\3\0\377\13", "code: function 1: an instruction that is not known (0xff)");
    REFUSES(10, "\1\377\377\377\377\17\0\13", "code: the section ends within function 1");
}

/* Blocks in each other, up to the most and one beyond. */
static void blocks_have_a_depth(void **state)
{
    (void)state;
    for (int deep = 499; deep <= 500; deep++) {
        const size_t size = 2 * (size_t)deep + (size_t)deep + 2;
        char text[2048] = {1, (char)((size & 0x7f) | 0x80), (char)(size >> 7), 0};
        struct writer writer;
        struct module module;
        size_t kept;

        for (int i = 0; i < deep; i++) {
            memcpy(text + 4 + 2 * i, "\2\100", 2);
        }
        memset(text + 4 + 2 * deep, 11, (size_t)deep + 1);
        write_module(&writer, 10, text, 3 + size);
        assert_int_equal(check(&module, &kept, &writer), deep < 500 ? POBF_OK : POBF_E_INPUT);
    }
}

static void what_does_not_end_where_it_says_is_refused(void **state)
{
    (void)state;
    REFUSES(5, "\1\0\1\0", "memory: the section does not end");
    REFUSES(5, "\1\0\200\200\200\200\20", "memory: the section does not end");
    REFUSES(4, "\377\377\377\377\17\160\0\0", "tables");
    REFUSES(2, "\377\377\377\377\17", "imports");
}

static void sections_twice_or_out_of_order_are_refused(void **state)
{
    struct writer writer;
    struct module module;
    size_t kept;

    (void)state;
    write_module(&writer, -1, NULL, 0);
    SECTION(&writer, 5, "\1\0\1");
    assert_int_equal(check(&module, &kept, &writer), POBF_E_INPUT);
    assert_non_null(strstr(module.defect, "twice, or too late"));
    write_module(&writer, -1, NULL, 0);
    SECTION(&writer, 13, "");
    assert_int_equal(check(&module, &kept, &writer), POBF_E_INPUT);
    assert_non_null(strstr(module.defect, "not known"));
}

/* What is kept of a module with one more custom section. */
static size_t kept_of(struct module *module, const char *section, size_t size)
{
    struct writer writer;
    size_t kept;

    write_module(&writer, -1, NULL, 0);
    put_section(&writer, 0, section, size);
    assert_int_equal(check(module, &kept, &writer), POBF_OK);
    return kept;
}
#define KEPT(module, text) kept_of(module, text, sizeof(text) - 1)

static void only_harmless_names_are_kept_of_custom_sections(void **state)
{
    struct writer writer;
    struct module module;

    (void)state;
    write_module(&writer, -1, NULL, 0);
    assert_true(KEPT(&module, "\4name\1\6\1\1\3foo") > writer.size);
    assert_true(module.has_names);
    assert_int_equal(KEPT(&module, "\4name\1\6\1\1\3*/x"), writer.size);
    assert_false(module.has_names);
    assert_int_equal(KEPT(&module, "\4name\1\7\1\1\3foo"), writer.size);
    assert_int_equal(KEPT(&module, "\4name\11\6\1\1\3*/x"), writer.size);
    assert_int_equal(KEPT(&module, "\4name\2\10\1\0\1\0\3*/x"), writer.size);
    assert_int_equal(KEPT(&module, "\4name\0\4\3*/x"), writer.size);
    assert_true(KEPT(&module, "\4name\0\4\3foo") > writer.size);
    assert_true(KEPT(&module, "\4name\2\10\1\0\1\0\3foo") > writer.size);
    assert_int_equal(KEPT(&module, "\11producers\0"), writer.size);
    assert_int_equal(KEPT(&module, ""), writer.size);
}

static void a_module_that_ends_anywhere_too_early_is_refused(void **state)
{
    struct writer whole;

    (void)state;
    write_module(&whole, -1, NULL, 0);
    for (size_t size = 0; size < whole.size - 7; size++) { /* without code it would be one */
        uint8_t *cut = malloc(size + 1);
        struct module module;
        size_t kept;

        assert_non_null(cut);
        memcpy(cut, whole.bytes, size);
        assert_int_equal(module_check(&module, &kept, cut, size, BUDGET, 0), POBF_E_INPUT);
        assert_true(module.defect[0] != '\0');
        free(cut);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_of_wasi_passes_and_is_counted),
        cmocka_unit_test(an_import_that_is_not_offered_is_named),
        cmocka_unit_test(a_name_that_would_become_code_is_refused),
        cmocka_unit_test(a_module_that_is_no_command_is_refused),
        cmocka_unit_test(what_is_too_large_or_not_supported_is_named),
        cmocka_unit_test(code_that_a_tool_could_choke_on_is_refused),
        cmocka_unit_test(blocks_have_a_depth),
        cmocka_unit_test(what_does_not_end_where_it_says_is_refused),
        cmocka_unit_test(sections_twice_or_out_of_order_are_refused),
        cmocka_unit_test(only_harmless_names_are_kept_of_custom_sections),
        cmocka_unit_test(a_module_that_ends_anywhere_too_early_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
