#!/bin/sh
# Fuzz every parser, as many at once as there are processors, until all of them together have made FUZZ_TOTAL executions
# (20 million). First each makes FUZZ_RUNS (50,000), or as many as it can in FUZZ_SECONDS (4): one that judges signatures
# makes some hundreds a second. The quickest share the rest, which are the proved parsers. A crash, a read out of bounds or a
# broken promise fails; and a fuzzer that made nothing, and a total that is not reached in FUZZ_LIMIT seconds (900). $1 is the
# build folder. Before all this the controls: bugs put into a copy of the code must be found.
set -eu
build=$1
out=$build/fuzz
code=$out/code
seconds=${FUZZ_SECONDS:-4} runs=${FUZZ_RUNS:-50000} wanted=${FUZZ_TOTAL:-20000000} limit=${FUZZ_LIMIT:-900}
at_once=$(nproc)
setup/install.sh ci
mkdir -p "$out"
checked='-O1 -U_FORTIFY_SOURCE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all'
units="$code/enclave/image/image.o $code/enclave/kvm/guest.o $code/enclave/monitor/window_map.o
    $code/enclave/process/secret.o $(printf "$code/enclave/host/%s.o " manifest files)
    $(for source in enclave/translate/*.c; do printf '%s ' "$code/${source%.c}.o"; done)"

# The product itself, as its own Makefile builds it, watched by the sanitizers.
MAKEFLAGS='' make --no-print-directory B="$code" CC=clang EXTRA_CFLAGS="$checked" \
    "$code/libverifier.a" "$code/libedge.a" "$code/libframework.a" $units >"$out/build.log" 2>&1 || {
    cat "$out/build.log" >&2
    exit 1
}
ar rcs "$code/libunits.a" $units

# Build a fuzzer; what stands in $3 goes before the product's own.
link="clang -std=c11 -D_GNU_SOURCE -g $checked -fsanitize=fuzzer -I."
libs="$code/libunits.a $code/libverifier.a $code/libedge.a $code/libframework.a -levent_openssl -levent -lcurl -lssl -lcrypto
    -lsodium -ljansson -lcapstone -lelf -lcmocka"
compile() { $link "tests/fuzz/$1.c" ${3:-} $libs -o "$2"; }

# A control: spoil one file ($2) with a sed script ($3); the fuzzer $1 must find it, and say $4.
control() {
    sed "$3" "$2" >"$out/spoiled.c"
    if cmp -s "$2" "$out/spoiled.c"; then
        echo "  FAIL   the control: $2 has no such line to spoil" >&2
        exit 1
    fi
    clang -std=c11 -D_GNU_SOURCE -g $checked -I. -c "$out/spoiled.c" -o "$out/spoiled.o"
    compile "$1" "$out/control-$1" "$out/spoiled.o"
    if tests/fuzz/one.sh "$out/control-$1" -max_total_time=120 2>/dev/null; then
        echo "  FAIL   the control: the bug in $2 was not found in 120 s" >&2
        exit 1
    fi
    grep -q "$4" "$out/control-$1.log"
    echo "  OK     the control: a bug seeded in $2 is found"
}

# A reader that no longer asks whether a string fits; a head that may be longer than needed; a
# commitment that nobody compares; a report that nobody holds against the receipt; a sum of a guest's
# that wraps.
control answer framework/wire/cbor_read.c 's/ || announced > reader->size - reader->at//' \
    'ERROR: AddressSanitizer'
control cbor framework/wire/cbor_head.c 's/pobf_cbor_head_size(n) != head/head > size/' \
    'deadly signal'
control appraisal verifier/appraisal/receipt.c 's/expected, seen, sizeof expected/seen, seen, 1/' \
    'deadly signal'
control door enclave/kvm/guest.c \
    's/size > guest->size - address.value/address.value + size > guest->size/' 'deadly signal'
control report verifier/report/recheck.c 's/json_equal(expected, seen) == 1/1/' 'deadly signal'

# What each of them made so far, one a line: its name, executions, milliseconds.
made=$out/made
rm -f "$made"
run_all() { xargs -r -P "$at_once" -L 1 tests/fuzz/one.sh; }

# The rest of the total, for those that are at least half as quick as the quickest, each as long as the others.
share() {
    awk -v wanted="$wanted" -v left_s="$1" -v at_once="$at_once" -v out="$out" '
        { rate[$1] = $2 / ($3 + 1); total += $2; if (rate[$1] > best) { best = rate[$1] } }
        END {
            for (name in rate) { if (2 * rate[name] >= best) { sum += rate[name]; count++ } }
            for (name in rate) {
                if (2 * rate[name] >= best && wanted > total) {
                    printf "%s/%s -runs=%d -max_total_time=%d\n", out, name,
                        (wanted - total) * rate[name] / sum + 1, left_s * at_once / count + 1
                }
            }
        }' "$made"
}

names=$(basename -s .c tests/fuzz/*.c)
printf '%s\n' $names | xargs -P "$at_once" -I NAME $link tests/fuzz/NAME.c $libs -o "$out/NAME"
start=$(date +%s)
printf "$out/%s -runs=$runs -max_total_time=$seconds\n" $names | run_all
share $((limit - $(date +%s) + start)) | run_all
awk '{ count[$1] += $2; ms[$1] += $3 }
    END { for (name in count) { printf "  OK     %-13s %9d executions, %d a second\n", name, count[name],
        1000 * count[name] / (ms[name] + 1) } }' "$made" | sort
total=$(awk '{ total += $2 } END { print total }' "$made")
echo "$total executions of all fuzzers, in $(($(date +%s) - start)) s"
if [ "$total" -lt "$wanted" ]; then
    echo "  FAIL   $wanted executions were wanted, in $limit s" >&2
    exit 1
fi
