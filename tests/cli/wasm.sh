#!/bin/sh
# What a developer does with WebAssembly: C with wasi-libc, a module alone; what is refused; how it
# ends when it ends badly.
set -eu
setup/install.sh wasm >/dev/null
. tests/cli/project.inc
. "$POBF_SHARE/tests/cli/wasm.inc"
start='(memory (export "memory") 1) (func (export "_start")'

# A new project.
expect 0 'new' "$host" new count --lang wasm
expect 0 'run' "$host" run count --in count/sample.txt
cmp -s out count/expected.txt || no 'a new project gives what is expected'
says 'a new project builds and runs at once, and is billed' 'the function returned' ' steps'
: >in.txt
image=count/count.image
run 'a failure says why' 1 'exit status 1
the input is empty'
expect 2 'new' "$host" new other --lang cobol
says 'a language that is not there' 'c, wasm, js or rust'
expect 2 'new' "$host" new other --lang wasm --with-contracts
[ ! -e other ] || no 'a folder was left'

# C with wasi-libc: arguments, environment, stdin, stdout, stderr, exit status.
mkdir -p words/
cat >words/words.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int main(int argc, char **argv)
{
    char line[256];
    unsigned count = 0;

    while (fgets(line, sizeof line, stdin) != NULL) {
        count += (unsigned)strlen(line);
        if (strcmp(line, "fail\n") == 0) {
            fprintf(stderr, "it was asked to\n");
            return 3;
        }
        if (strcmp(line, "abort\n") == 0) {
            abort();
        }
    }
    printf("%s %d %s %u %ld\n", argv[0], argc, getenv("MODE"), count, (long)time(NULL));
    return fopen("/etc/passwd", "r") != NULL;
}
C
manifest words ',"stderr":"seal","arguments":["words","-v"],"environment":{"MODE":"quick"}' \
    >words/pobf.json
printf 'what is forgotten\ncannot be told\n' >in.txt
expect 0 'build' "$host" build words
[ "$(cat out)" = "$(sha256sum words/words.image)" ] || no 'build prints what sha256sum prints'
image=words/words.image
run 'C with wasi-libc has its input, arguments, environment, and a clock that stands still' 0 \
    'words 2 quick 33 0'
mkdir -p "a b"
cp -r words "a b/w"
rm "a b/w/words.image"
expect 0 'build' env TMPDIR="$work/a b" "$host" build "a b/w"
cmp -s words/words.image "a b/w/words.image" || no 'built elsewhere it is the same, bit for bit'
ok 'built elsewhere it is the same, bit for bit'
sed -i s/quick/slow/ "a b/w/pobf.json"
expect 0 'build' "$host" build "a b/w"
cmp -s words/words.image "a b/w/words.image" && no 'another environment is another measurement'
ok 'another environment is another measurement'
expect 0 'measure' "$host" measure words/words.image
grep -q 'memory 1048576' out && grep -q '^environment  MODE=quick' out || no 'measure'
ok 'measure says memory, fuel, arguments and environment'
expect 0 'inspect' "$build/pobf" inspect --image words/words.image
grep -q '"MODE=quick"' out && grep -q '"interface": "wasi"' out || no 'inspect'
ok 'inspect says them too, and affirms the image'
echo fail >in.txt
run 'an exit status and what stood on stderr are the message of a failure' 1 \
    'exit status 3
it was asked to'
echo abort >in.txt
run 'a trap names its kind and the function of the module' 1 'trap: unreachable in w2c_abort'

# Modules that end badly, each in its way.
: >in.txt
module divide <<WAT
(module $start (drop (i32.div_s (i32.const 1) (i32.load (i32.const 0))))))
WAT
run 'a division by zero' 1 'trap: integer divide by zero in w2c__start'
module spin <<WAT
(module $start (loop (br 0))))
WAT
run 'an endless loop runs out of fuel' 1 'trap: out of fuel in w2c__start'
says 'and is billed all of it' 'used up the fuel' '50000000 steps'
module fill <<WAT
(module (memory 1)
 (func (export "_start") (loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br 0))))
WAT
run 'so does one that lets memory.fill do the work' 1 'trap: out of fuel in w2c__start'
module locals <<WAT
(module (memory 1) (func \$zeros (local $(yes i64 | head -500 | tr '\n' ' ')))
 (func (export "_start") (local \$i i32) (loop (call \$zeros)
  (local.set \$i (i32.add (local.get \$i) (i32.const 1)))
  (br_if 0 (i32.lt_u (local.get \$i) (i32.const 1000000))))))
WAT
run 'so does one that lets the zeros of locals do it' 1 'trap: out of fuel in w2c_zeros'
module texts ",\"environment\":{\"A\":\"$(printf %0250d 0)\"}" <<WAT
(module (import "wasi_snapshot_preview1" "environ_get" (func \$get (param i32 i32) (result i32)))
 (memory 1)
 (func (export "_start") (local \$i i32) (loop (drop (call \$get (i32.const 0) (i32.const 8)))
  (local.set \$i (i32.add (local.get \$i) (i32.const 1)))
  (br_if 0 (i32.lt_u (local.get \$i) (i32.const 1500000))))))
WAT
run 'and one that has its environment copied' 1 'trap: out of fuel in a call of WASI'
# turn NAME BRANCH: a loop that only branches back, with 30 values that each move by one place
turn() {
    thirty=$(yes i32 | head -30 | tr '\n' ' ')
    module "$1" <<WAT
(module (type \$turn (func (param $thirty) (result $thirty))) (memory 1)
 (func (export "_start") (local \$i i32)
 (block (result $thirty) $(yes '(i32.const 1)' | head -30) (loop (type \$turn) (i32.const 2)
  (local.set \$i (i32.add (local.get \$i) (i32.const 1)))
  (i32.lt_u (local.get \$i) (i32.const 2000000)) $2))
 $(yes '(drop)' | head -30)))
WAT
}
turn turn '(br_if 0) (return)'
run 'one that branches with many values' 1 'trap: out of fuel in w2c__start'
turn table '(i32.eqz) (br_table 0 1)'
run 'or has a table of such branches' 1 'trap: out of fuel in w2c__start'
turn always '(if (then) (else (return))) (br 0)'
run 'or has no choice' 1 'trap: out of fuel in w2c__start'
module deep <<WAT
(module (memory 1) (func \$deep (call \$deep)) (func (export "_start") (call \$deep)))
WAT
run 'an endless descent ends before the stack does' 1 'trap: call stack exhausted in w2c_deep'
module reach <<WAT
(module $start (i32.store8 (i32.const 65536) (i32.const 1))))
WAT
run 'the first byte behind the memory' 1 \
    'trap: out of bounds memory or table access in w2c__start'
module far <<WAT
(module $start (drop (i64.load offset=4294967295 (i32.const 0xffffffff)))))
WAT
run 'the last address that there is' 1 'trap: out of bounds memory or table access in w2c__start'
module table <<WAT
(module (memory 1) (table 2 funcref) (type \$t (func))
 (func (export "_start") (call_indirect (type \$t) (i32.const 1))))
WAT
run 'an element that is not there' 1 \
    'trap: undefined element or indirect call type mismatch in w2c__start'
module first <<WAT
(module (memory 1) (func \$first unreachable) (start \$first) (func (export "_start")))
WAT
run 'a start section that traps' 1 'trap: unreachable in w2c_first'
module grow <<WAT
(module (import "wasi_snapshot_preview1" "proc_exit" (func \$exit (param i32)))
 (memory 1) (func (export "_start")
 (if (i32.ne (memory.grow (i32.const 15)) (i32.const 1)) (then (call \$exit (i32.const 1))))
 (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then (call \$exit (i32.const 2))))
 (i32.store8 (i32.const 1048575) (i32.const 7))
 (i32.store8 (i32.const 1048576) (i32.const 7))))
WAT
says 'a module that has less memory than it may have is told how it would be faster' '--initial-memory=1048576'
run 'memory grows to its budget, and not a page beyond' 1 \
    'trap: out of bounds memory or table access in w2c__start'
module fixed <<WAT
(module (memory 16) (func (export "_start") (i32.store8 (i32.const 1048576) (i32.const 7))))
WAT
expect 0 'build' "$host" build fixed.wasm
! grep -q hint err || no 'there is a hint for nothing'
ends 'behind a memory that cannot grow there is nothing' 'touched memory outside'
expect 1 'run' "$host" run fixed.wasm --in in.txt
says 'who has its source is told how to find out more' 'hint: with --explain'
mkdir temporary
expect 1 'run --explain' env TMPDIR="$PWD/temporary" "$host" run fixed.wasm --in in.txt --explain
gives 'then it says in which function that was' 'trap: out of bounds memory or table access in w2c__start'
[ -z "$(ls -A temporary)" ] || no 'what was built to find that out is gone'
ends 'the image is as it was' 'touched memory outside'
expect 2 'run --explain' "$host" run fixed.image --in in.txt --explain
says 'an image cannot be built in another way' 'give its folder or its source'
# Where memory is fixed a loop that counts is paid at once, where it grows each round is: to a step the same.
counts() { # counts NAME PAGES FUEL CODE TEXT
    module "$1" <<WAT
(module (memory $2) (func (export "_start") (local \$i i32) (loop \$next (i32.store (local.get \$i) (local.get \$i))
 (br_if \$next (i32.ne (local.tee \$i (i32.add (local.get \$i) (i32.const 4))) (i32.const 40000))))))
WAT
    sed -i "s/\"fuel\":[0-9]*/\"fuel\":$3/" "$1.json"
    expect 0 'build' "$host" build "$1.wasm"
    run "10000 rounds with fuel of $3, and a memory of $2 pages at first" "$4" "$5"
}
for pages in 1 16; do
    counts at$pages $pages 100003 0 ''
    counts at$pages $pages 100002 1 'trap: out of fuel in w2c__start'
done
mkdir all
manifest all >all/pobf.json
cat >all/all.c <<'C'
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    void *volatile taken = malloc(900000);

    printf("%d %lu\n", taken != NULL, 65536 * (unsigned long)__builtin_wasm_memory_size(0));
    if (getchar() == 'x') {
        *(volatile char *)0x100000 = 1;
    }
    return 0;
}
C
expect 0 'build' "$host" build all
image=all/all.image
run 'C has all of its memory from the start, for malloc too' 0 '1 1048576'
echo x >in.txt
ends 'and there is nothing behind it' 'touched memory outside'
: >in.txt
module flood <<WAT
(module (import "wasi_snapshot_preview1" "fd_write" (func \$write (param i32 i32 i32 i32) (result i32)))
 (memory 1) (data (i32.const 0) "\10\00\00\00\00\20\00\00")
 (func (export "_start") (drop (call \$write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
WAT
ends 'more output than the manifest allows is none at all' 'more output than the manifest allows'
module quiet <<WAT
(module (import "wasi_snapshot_preview1" "fd_write" (func \$write (param i32 i32 i32 i32) (result i32)))
 (import "wasi_snapshot_preview1" "proc_exit" (func \$exit (param i32)))
 (memory 1) (data (i32.const 0) "\10\00\00\00\06\00\00\00") (data (i32.const 16) "secret")
 (func (export "_start") (drop (call \$write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
  (call \$exit (i32.const 9))))
WAT
run 'what is written to stderr is nowhere unless the manifest seals it' 1 'exit status 9'
module outside <<WAT
(module (import "wasi_snapshot_preview1" "fd_write" (func \$write (param i32 i32 i32 i32) (result i32)))
 (import "wasi_snapshot_preview1" "proc_exit" (func \$exit (param i32)))
 (memory 1) (data (i32.const 0) "\f0\ff\00\00\20\00\00\00")
 (func (export "_start")
  (call \$exit (call \$write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
WAT
run 'a call of WASI reads nothing behind the memory' 1 'exit status 21'

# What a call costs is a matter of the module and its input alone: a step less does not do.
for pages in 1 16; do
    wat2wasm -o cost.wasm - <<WAT
(module (memory $pages) (global \$n (mut i32) (i32.const 0))
 (func \$twice (param i32) (result i32) (local i64) (i32.add (local.get 0) (local.get 0)))
 (func (export "_start") (local \$i i32)
 (memory.fill (i32.const 0) (i32.const 1) (i32.const 800))
 (loop (local.set \$i (i32.add (local.get \$i) (i32.const 1)))
  (global.set \$n (call \$twice (local.get \$i)))
  (br_if 0 (i32.lt_u (local.get \$i) (i32.const 1000))))))
WAT
    image=cost.image
    for fuel in 18108 18107; do
        manifest cost | sed "s/50000000/$fuel/" >cost.json
        expect 0 'build' "$host" build cost.wasm
        if [ "$fuel" -eq 18108 ]; then
            run "with a memory of $pages pages the work costs $fuel steps" 0 ''
        else
            run 'and with one less it is out of fuel' 1 'trap: out of fuel in w2c_f0'
        fi
    done
done

# What does not get to be an image.
refused 'an import that is not offered is named' 'imports: env.system: only' <<WAT
(module (import "env" "system" (func)) $start))
WAT
refused 'a name that would become code is refused' 'exports: a name' <<WAT
(module $start) (func (export "x' */ int injected(void) { return 1; } /* '")))
WAT
refused 'a memory beyond the budget' 'memory: it begins with 2147483648 bytes' <<WAT
(module (memory 32768) (func (export "_start")))
WAT
refused 'a module that is no command' 'there is no _start' <<WAT
(module (func (export "run")))
WAT
refused 'SIMD' 'code: function 0: SIMD (0xfd): not supported' <<WAT
(module $start (drop (i32x4.extract_lane 0 (v128.const i32x4 1 2 3 4)))))
WAT
refused 'a tail call' 'code: function 0: tail calls (0x12): not supported' <<WAT
(module (memory 1) (func \$f (export "_start") (return_call \$f)))
WAT
deep=$(yes '(block' | head -600) && ends=$(yes ')' | head -600)
refused 'blocks that are too deep for a tool' 'code: function 0: more than 500 blocks in each other' <<WAT
(module $start $deep $ends))
WAT
refused 'code that is not valid' 'is not valid' --no-check <<WAT
(module $start (drop (i32.add (i32.const 1)))))
WAT
: >empty
for file in /dev/null empty in.txt words; do
    cp -r "$file" odd.wasm
    expect "$([ -f "$file" ] && echo 1 || echo 3)" "$file" "$host" build odd.wasm
    rm -r odd.wasm
done
ok 'an empty file, a text, a device and a folder are no modules'
