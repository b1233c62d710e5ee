#!/bin/sh
# The differential on monitors that other compilers and other optimisations made.
#   matrix.sh BUILD PAIRS [CONFIGURATION]...     all of them, or those named: "gcc -O2"
# Leaves BUILD/matrix.json. 0: nothing is left anywhere; 1: something is; 3: it cannot be told.
set -eu
build=$1 pairs=$2
shift 2
here=proofs/binary
out=$build/matrix
[ $# -gt 0 ] || {
    for level in -O0 -O1 -O2 -O3 -Os; do set -- "$@" "gcc $level" "clang $level"; done
    set -- "$@" 'gcc -O2 -flto' 'clang -O2 -flto'
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

POBF_SHARE=$PWD "$build/pobf-host" new keep --in "$work" >"$work/log" 2>&1 &&
    cp tests/hostile/keep.c "$work/keep/function.c" &&
    POBF_SHARE=$PWD "$build/pobf-host" build "$work/keep" --out "$work/image" >>"$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 3; }

# Only what is run: a monitor, and the tool, which holds the monitor of a machine.
make_one() {
    compiler=${1%% *} flags=${1#* }
    folder=$out/$(echo "$1" | tr -d ' ')
    case $flags in *-flto) compiler="$compiler -flto" ;; esac # the linker is told too
    set -- CC="$compiler" EXTRA_CFLAGS="$flags -U_FORTIFY_SOURCE -Wno-error"
    MAKEFLAGS='' make --no-print-directory -s B="$folder" "$@" "$folder/pobf-monitor" \
        "$folder/proofs/binary/residue" >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; return 3; }
}

worst=0
for configuration in "$@"; do
    [ ! -t 2 ] || printf '\r\033[K%s' "matrix: $configuration" >&2
    : >"$work/runs"
    if make_one "$configuration"; then
        for run in 'process input' 'process key' 'process draws' 'kvm input' 'kvm key'; do
            [ "${run% *}" = process ] || [ -w /dev/kvm ] || continue
            seen=0
            "$folder/proofs/binary/residue" "${run% *}" "$folder/pobf-monitor" "$work/image" s "${run#* }" \
                "$pairs" >>"$work/runs" || seen=$?
            [ $seen -eq 0 ] || [ $worst -eq 1 ] || worst=$seen
        done
    else
        worst=$([ $worst -eq 1 ] && echo 1 || echo 3)
    fi
    jq -cs --arg compiler "$(${configuration%% *} --version | head -n 1)" --arg flags "${configuration#* }" \
        '{$compiler, $flags, runs: .}' "$work/runs"
    jq -rs --arg configuration "$configuration" '"\($configuration): \(if length == 0 then "it was not built"
        else "\(map(.differing_bytes) | add) differing bytes in \(length) runs" end)"' "$work/runs" >&2
done >"$work/matrix"
jq -s --arg source "$($here/source.sh)" '{source: $source, matrix: .}' "$work/matrix" >"$build/matrix.json"
exit $worst
