#!/bin/sh
# A file may include its own floor and the floors below it; enclave and verifier never meet. And
# libpobf calls nothing but itself, libsodium, and what a compiler puts in by itself: no OS, no malloc.
# Reads the dependency files and the objects that the compiler wrote under $1.
set -eu
build=$1
find "$build" -name '*.d' -path "$build/*/*" | sed "s,^$build/,," | grep -v '^tests/' |
while read -r file; do
    floor=${file%%/*} rest=${file#*/} part=${rest%%/*}
    case $floor/$part in
    framework/core) may='contracts framework/core' ;;
    framework/crypto) may='contracts framework/core framework/crypto' ;;
    framework/wire) may='contracts framework/core framework/crypto framework/wire' ;;
    framework/*) may='contracts framework' ;;
    edge/*) may='contracts framework edge' ;;
    enclave/*) may='contracts framework edge enclave' ;;
    verifier/*) may='contracts framework edge verifier' ;;
    *) continue ;;
    esac
    for used in $(tr ' \\' '\n\n' <"$build/$file" | grep -E '^(contracts|framework|edge|enclave|verifier|tests)/' | grep -v ':$'); do
        allowed=no
        for floor in $may; do
            case $used in "$floor"/*) allowed=yes ;; esac
        done
        [ $allowed = yes ] || echo "$file: may not include $used"
    done
done >"$build/floors.txt"
for object in "$build"/framework/*/*.o; do
    nm -u "$object" | awk '{ print $2 }' |
        grep -vE '^(pobf_|crypto_|randombytes$|mem(set|cpy|move|cmp)$|__stack_chk_fail$|_GLOBAL_OFFSET_TABLE_$)' |
        sed "s,^,$object: may not call ," || true
done >>"$build/floors.txt"
cat "$build/floors.txt"
[ ! -s "$build/floors.txt" ]
