#!/bin/sh
# Programs that forget are judged by their machine code; each way to spoil one is named.
set -eu
build=$(realpath "$1")
share=$PWD
POBF_SHARE=$PWD
export POBF_SHARE
pobf=$build/pobf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ok() { echo "ok: $1"; }
no() { echo "FAILED: $1" >&2; cat "$work/out" "$work/err" >&2; exit 1; }
# expect CODE SENTENCE COMMAND...: the command ends with this code
expect() {
    code=$1 sentence=$2 seen=0
    shift 2
    "$@" >"$work/out" 2>"$work/err" || seen=$?
    [ "$seen" -eq "$code" ] || no "$sentence (exit code $seen, expected $code)"
}
# refused CHECK SENTENCE FILE: judged, and refused for this check
refused() {
    expect 1 "$2" "$pobf" inspect --image "$3" --json
    jq -e --arg id "$1" '.verdict == "refused" and .exit_code == 1 and
        any(.checks[]; .id == $id and .result == "fail" and .expected != "" and .seen != "")' \
        "$work/out" >/dev/null || no "$2: $1 should have failed"
    ok "$2"
}

# A function, and what its developer might put into it.
"$build/pobf-host" new bad --in "$work" >/dev/null 2>&1
function() {
    cat >"$work/bad/function.c" <<END
#include "pobf_function.h"

int pobf_function(struct pobf_call *call)
{
    __asm__("$1");
    return (int)call->input_size & 1;
}
END
    "$build/pobf-host" build "$work/bad" --out "$work/bad.image" >"$work/out" 2>"$work/err" ||
        no "building with $1"
}
function 'nop'
expect 0 'a function' "$pobf" inspect --image "$work/bad.image"
grep -q '"deadline_ms": 1000' "$work/out" && grep -q 'function image: affirmed' "$work/out" ||
    no 'a good function is affirmed, and its manifest printed'
ok 'a good function is affirmed, and its manifest printed'
cp "$work/bad.image" "$work/good.image"
while read -r instruction; do
    function "$instruction"
    refused code.instructions "refused: $instruction" "$work/bad.image"
done <<'END'
syscall
sysenter
int $0x80
int1
cli
hlt
in $0x10, %al
out %al, $0x10
rdtsc
rdtscp
rdrand %rax
cpuid
xgetbv
rdpmc
wrfsbase %rax
rdgsbase %rax
mov %rax, %cr3
mov %cr0, %rax
mov %rax, %dr7
mov %eax, %ds
mov %ds, %eax
wrmsr
rdmsr
lgdt (%rax)
sgdt (%rax)
invlpg (%rax)
vmcall
vmmcall
iretq
lretq
monitor
mwait
xsave (%rax)
fxsave (%rax)
swapgs
clac
xbegin .
.byte 0x0f, 0x0b, 0x0f, 0x04
END
function 'jmp 1f + 2; 1: movabs $0x050f90909090, %rax'
refused code.jumps 'a jump into the middle of an instruction is seen' "$work/bad.image"
function 'movabs $0x050f90909090, %rax; xor %eax, %eax'
expect 0 'a hidden call' "$pobf" inspect --image "$work/bad.image"
grep -q 'code.hidden.*1 inside of other instructions' "$work/err" || no 'a system call inside of a constant is told'
ok 'a system call inside of a constant is told'
function 'vbroadcasti128 (%rsp), %ymm0; vpaddd %ymm0, %ymm1, %ymm1; vpternlogd $0x96, %zmm0, %zmm0, %zmm20; nop'
expect 0 'vectors' "$pobf" inspect --image "$work/bad.image"
ok 'vector instructions may be there, those too that the disassembler does not know'

# spoil OFFSET BYTES SENTENCE CHECK: the good image, with some bytes changed
spoil() {
    cp "$work/good.image" "$work/spoiled.image"
    printf "$2" | dd of="$work/spoiled.image" bs=1 seek="$1" conv=notrunc status=none
    refused "$4" "$3" "$work/spoiled.image"
}
spoil 68 '\007' 'text that can be written' image.layout
spoil $((64 + 2 * 56 + 4)) '\007' 'variables that can be run' image.layout
spoil 24 '\000\000\000\000' 'an entry that is elsewhere' image.entry
note=$(($(readelf -lW "$work/good.image" | awk '$1 == "NOTE" { print $2 }')))
spoil $((note + 20)) '\002' 'a manifest of another version' manifest.version
spoil $((note + 24)) '\000\000\000\000' 'a deadline of no time' manifest.deadline_ms
spoil $((note + 28 + 7)) '\001' 'an input of no end' manifest.input_max
spoil $((note + 84)) '\033' 'a name that moves cursors' manifest.name
spoil $((note + 60)) '\001' 'a native function with fuel' manifest.fuel
spoil $((note + 68)) '\001' 'files that are not there' manifest.files
spoil $((note + 76)) '\002' 'an interface that nobody knows' manifest.interface
spoil 0 '\177OLF' 'another file' image.format
spoil 32 '\377\377\377\377' 'headers that are nowhere' image.format
head -c 100 "$work/good.image" >"$work/short"
refused image.format 'the beginning of an image' "$work/short"
refused image.format 'an empty file' /dev/null
refused image.interpreter 'a program that somebody else loads' "$build/pobf-host"

# The programs that are shipped, and a monitor that somebody spoiled.
for program in pobf-monitor pobf-trustlet; do
    expect 0 "$program" "$pobf" inspect --image "$build/$program"
    ok "$program is affirmed"
done
expect 3 'no names' "$pobf" inspect --image "$build/trustlet.elf"
grep -q '???? *flow.step-stack-wiped' "$work/err" || no 'without names nobody can tell'
ok 'without names nobody can tell'
expect 0 'names' "$pobf" inspect --image "$build/trustlet.elf" --symbols "$build/trustlet.symbols"
ok 'the monitor of a machine is affirmed, with its names'
expect 1 'names of others' "$pobf" inspect --image "$build/trustlet.elf" --symbols "$build/pobf-monitor"
grep -q 'FAIL *image.symbols' "$work/err" || no 'names of another build are refused'
ok 'names of another build are refused'

# monitor CHECK SENTENCE SOURCE EXPRESSION [OPTION]: one file edited before it is built
monitor() {
    sed -e "$4" "$share/$3" >"$work/variant.${3##*.}"
    cmp -s "$share/$3" "$work/variant.${3##*.}" && no "$2: the edit changed nothing"
    main="$build/enclave/main/pobf-monitor.o"
    [ "$3" != enclave/main/pobf-monitor.c ] || main=
    ${CC:-gcc} -std=c11 -D_GNU_SOURCE -O2 -fPIE -static-pie -w -Wl,-z,relro,-z,now -I"$share" ${5:-} \
        "$work/variant.${3##*.}" $main "$build/libenclave.a" "$build/libedge.a" "$build/libframework.a" \
        -l:libsodium.a -l:libseccomp.a -o "$work/monitor" >"$work/out" 2>"$work/err" || no "$2: it does not build"
    refused "$1" "$2" "$work/monitor"
}
monitor flow.step-stack-wiped 'a step whose stack is not wiped' enclave/process/wiped_call.S '/rep stosb/d'
monitor flow.step-registers-cleared 'a step that leaves registers' enclave/process/wiped_call.S '0,/call registers_clear/{//d}'
monitor flow.x87-cleared 'x87 registers that are left' enclave/process/wiped_call.S '/fninit$/d'
monitor flow.end-rewinds 'an end that does not rewind' framework/chain/end.c 's/^    pobf_zone_rewind(zone);/    (void)zone;/'
monitor flow.end-compares 'an end that does not compare' framework/chain/end.c 's/!pobf_zone_compare(zone) ||//'
monitor flow.end-forgets-keys 'an end with a way around' framework/chain/end.c 's/^    pobf_task_forget(task);/    if (receipt->exit != 7) { pobf_task_forget(task); }/'
monitor flow.exit-wipes 'an exit that does not wipe' enclave/main/pobf-monitor.c '/monitor_close/d'
monitor wipe.stores 'a wipe that stores nothing' framework/core/wipe.c 's/secret\[i\] = 0;//'
monitor flow.steps-on-the-vault 'a step on the ordinary stack' enclave/monitor/apart.S 's/^    jmp registers_wiped_call/    jmp \\step/'
monitor wipe.bound 'a wipe as long as somebody says' enclave/monitor/apart.S 's/mov $VAULT_STACK_BYTES, %ecx/mov 8(%rdi), %ecx/'
monitor wipe.bound 'one step whose wipe is shorter' enclave/monitor/apart.S 's/mov $VAULT_STACK_BYTES, %ecx/.ifc \\step, call_seal\n    mov $64, %ecx\n    .else\n    &\n    .endif/'
monitor image.bound-now 'names that are bound late' framework/core/wipe.c 's/secret/private/' '-Wl,-z,norelro'
expect 2 'two files' "$pobf" inspect --image "$work/good.image" "$work/good.image"
expect 2 'no file' "$pobf" inspect
expect 3 'a file that is not there' "$pobf" inspect --image "$work/nothing"
ok 'usage is 2, and a file that is not there 3'
