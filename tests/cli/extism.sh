#!/bin/sh
# Plug-ins of Extism: made as its kit for C makes them, and by hand; what they are denied, and what is refused.
set -eu
setup/install.sh wasm >/dev/null
. tests/cli/project.inc
. "$POBF_SHARE/tests/cli/wasm.inc"

# What the kit declares, of which a plug-in uses what it likes.
cat >extism.h <<'C'
#include <stdint.h>
#define EXTISM(name) __attribute__((import_module("extism:host/env"), import_name(#name))) extern
EXTISM(input_length) uint64_t input_length(void);
EXTISM(input_load_u8) uint8_t input_load_u8(uint64_t at);
EXTISM(input_load_u64) uint64_t input_load_u64(uint64_t at);
EXTISM(alloc) uint64_t extism_alloc(uint64_t size);
EXTISM(length) uint64_t extism_length(uint64_t at);
EXTISM(free) void extism_free(uint64_t at);
EXTISM(load_u8) uint8_t extism_load_u8(uint64_t at);
EXTISM(store_u8) void extism_store_u8(uint64_t at, uint8_t byte);
EXTISM(output_set) void output_set(uint64_t at, uint64_t size);
EXTISM(error_set) void error_set(uint64_t at);
EXTISM(config_get) uint64_t config_get(uint64_t at);
EXTISM(log_info) void log_info(uint64_t at);
#define EXPORT(name) __attribute__((export_name(#name))) int32_t name(void)
C
cat >vowels.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "extism.h"

static char vowels[32];

__attribute__((constructor)) static void begin(void)
{
    strcpy(vowels, "aeiouAEIOU");
}

static uint64_t put(const char *text)
{
    const uint64_t at = extism_alloc(strlen(text));

    for (uint64_t i = 0; text[i] != '\0'; i++) {
        extism_store_u8(at + i, (uint8_t)text[i]);
    }
    return at;
}

static void configure(void)
{
    const uint64_t name = put("vowels");
    const uint64_t at = config_get(name);
    const uint64_t size = at == 0 ? 0 : extism_length(at);

    for (uint64_t i = 0; i < size && i + 1 < sizeof vowels; i++) {
        vowels[i] = (char)extism_load_u8(at + i);
        vowels[i + 1] = '\0';
    }
    extism_free(name);
}

EXPORT(count_vowels)
{
    const uint64_t size = input_length();
    char *input = malloc(size + 8);
    char text[32];
    unsigned count = 0;
    uint64_t at;

    configure();
    for (uint64_t i = 0; i < size / 8; i++) {
        const uint64_t word = input_load_u64(8 * i);
        memcpy(input + 8 * i, &word, sizeof word);
    }
    for (uint64_t i = size / 8 * 8; i < size; i++) {
        input[i] = (char)input_load_u8(i);
    }
    for (uint64_t i = 0; i < size; i++) {
        count += strchr(vowels, input[i]) != NULL && input[i] != '\0';
    }
    log_info(put("it has counted"));
    snprintf(text, sizeof text, "{\"count\":%u}", count);
    at = put(text);
    output_set(at, strlen(text));
    return 0;
}

EXPORT(fail)
{
    error_set(put("it was asked to fail"));
    return 7;
}
C
clang --target=wasm32-wasi -mexec-model=reactor -O2 vowels.c -o vowels.wasm || no 'a plug-in is made'
image=vowels.image
printf 'Hello, World! How are you?' >in.txt
manifest vowels ',"arguments":["count_vowels"]' >vowels.json
expect 0 'build' "$host" build vowels.wasm
run 'a plug-in in C counts vowels' 0 '{"count":8}'
manifest vowels ',"arguments":["count_vowels"],"environment":{"vowel":"x","vowels":"lo"}' >vowels.json
expect 0 'build' "$host" build vowels.wasm
run 'its configuration is the environment of the manifest' 0 '{"count":7}'
printf 'lool' >in.txt
run 'control: it counts what it is told to' 0 '{"count":4}'
"$host" build vowels.wasm --out again.image >out
cmp -s vowels.image again.image || no 'it is built bit for bit the same'
ok 'it is built bit for bit the same'
manifest vowels ',"arguments":["fail"]' >vowels.json
expect 0 'build' "$host" build vowels.wasm
run 'another function of it fails, and its error is nobody else his' 1 'exit status 7'
manifest vowels ',"arguments":["fail"],"stderr":"seal"' >vowels.json
expect 0 'build' "$host" build vowels.wasm
run 'its error is told to who gave the input, where the manifest says so' 1 'exit status 7
it was asked to fail'
manifest vowels ',"arguments":["none"]' >vowels.json
expect 1 'a function that it does not have' "$host" build vowels.wasm
says 'a function that it does not have is refused, with one that it has' 'vowels.wasm: exports: it has 2 functions, as count_vowels'

# By hand: one function, whose name need not be said; what is denied, and what is out of its memory.
host_call() { printf '(import "extism:host/env" "%s" (func $%s %s))' "$1" "$1" "$2"; }
plug='(func (export "run") (result i32)'
echo x >in.txt
module denied <<W
(module $(host_call http_request '(param i64 i64) (result i64)') $plug (drop (call \$http_request (i64.const 0) (i64.const 0))) (i32.const 0)))
W
run 'who asks for HTTP ends there' 1 'trap: a call that is not offered here in http_request'
module variable <<W
(module $(host_call var_set '(param i64 i64)') $(host_call var_get '(param i64) (result i64)')
 $plug (if (i64.ne (call \$var_get (i64.const 16)) (i64.const 0)) (then (unreachable)))
 (call \$var_set (i64.const 16) (i64.const 16)) (i32.const 0)))
W
run 'a variable is not there, and cannot be set' 1 'trap: a call that is not offered here in var_set'
memory="$(host_call alloc '(param i64) (result i64)') $(host_call free '(param i64)') $(host_call length '(param i64) (result i64)')
$(host_call load_u8 '(param i64) (result i32)') $(host_call load_u64 '(param i64) (result i64)') $(host_call store_u8 '(param i64 i32)')
$(host_call store_u64 '(param i64 i64)') $(host_call output_set '(param i64 i64)') $(host_call input_load_u64 '(param i64) (result i64)')"
module outside <<W
(module $memory (func \$zero (param i64) (if (i64.ne (local.get 0) (i64.const 0)) (then (unreachable))))
 $plug (local \$at i64) (local \$next i64)
 (call \$zero (call \$alloc (i64.const 0))) (call \$zero (call \$alloc (i64.const -1)))
 (call \$zero (call \$alloc (i64.const 0x7fffffffffffffff))) (call \$zero (call \$alloc (i64.const 9000000)))
 (call \$zero (call \$input_load_u64 (i64.const 0))) (call \$zero (call \$input_load_u64 (i64.const -1)))
 (local.set \$at (call \$alloc (i64.const 20)))
 (if (i64.ne (call \$length (local.get \$at)) (i64.const 20)) (then (unreachable)))
 (call \$zero (call \$length (i64.add (local.get \$at) (i64.const 1)))) (call \$zero (call \$length (i64.const -8)))
 (call \$store_u64 (i64.const -1) (i64.const -1)) (call \$store_u8 (i64.const 0x100000000) (i32.const 1))
 (call \$store_u64 (i64.add (local.get \$at) (i64.const 28)) (i64.const -1))
 (call \$zero (call \$load_u64 (i64.const -1))) (call \$zero (call \$load_u64 (i64.const -4)))
 (call \$zero (call \$load_u64 (i64.add (local.get \$at) (i64.const 28))))
 (call \$free (i64.const 12345)) (call \$free (local.get \$at)) (call \$free (local.get \$at))
 (call \$zero (call \$length (local.get \$at)))
 (if (i64.ne (call \$alloc (i64.const 32)) (local.get \$at)) (then (unreachable)))
 (call \$store_u8 (local.get \$at) (i32.const 111)) (call \$store_u8 (i64.add (local.get \$at) (i64.const 1)) (i32.const 107))
 (call \$output_set (local.get \$at) (i64.const 2)) (i32.const 0)))
W
run 'what is out of its memory is 0, is lost, or is no block' 0 'ok'
module beyond <<W
(module $memory $plug (call \$output_set (i64.const 16) (i64.const -1)) (i32.const 0)))
W
run 'an output out of its memory is none' 1 'trap: out of bounds memory or table access in output_set'
module much <<W
(module $memory $plug (local \$at i64) (local.set \$at (call \$alloc (i64.const 5000)))
 (call \$output_set (local.get \$at) (i64.const 5000)) (i32.const 0)))
W
ends 'more output than the manifest allows' 'more output than the manifest allows'
module blocks <<W
(module $memory $plug (local \$n i32)
 (loop \$more (if (i64.ne (call \$alloc (i64.const 1)) (i64.const 0)) (then
  (local.set \$n (i32.add (local.get \$n) (i32.const 1))) (br \$more))))
 (i32.ne (local.get \$n) (i32.const 1024))))
W
run 'there are as many blocks as there are' 0 ''
module endless <<W
(module $memory $plug (loop \$on (call \$free (call \$alloc (i64.const 8))) (br \$on)) (i32.const 0)))
W
run 'who asks on and on runs out of fuel' 1 'trap: out of fuel in a call of WASI'

refused 'a call that Extism has not' 'imports: extism:host/env.exec: there is no such call of Extism' <<W
(module (import "extism:host/env" "exec" (func)) $plug (i32.const 0)))
W
refused 'a call of another type' 'imports: extism:host/env.alloc: its type is not the one of that call' <<W
(module (import "extism:host/env" "alloc" (func (param i32) (result i32))) $plug (i32.const 0)))
W
refused "a host's own functions" 'imports: extism:host/user.hello: only wasi_snapshot_preview1 and extism:host/env are offered' <<W
(module (import "extism:host/user" "hello" (func)) $plug (i32.const 0)))
W
refused 'a plug-in with nothing to call' 'exports: a plug-in of Extism has a function of type (:i)' <<W
(module (import "extism:host/env" "input_length" (func (result i64))) (func (export "run")))
W
