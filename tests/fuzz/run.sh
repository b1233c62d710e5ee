#!/bin/sh
# Fuzz every parser for FUZZ_SECONDS each (20), or FUZZ_RUNS executions each, however long that takes; and again until
# all of them together have made FUZZ_TOTAL: the time is shared, for one that judges signatures makes some hundreds a
# second, and one that reads a line some ten thousands. A crash, a read out of bounds or a broken promise fails. $1 is the
# build folder. First the controls: bugs put into a copy of the code must be found.
set -eu
build=$1 seconds=${FUZZ_SECONDS:-20}
limit=${FUZZ_RUNS:+-runs=$FUZZ_RUNS}
out=$build/fuzz
code=$out/code
setup/install.sh ci
mkdir -p "$out"
checked='-O1 -U_FORTIFY_SOURCE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all'
units="$code/enclave/image/image.o $code/enclave/host/manifest.o $code/enclave/kvm/guest.o
    $code/enclave/monitor/window_map.o $code/enclave/process/secret.o $code/enclave/translate/module.o"

# The product itself, as its own Makefile builds it, watched by the sanitizers.
MAKEFLAGS='' make --no-print-directory B="$code" CC=clang EXTRA_CFLAGS="$checked" \
    "$code/libverifier.a" "$code/libedge.a" "$code/libframework.a" $units >"$out/build.log" 2>&1 || {
    cat "$out/build.log" >&2
    exit 1
}
ar rcs "$code/libunits.a" $units

# Build a fuzzer; what stands in $3 goes before the product's own.
compile() {
    clang -std=c11 -D_GNU_SOURCE -g $checked -fsanitize=fuzzer -I. "tests/fuzz/$1.c" ${3:-} "$code/libunits.a" \
        "$code/libverifier.a" "$code/libedge.a" "$code/libframework.a" \
        -levent_openssl -levent -lcurl -lssl -lcrypto -lsodium -ljansson -lcapstone -lelf -lcmocka -o "$2"
}

# Run a fuzzer on its corpus, which begins with a good input; the good ones of others, and evidence of real machines
# where it is there, are tried too.
run() {
    mkdir -p "$1.corpus"
    others=$(seeds)
    POBF_FUZZ_SEED=$1.corpus/good "$1" "$2" -use_value_profile=1 \
        -print_final_stats=1 -artifact_prefix="$1." ${others:+"-seed_inputs=$others"} \
        "$1.corpus" $(evidence "$(basename "$1")") >"$1.log" 2>&1
}
seeds() { find "$out" -path '*.corpus/good' -printf '%p,' | sed 's/,$//'; }
evidence() {
    case $1 in
    cca | corim | nitro | psa | sgx) folders=$1 ;;
    ratls) folders=ra-tls ;;
    snp | snp_report) folders='snp snp-negative' ;;
    quote | dcap | collateral) folders='dcap-bundles dcap-negative' ;;
    tpm | event_log) folders='tpm tpm-negative tpm-swtpm' ;;
    hcl) folders=azure-vtpm ;;
    *) folders= ;;
    esac
    for folder in $folders; do
        find "${POBF_VECTORS:-../shared/vectors}/evidence" -maxdepth 1 -name "$folder" 2>/dev/null
    done
}

# A control: spoil one file ($2) with a sed script ($3); the fuzzer $1 must find it, and say $4.
control() {
    sed "$3" "$2" >"$out/spoiled.c"
    if cmp -s "$2" "$out/spoiled.c"; then
        echo "  FAIL   the control: $2 has no such line to spoil" >&2
        exit 1
    fi
    clang -std=c11 -D_GNU_SOURCE -g $checked -I. -c "$out/spoiled.c" -o "$out/spoiled.o"
    compile "$1" "$out/control-$1" "$out/spoiled.o"
    if run "$out/control-$1" "-max_total_time=$seconds"; then
        echo "  FAIL   the control: the bug in $2 was not found in $seconds s" >&2
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

failed=0 total=0
# Every fuzzer once, on the corpus that it has by now.
fuzz_all() {
    for source in tests/fuzz/*.c; do
        name=$(basename "$source" .c)
        [ -n "$1" ] || compile "$name" "$out/$name"
        if run "$out/$name" "${limit:--max_total_time=$seconds}"; then
            count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$name.log")
            total=$((total + count))
            printf '  OK     %-11s %s executions, %s a second\n' "$name" "$count" \
                "$(sed -n 's/^stat::average_exec_per_sec: *//p' "$out/$name.log")"
        else
            tail -40 "$out/$name.log" >&2
            printf '  FAIL   %s: the input is %s.*\n' "$name" "$out/$name" >&2
            failed=1
        fi
    done
}

fuzz_all ''
while [ $failed = 0 ] && [ "$total" -lt "${FUZZ_TOTAL:-0}" ]; do
    fuzz_all again
done
echo "$total executions of all fuzzers"
exit $failed
