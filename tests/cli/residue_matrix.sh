#!/bin/sh
# One field of the matrix of `make residue-matrix`: another compiler, another level, the same nothing.
set -eu
build=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v clang >/dev/null || { echo 'SKIP: no clang'; exit 0; }
[ -d "$build/matrix" ] || mkdir "$build/matrix"
mkdir "$work/build"
ln -s "$build/pobf-host" "$build/matrix" "$work/build"
proofs/binary/matrix.sh "$work/build" 4 'clang -Os' 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
jq -e '.matrix | length == 1 and (.[0].compiler | test("clang")) and (.[0].runs | length >= 3) and
    all(.[0].runs[]; .differing_bytes == 0 and .unsteady_bytes == 0 and .pairs == 4 and .published_bytes > 100)' \
    "$work/build/matrix.json" >/dev/null || { cat "$work/build/matrix.json" >&2; exit 1; }
echo 'ok: nothing is left by what clang -Os made'
seen=0
proofs/binary/matrix.sh "$work/build" 1 'clang -O9nonsense' 2>"$work/err" || seen=$?
[ $seen -eq 3 ] && grep -q 'it was not built' "$work/err" || { cat "$work/err" >&2; exit 1; }
echo 'ok: what cannot be built cannot be told'
