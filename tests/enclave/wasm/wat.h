#ifndef POBF_TESTS_ENCLAVE_WASM_WAT_H
#define POBF_TESTS_ENCLAVE_WASM_WAT_H

/* A WebAssembly module from its text, as an image; and calls of it, one after the other, at one boot. */
#include "tests/enclave/harness.h"

/* 1, and it is said, where the tools that make one are not installed. */
static inline int wat_skips(void)
{
    const int skips = system("command -v wat2wasm >/dev/null && command -v wasm2c >/dev/null") != 0;

    if (skips) {
        printf("SKIP: no wabt: setup/install.sh wasm\n");
    }
    return skips || harness_skips();
}

static inline void wat_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* Open a link to an image of the module whose text that is, as pobf-host builds it. `packed`: of /file. */
static inline struct link *wat_open_packed(const char *name, const char *text, const char *packed)
{
    char stem[HARNESS_PATH_ROOM], path[HARNESS_PATH_ROOM + 8], command[2 * HARNESS_PATH_ROOM + 64];
    char image[HARNESS_PATH_ROOM + 8], share[HARNESS_PATH_ROOM], manifest[512];

    assert_non_null(getcwd(share, sizeof share));
    assert_int_equal(setenv("POBF_SHARE", share, 1), 0);
    snprintf(stem, sizeof stem, "%s/tests/enclave/wasm/%s-%d", harness_folder(), name,
             (int)getpid());
    snprintf(path, sizeof path, "%s.wat", stem);
    wat_write(path, text);
    snprintf(path, sizeof path, "%s.packed", stem);
    wat_write(path, packed);
    snprintf(path, sizeof path, "%s.json", stem);
    snprintf(manifest, sizeof manifest,
             "{\"name\":\"%s-%d\",\"interface\":\"wasi\",\"input_max\":4096,\"output_max\":4096,"
             "\"memory\":262144,\"stack\":65536,\"fuel\":100000000,\"deadline_ms\":60000,"
             "\"files\":{\"file\":\"%s-%d.packed\"}}",
             name, (int)getpid(), name, (int)getpid());
    wat_write(path, manifest);
    snprintf(command, sizeof command, "wat2wasm --debug-names '%s.wat' -o '%s.wasm'", stem, stem);
    assert_int_equal(system(command), 0);
    snprintf(image, sizeof image, "%s.image", stem);
    snprintf(command, sizeof command, "'%s/pobf-host' build '%s.wasm' --out '%s' >/dev/null",
             harness_folder(), stem, image);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "rm '%s'.*", stem);
    {
        struct link *link = harness_open(image);

        assert_int_equal(system(command), 0);
        return link;
    }
}

static inline struct link *wat_open(const char *name, const char *text)
{
    return wat_open_packed(name, text, "");
}

/* Imports, and what writes: the byte at 32, in the output. */
#define WAT_BEGIN                                                                                  \
    "(module"                                                                                      \
    " (import \"wasi_snapshot_preview1\" \"fd_write\""                                             \
    "  (func $write (param i32 i32 i32 i32) (result i32)))"                                        \
    " (import \"wasi_snapshot_preview1\" \"fd_read\""                                              \
    "  (func $read (param i32 i32 i32 i32) (result i32)))"                                         \
    " (import \"wasi_snapshot_preview1\" \"random_get\""                                           \
    "  (func $random (param i32 i32) (result i32)))"                                               \
    " (memory 1)"                                                                                  \
    " (data (i32.const 0) \"\\20\\00\\00\\00\\01\\00\\00\\00\")"                                   \
    " (func $put (param i32)"                                                                      \
    "  (i32.store8 (i32.const 32) (local.get 0))"                                                  \
    "  (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))"
#define WAT_START " (func (export \"_start\")"

#endif
