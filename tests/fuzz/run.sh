#!/bin/sh
# Fuzz every parser for FUZZ_SECONDS each (20): a crash, a read out of bounds or a broken promise
# fails. $1 is the build folder. First the controls: bugs put into a copy of the code must be found.
set -eu
build=$1 seconds=${FUZZ_SECONDS:-20}
out=$build/fuzz
mkdir -p "$out"

# Build the fuzzer of one parser from the sources under $2.
compile() {
    clang -std=c11 -D_GNU_SOURCE -O1 -g -fsanitize=fuzzer,address,undefined \
        -fno-sanitize-recover=all -I"$2" -I. "tests/fuzz/$1.c" "$2"/framework/core/*.c \
        "$2"/framework/crypto/*.c "$2"/framework/wire/*.c -lsodium -o "$3"
}

# Run a fuzzer on its corpus, which begins with one good input.
run() {
    mkdir -p "$1.corpus"
    POBF_FUZZ_SEED=$1.corpus/good "$1" -max_total_time="$2" -max_len=1600 -use_value_profile=1 \
        -print_final_stats=1 -artifact_prefix="$1." "$1.corpus" >"$1.log" 2>&1
}

# A control: spoil one file ($2) of a copy with a sed script ($3); the fuzzer $1 must find it.
control() {
    rm -rf "$out/seeded"
    mkdir -p "$out/seeded"
    cp -r framework contracts "$out/seeded"
    sed -i "$3" "$out/seeded/$2"
    if cmp -s "$2" "$out/seeded/$2"; then
        echo "  FAIL   the control: $2 has no such line to spoil" >&2
        exit 1
    fi
    compile "$1" "$out/seeded" "$out/control-$1"
    if run "$out/control-$1" "$seconds"; then
        echo "  FAIL   the control: the bug in $2 was not found in $seconds s" >&2
        exit 1
    fi
    grep -q "$4" "$out/control-$1.log"
    echo "  OK     the control: a bug seeded in $2 is found"
}

# A reader that no longer asks whether a string fits; a head that may be longer than needed.
control answer framework/wire/cbor_read.c 's/ || announced > reader->size - reader->at//' \
    'ERROR: AddressSanitizer'
control cbor framework/wire/cbor_head.c 's/pobf_cbor_head_size(n) != head/head > size/' \
    'deadly signal'

failed=0
for source in tests/fuzz/*.c; do
    name=$(basename "$source" .c)
    compile "$name" . "$out/$name"
    if run "$out/$name" "$seconds"; then
        printf '  OK     %-10s %s executions\n' "$name" \
            "$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$name.log")"
    else
        tail -40 "$out/$name.log" >&2
        printf '  FAIL   %s: the input is %s.*\n' "$name" "$out/$name" >&2
        failed=1
    fi
done
exit $failed
