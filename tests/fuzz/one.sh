#!/bin/sh
# Run the fuzzer $1, a program, with the further arguments, on its corpus, which begins with a good input; the good ones
# of others, and evidence of real machines where it is there, are tried too. Its last line says how many executions it made,
# and in how many seconds. Fails with its log where it found something, or made none.
set -eu
fuzzer=$1
shift
out=$(dirname "$fuzzer")
name=$(basename "$fuzzer")

evidence() {
    case $name in
    cca | corim | nitro | psa | sgx) folders=$name ;;
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

mkdir -p "$fuzzer.corpus"
others=$(find "$out" -path '*.corpus/good' -printf '%p,' | sed 's/,$//')
start=$(date +%s%N)
POBF_FUZZ_SEED=$fuzzer.corpus/good "$fuzzer" "$@" -use_value_profile=1 -print_final_stats=1 \
    -artifact_prefix="$fuzzer." ${others:+"-seed_inputs=$others"} \
    "$fuzzer.corpus" $(evidence) >"$fuzzer.log" 2>&1 || {
    tail -40 "$fuzzer.log" >&2
    printf '  FAIL   %s: the input is %s.*\n' "$name" "$fuzzer" >&2
    exit 1
}
made=$(sed -n 's/^stat::number_of_executed_units: *//p' "$fuzzer.log")
if [ "${made:-0}" = 0 ]; then
    printf '  FAIL   %s made no execution\n' "$name" >&2
    exit 1
fi
echo "$name $made $((($(date +%s%N) - start) / 1000000))" >>"$out/made"
