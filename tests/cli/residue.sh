#!/bin/sh
# The binary check in small: a tenth of `make binary`, and that its tool can say no, and cannot tell.
set -eu
build=$(realpath "$1")
out=$build/proofs/binary
residue=$out/residue
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
    ok "$sentence"
}

"$residue" zoo "$out/zoo/zoo" mended:no_wipe 1 >"$work/out" 2>"$work/err" || {
    grep -q 'lets nothing be looked at' "$work/err" || no 'the control'
    echo 'SKIP: no ptrace, or no process namespaces'
    exit 0
}
# A certificate is for `make binary`, whose verdict this does not touch.
mkdir -p "$work/build/proofs"
for program in pobf pobf-host pobf-verifier pobf-monitor pobf-trustlet trustlet.elf trustlet.symbols proofs/binary; do
    ln -s "$build/$program" "$work/build/$program"
done
seen=0
proofs/binary/run.sh "$work/build" some >"$work/out" 2>"$work/err" || seen=$?
grep '^SKIP: ' "$work/err" || true # animals that this processor has no register for
json=$work/build/binary.json
[ "$seen" -ne 1 ] && [ "$seen" -ne 2 ] || no 'a tenth of the check'
jq -e 'all(.runs[] | select(.backend == "process"); .differing_bytes == 0 and .pairs == 2 and .published_bytes > 100)' \
    "$json" >/dev/null || no 'nothing of input, key or draws is left in a process'
ok 'nothing of input, key or draws is left in a process'
if [ -w /dev/kvm ]; then
    jq -e 'all(.runs[] | select(.backend == "kvm"); .differing_bytes == 0 and .bytes > 1000000)' "$json" \
        >/dev/null || no 'nor in a machine'
    ok 'nor in a machine'
else
    echo 'SKIP: no /dev/kvm'
fi
jq -e '.zoo.total >= 8 and .zoo.found == .zoo.total and .zoo.twins_flagged == 0 and .false_alarms.alarms == 0' \
    "$json" >/dev/null || no 'a tenth of the zoo is found, and nothing that is mended'
ok 'a tenth of the zoo is found, and nothing that is mended'

jq -e '(.checks | length) > 70 and all(.checks[]; .result == "yes") and
    ([.checks[] | select(.id == "time.flows")] | length) == 12 and ([.checks[] | select(.id == "time.dudect")] | length) == 5' \
    "$json" >/dev/null || { jq -c '.checks[]? | select(.result != "yes")' "$json" >"$work/out"; no 'images, linking and constant time'; }
ok 'images, linking and constant time are as they must be'

# A tool that is missing.
mkdir "$work/none"
printf '#!/bin/sh\nexit 127\n' >"$work/none/valgrind"
chmod +x "$work/none/valgrind"
expect 3 'where valgrind is missing nobody can tell' \
    env PATH="$work/none:$PATH" proofs/binary/checks.sh "$work/build" 20000
jq -e 'any(.[]; .id == "time.flows" and .result == "cannot tell")' "$work/out" >/dev/null || no 'and that is said'

# What the checks of constant time say of a comparison that ends early, in the code itself.
sed 's/any = (uint8_t)(any | (a\[i\] != b\[i\]));/if (a[i] != b[i]) { return 1; }/' framework/core/bytes.c >"$work/bytes.c"
cmp -s framework/core/bytes.c "$work/bytes.c" && no 'the comparison is another now'
for tool in flows timing; do
    ${CC:-gcc} -std=c11 -O2 -w -fPIE -static-pie -I. "$out/constant/$tool.o" "$work/bytes.c" "$build/libframework.a" \
        -l:libsodium.a -lm -o "$work/$tool" 2>"$work/err" || no "a leaky $tool"
done
valgrind -q --suppressions=proofs/binary/constant/verdicts.supp "$work/flows" >"$work/out" 2>"$work/err" || no 'valgrind'
jq -s -e 'any(.[]; .target == "compare" and .reports > 0)' "$work/out" >/dev/null || no 'a branch on a secret is reported'
ok 'a branch on a secret is reported'
"$work/timing" 100000 >"$work/out"
jq -s -e 'any(.[]; .target == "compare" and .t > 10)' "$work/out" >/dev/null || no 'and its time tells'
ok 'and its time tells'

image=$work/keep.image
POBF_SHARE=$PWD "$build/pobf-host" new keep --in "$work" >/dev/null 2>&1
cp tests/hostile/keep.c "$work/keep/function.c"
POBF_SHARE=$PWD "$build/pobf-host" build "$work/keep" --out "$image" >/dev/null 2>&1
expect 0 'the monitor with no leak in it' "$residue" process "$out/zoo/seeded" "$image" s key 2 none
expect 1 'the monitor that keeps a key' "$residue" process "$out/zoo/seeded" "$image" s key 2 keys_not_wiped
grep -q '"places":\[{"name":' "$work/out" || no 'it says where'
expect 2 'no pairs at all' "$residue" process "$build/pobf-monitor" "$image" s input 0
expect 2 'another word' "$residue" process "$build/pobf-monitor" "$image" s secret 2
expect 3 'a program that is not there' "$residue" process "$work/nothing" "$image" s input 2
expect 3 'an image that is none' "$residue" process "$build/pobf-monitor" "$work/err" s input 2
