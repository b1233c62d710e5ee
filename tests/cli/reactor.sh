#!/bin/sh
# A module that is initialised when it is built, and asked once in each call: C with a linker's reactor,
# what is refused, and how initialisation and a call end when they end badly.
set -eu
setup/install.sh wasm >/dev/null
. tests/cli/project.inc
. "$POBF_SHARE/tests/cli/wasm.inc"

cat >words.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *words[4];
static char *result;

__attribute__((constructor)) static void before(void)
{
    words[0] = strdup("zero");
}

__attribute__((export_name("pobf_init"))) void pobf_init(void)
{
    for (int i = 1; i < 4; i++) {
        words[i] = malloc(16);
        sprintf(words[i], "number %d", i);
    }
    result = malloc(100);
    puts("not for any answer");
    fputs("nor this\n", stderr);
}

__attribute__((export_name("pobf_alloc"))) void *pobf_alloc(size_t size)
{
    return malloc(size + 1);
}

__attribute__((export_name("pobf_handle"))) unsigned long long pobf_handle(char *at, size_t size)
{
    at[size] = '\0';
    if (strcmp(at, "exit\n") == 0) {
        fputs("it was asked to\n", stderr);
        exit(3);
    }
    if (strcmp(at, "abort\n") == 0) {
        abort();
    }
    if (strcmp(at, "far\n") == 0) {
        return ~0ULL;
    }
    if (strcmp(at, "much\n") == 0) {
        return 8192;
    }
    sprintf(result, "%s, %s: %s", words[0], words[3], at);
    strcpy(words[3], "spoilt");
    return (unsigned long long)(size_t)result << 32 | strlen(result);
}
C
clang --target=wasm32-wasi -O2 -mexec-model=reactor -o words.wasm words.c
manifest words ',"stderr":"seal"' >words.json
echo decoy >snapshot # by the name that the build has for its own
expect 0 'build' "$host" build words.wasm
ok 'a reactor in C is built'
mkdir elsewhere
cp words.wasm words.json elsewhere
expect 0 'build' env TMPDIR="$work/elsewhere" "$host" build elsewhere/words.wasm
cmp -s words.image elsewhere/words.image || no 'built elsewhere it is the same, bit for bit'
ok 'built elsewhere it is the same, bit for bit, and so is what its initialisation left'
expect 0 'inspect' "$build/pobf" inspect --image words.image
ok 'inspect affirms its image'
image=words.image
printf 'one' >in.txt
run 'constructors and pobf_init have run before the call' 0 'zero, number 3: one'
run 'so it is before the next one' 0 'zero, number 3: one'
: >in.txt
run 'an empty input' 0 'zero, number 3: '
echo exit >in.txt
run 'an exit status is a failure, and nothing from initialisation is in its message' 1 \
    'exit status 3
it was asked to'
echo abort >in.txt
run 'a trap in the call' 1 'trap: unreachable in w2c_abort'
echo far >in.txt
run 'a result that is not in the memory' 1 \
    'trap: out of bounds memory or table access in pobf_handle'
echo much >in.txt
ends 'a result that is larger than the manifest allows' 'more output than the manifest allows'

# What initialisation left stands apart in the memory, with pages of zeros between: in the first byte of
# a page, in the last one, in the first page and in the last. Each call puts it together, and spoils it.
module apart <<'WAT'
(module (memory 3)
 (func $put (param i32) (i32.store8 (local.get 0) (i32.add (i32.const 97) (i32.rem_u (local.get 0) (i32.const 26)))))
 (func (export "pobf_init")
  (call $put (i32.const 0)) (call $put (i32.const 8191)) (call $put (i32.const 65536)) (call $put (i32.const 196607)))
 (func (export "pobf_alloc") (param i32) (result i32) (i32.const 100000))
 (func $take (param i32 i32)
  (i32.store8 (local.get 0) (i32.load8_u (local.get 1))) (i32.store8 (local.get 1) (i32.const 33)))
 (func (export "pobf_handle") (param i32 i32) (result i64)
  (call $take (i32.const 20000) (i32.const 0)) (call $take (i32.const 20001) (i32.const 8191))
  (call $take (i32.const 20002) (i32.const 65536)) (call $take (i32.const 20003) (i32.const 196607))
  (i32.store8 (i32.const 20004) (i32.add (i32.const 48) (i32.load8_u (i32.const 8192))))
  (i64.const 0x4e2000000005)))
WAT
: >in.txt
run 'memory that is mostly zeros is what initialisation left' 0 'abqv0'
run 'and so it is after a call that has written there' 0 'abqv0'

handlers='(func (export "pobf_alloc") (param i32) (result i32) (i32.const 0))
 (func (export "pobf_handle") (param i32 i32) (result i64) (i64.const 0))'
# fails SENTENCE TEXT: the text on stdin cannot be initialised, for that reason
fails() {
    wat2wasm --debug-names --enable-all -o bad.wasm - || exit 1
    manifest bad >bad.json
    expect 1 "$1" "$host" build bad.wasm
    [ ! -e bad.image ] || no "$1: an image was left"
    says "$1" "$2" 'it cannot be initialised'
}
fails 'an initialisation that traps' 'trap: unreachable in w2c_pobf_init' <<WAT
(module (memory 1) (func (export "pobf_init") unreachable) $handlers)
WAT
fails 'a start section that traps' 'trap: unreachable in w2c_first' <<WAT
(module (memory 1) (func \$first unreachable) (start \$first) $handlers)
WAT
fails 'an initialisation without an end' 'trap: out of fuel in w2c_pobf_init' <<WAT
(module (memory 1) (func (export "pobf_init") (loop (br 0))) $handlers)
WAT
fails 'an initialisation that exits' 'it ended by proc_exit' <<WAT
(module (import "wasi_snapshot_preview1" "proc_exit" (func \$exit (param i32))) (memory 1)
 (func (export "pobf_init") (call \$exit (i32.const 0))) $handlers)
WAT
fails 'an initialisation that writes what looks like its outcome, and exits' 'it ended by proc_exit' <<WAT
(module (import "wasi_snapshot_preview1" "proc_exit" (func \$exit (param i32)))
 (import "wasi_snapshot_preview1" "fd_write" (func \$write (param i32 i32 i32 i32) (result i32)))
 (memory 1) (data (i32.const 0) "\\10\\00\\00\\00\\18") (data (i32.const 16) "\\08") (data (i32.const 32) "variables")
 (func (export "pobf_init") (drop (call \$write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
  (call \$exit (i32.const 0))) $handlers)
WAT
fails 'an initialisation that writes to stderr, and traps' 'title?[2J' <<WAT
(module (import "wasi_snapshot_preview1" "fd_write" (func \$write (param i32 i32 i32 i32) (result i32)))
 (memory 1) (data (i32.const 0) "\\10\\00\\00\\00\\09") (data (i32.const 16) "title\\1b[2J")
 (func (export "pobf_init") (drop (call \$write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
  unreachable) $handlers)
WAT
refused 'a reactor without pobf_handle' 'both pobf_alloc and pobf_handle' <<WAT
(module (memory 1) (func (export "pobf_alloc") (param i32) (result i32) (i32.const 0)))
WAT
refused 'a reactor that is a command, too' 'and no _start' <<WAT
(module (memory 1) (func (export "_start")) $handlers)
WAT
refused 'a pobf_init of another type' 'pobf_init: not a function of type (:)' <<WAT
(module (memory 1) (func (export "pobf_init") (result i32) (i32.const 0)) $handlers)
WAT
