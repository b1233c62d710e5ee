#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "enclave/image/image.h"
#include "tests/enclave/image/small.h"

static enum pobf_status parse(struct image *image, const struct file *file)
{
    return image_parse(image, (const uint8_t *)file, sizeof *file);
}

/* Spoil one thing: it is refused, in words that begin with the field, and nothing is left. */
#define assert_refused(spoil, field)                                                               \
    do {                                                                                           \
        struct file file = good();                                                                 \
        struct image image;                                                                        \
        struct image nothing = {0};                                                                \
        spoil;                                                                                     \
        assert_int_equal(parse(&image, &file), POBF_E_INPUT);                                      \
        assert_non_null(image.defect);                                                             \
        assert_memory_equal(image.defect, field, strlen(field));                                   \
        nothing.defect = image.defect;                                                             \
        assert_memory_equal(&image, &nothing, sizeof image);                                       \
    } while (0)

static void a_good_image_is_laid_out_part_after_part(void **state)
{
    const struct file file = good();
    struct image image;
    const struct image_part *const parts[] = {&image.call,  &image.variables, &image.stack,
                                              &image.input, &image.output,    &image.arena};
    uint64_t at = 0;

    (void)state;
    assert_int_equal(parse(&image, &file), POBF_OK);
    assert_null(image.defect);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_int_equal(parts[i]->at, at);
        assert_int_equal(parts[i]->size % PAGE, 0);
        at += parts[i]->size + PAGE; /* its guard */
    }
    assert_int_equal(image.zone_size, at);
    assert_int_equal(image.variables.size, 2 * PAGE);
    assert_int_equal(image.input.size, 2 * PAGE); /* 5000 and the tag */
    assert_int_equal(image.data.address, IMAGE_ZONE_AT + image.variables.at);
    assert_int_equal(image.entry, IMAGE_TEXT_AT + 8);
    assert_string_equal(image.manifest.name, "small");
}

static void the_measurement_covers_every_byte_and_the_policy_the_manifest(void **state)
{
    struct file file = good();
    struct image before;
    struct image after;

    (void)state;
    assert_int_equal(parse(&before, &file), POBF_OK);
    file.data[DATA_BYTES - 1] ^= 1;
    assert_int_equal(parse(&after, &file), POBF_OK);
    assert_memory_not_equal(before.measurement, after.measurement, POBF_DIGEST_BYTES);
    assert_memory_equal(before.policy, after.policy, POBF_DIGEST_BYTES);
    file.note.manifest.deadline_ms++;
    assert_int_equal(parse(&after, &file), POBF_OK);
    assert_memory_not_equal(before.policy, after.policy, POBF_DIGEST_BYTES);
}

static void an_image_without_variables_is_fine(void **state)
{
    struct file file = good();
    struct image image;

    (void)state;
    file.segment[2].p_vaddr = 0;
    file.segment[2].p_filesz = 0;
    file.segment[2].p_memsz = 0;
    assert_int_equal(parse(&image, &file), POBF_OK);
    assert_int_equal(image.variables.size, 0);
    assert_int_equal(image.stack.at, image.variables.at + PAGE);
}

static void a_file_that_ends_anywhere_too_early_is_refused(void **state)
{
    const struct file file = good();

    (void)state;
    for (size_t size = 0; size < sizeof file; size++) {
        uint8_t *cut = malloc(size + 1); /* so that a tool sees a read past the end */
        struct image image;

        assert_non_null(cut);
        memcpy(cut, &file, size);
        assert_int_equal(image_parse(&image, cut, size), POBF_E_INPUT);
        assert_non_null(image.defect);
        free(cut);
    }
}

/* What an accepted image may never be, whatever its bytes. */
static void assert_sound(const struct image *image, size_t file_size)
{
    const struct image_segment *const all[] = {&image->text, &image->constants, &image->data};

    for (int i = 0; i < 3; i++) {
        assert_true(all[i]->file_at <= file_size);
        assert_true(all[i]->file_size <= file_size - all[i]->file_at);
        assert_true(all[i]->file_size <= all[i]->memory_size);
    }
    assert_int_equal(image->text.address, IMAGE_TEXT_AT);
    assert_true(image->entry - image->text.address < image->text.memory_size);
    assert_true(image->text.address + image->text.memory_size <= image->constants.address);
    assert_true(image->constants.address + image->constants.memory_size <= IMAGE_ZONE_AT);
    assert_true(image->data.memory_size <= image->variables.size);
    assert_true(image->zone_size <= IMAGE_ZONE_MAX);
    assert_true(image->stack.size >= IMAGE_STACK_MIN);
}

static void every_flipped_bit_is_refused_or_harmless(void **state)
{
    struct file file = good();
    uint8_t *bytes = (uint8_t *)&file;
    unsigned refused = 0;

    (void)state;
    for (size_t i = 0; i < 8 * sizeof file; i++) {
        struct image image;

        bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        if (parse(&image, &file) == POBF_OK) {
            assert_sound(&image, sizeof file);
        } else {
            refused++;
        }
        bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    assert_true(refused > 1000);
}

static void a_file_that_is_no_static_program_is_refused(void **state)
{
    (void)state;
    assert_refused(file.header.e_ident[0] = 0, "ident");
    assert_refused(file.header.e_ident[EI_CLASS] = ELFCLASS32, "ident");
    assert_refused(file.header.e_ident[EI_PAD] = 1, "ident");
    assert_refused(file.header.e_type = ET_DYN, "type");
    assert_refused(file.header.e_machine = EM_386, "type");
}

static void any_other_set_of_segments_is_refused(void **state)
{
    (void)state;
    assert_refused(file.header.e_phnum = 3, "program headers");
    assert_refused(file.header.e_phnum = 0xffff, "program headers");
    assert_refused(file.header.e_phoff = UINT64_MAX, "program headers");
    assert_refused(file.segment[0].p_type = PT_INTERP, "segments");
    assert_refused(file.segment[3].p_type = PT_TLS, "segments");
}

static void what_is_writable_and_executable_is_refused(void **state)
{
    (void)state;
    assert_refused(file.segment[0].p_flags |= PF_W, "segments");
    assert_refused(file.segment[1].p_flags |= PF_W, "segments");
    assert_refused(file.segment[1].p_flags |= PF_X, "segments");
    assert_refused(file.segment[2].p_flags |= PF_X, "segments");
}

static void segments_that_overlap_or_reach_out_are_refused(void **state)
{
    (void)state;
    assert_refused(file.segment[0].p_vaddr = IMAGE_ZONE_AT, "text");
    assert_refused(file.segment[0].p_filesz = 0, "text");
    assert_refused(file.segment[1].p_vaddr = IMAGE_TEXT_AT, "constants");
    assert_refused(file.segment[1].p_vaddr = IMAGE_ZONE_AT, "constants");
    assert_refused(file.segment[1].p_vaddr = UINT64_MAX & ~UINT64_C(0xfff), "constants");
    assert_refused(file.segment[1].p_vaddr += 16, "constants");
    assert_refused(file.segment[2].p_vaddr = IMAGE_ZONE_AT, "variables");
    assert_refused(file.segment[2].p_vaddr = IMAGE_TEXT_AT, "variables");
    assert_refused(file.segment[0].p_offset = sizeof file, "segments");
    assert_refused(file.segment[2].p_offset = UINT64_MAX, "segments");
    assert_refused(file.segment[2].p_filesz = UINT64_MAX, "segments");
    assert_refused(file.segment[2].p_memsz = 8, "segments");
    assert_refused(file.segment[2].p_memsz = UINT64_MAX, "segments");
}

static void an_entry_outside_the_text_is_refused(void **state)
{
    (void)state;
    assert_refused(file.header.e_entry = 0, "entry");
    assert_refused(file.header.e_entry = IMAGE_TEXT_AT + TEXT_BYTES, "entry");
    assert_refused(file.header.e_entry = IMAGE_ZONE_AT + 2 * PAGE, "entry");
}

static void a_note_that_is_no_manifest_is_refused(void **state)
{
    (void)state;
    assert_refused(file.note.owner[0] = 'P', "note");
    assert_refused(file.note.type = 2, "note");
    assert_refused(file.note.owner_size = 4, "note");
    assert_refused(file.note.manifest_size = 96, "note");
    assert_refused(file.segment[3].p_filesz -= 1, "note");
    assert_refused(file.segment[3].p_offset += 4, "note");
    assert_refused(file.segment[1].p_offset -= 16, "note: it does not begin");
}

static void a_manifest_out_of_range_is_refused(void **state)
{
    (void)state;
    assert_refused(file.note.manifest.version = 1, "manifest, version");
    assert_refused(file.note.manifest.deadline_ms = 0, "manifest, deadline_ms");
    assert_refused(file.note.manifest.deadline_ms = IMAGE_DEADLINE_MAX_MS + 1,
                   "manifest, deadline_ms");
    assert_refused(file.note.manifest.stack = IMAGE_STACK_MIN - 1, "manifest, stack");
    assert_refused(file.note.manifest.input_max = UINT64_MAX, "manifest");
    assert_refused(file.note.manifest.output_max = IMAGE_ZONE_MAX + 1, "manifest");
    assert_refused(file.note.manifest.arena = IMAGE_ZONE_MAX, "manifest: the zone");
    assert_refused(file.note.manifest.files = 1, "manifest, files"); /* there is no directory */
    assert_refused(file.note.manifest.files = UINT64_MAX, "manifest, files");
    assert_refused(file.note.manifest.name[0] = 0, "manifest, name");
    assert_refused(file.note.manifest.name[2] = '\n', "manifest, name");
    assert_refused(file.note.manifest.name[IMAGE_NAME_ROOM - 1] = 'x', "manifest, name");
    assert_refused(memset(file.note.manifest.name, 'x', IMAGE_NAME_ROOM), "manifest, name");
}

/* A command of WASI, as small as one can be. */
static struct file good_wasi(void)
{
    struct file file = good();

    file.note.manifest.interface = IMAGE_WASI;
    file.note.manifest.fuel = 1;
    file.note.manifest.arena = IMAGE_WASM_PAGE;
    memcpy(file.note.manifest.arguments, "a\0bc", 5);
    memset(file.note.manifest.environment, 'x', IMAGE_TEXTS_ROOM - 1);
    return file;
}

static void a_good_wasi_command_is_taken(void **state)
{
    const struct file file = good_wasi();
    struct image image;

    (void)state;
    assert_int_equal(parse(&image, &file), POBF_OK);
    assert_int_equal(image.manifest.interface, IMAGE_WASI);
}

static void a_wasi_command_has_fuel_and_texts_that_end(void **state)
{
    (void)state;
    assert_refused((file = good_wasi(), file.note.manifest.fuel = 0), "manifest: fuel");
    assert_refused((file = good_wasi(), file.note.manifest.fuel = IMAGE_FUEL_MAX + 1),
                   "manifest: fuel");
    assert_refused((file = good_wasi(), file.note.manifest.arena++), "manifest: fuel or memory");
    assert_refused((file = good_wasi(), file.note.manifest.stderr_sealed = 2),
                   "manifest, interface");
    assert_refused((file = good_wasi(), file.note.manifest.arguments[IMAGE_TEXTS_ROOM - 1] = 'x'),
                   "manifest, arguments");
    assert_refused((file = good_wasi(), file.note.manifest.arguments[0] = '\0'),
                   "manifest, arguments");
    assert_refused((file = good_wasi(), file.note.manifest.environment[IMAGE_TEXTS_ROOM - 1] = 'x'),
                   "manifest, arguments");
}

static void a_native_function_has_nothing_of_a_wasi_command(void **state)
{
    (void)state;
    assert_refused(file.note.manifest.interface = IMAGE_INTERFACE_COUNT, "manifest, interface");
    assert_refused(file.note.manifest.fuel = 1, "manifest: a native");
    assert_refused(file.note.manifest.stderr_sealed = 1, "manifest: a native");
    assert_refused(file.note.manifest.arguments[0] = 'a', "manifest: a native");
    assert_refused(file.note.manifest.environment[9] = 'a', "manifest: a native");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_image_is_laid_out_part_after_part),
        cmocka_unit_test(the_measurement_covers_every_byte_and_the_policy_the_manifest),
        cmocka_unit_test(an_image_without_variables_is_fine),
        cmocka_unit_test(a_file_that_ends_anywhere_too_early_is_refused),
        cmocka_unit_test(every_flipped_bit_is_refused_or_harmless),
        cmocka_unit_test(a_file_that_is_no_static_program_is_refused),
        cmocka_unit_test(any_other_set_of_segments_is_refused),
        cmocka_unit_test(what_is_writable_and_executable_is_refused),
        cmocka_unit_test(segments_that_overlap_or_reach_out_are_refused),
        cmocka_unit_test(an_entry_outside_the_text_is_refused),
        cmocka_unit_test(a_note_that_is_no_manifest_is_refused),
        cmocka_unit_test(a_manifest_out_of_range_is_refused),
        cmocka_unit_test(a_good_wasi_command_is_taken),
        cmocka_unit_test(a_wasi_command_has_fuel_and_texts_that_end),
        cmocka_unit_test(a_native_function_has_nothing_of_a_wasi_command),
    };

    return cmocka_run_group_tests_name("enclave/image/image", tests, NULL, NULL);
}
