#!/bin/sh
# The example identity: what goes in comes out, also 100 MiB of it, on a copy with that limit; what
# is larger than the limit is refused before anything is done.
set -eu
. tests/cli/project.inc
. "$POBF_SHARE/tests/cli/wasm.inc"
image=$work/identity.image
# of BYTES: so many come back from each backend
of() {
    head -c "$1" /dev/urandom >in.txt
    for backend in $backends; do
        expect 0 "$1 bytes" "$host" run "$image" --in in.txt --backend "$backend"
        cmp -s in.txt out || no "$1 bytes come back on $backend"
        says "$1 bytes come back, on $backend" '0 mismatches'
    done
}
expect 0 'build' "$host" build "$POBF_SHARE/examples/identity" --out "$image"
for size in 0 1 1024 65536 1048576; do of "$size"; done
head -c 1048577 /dev/urandom >in.txt
ends_before() { # ends_before SENTENCE TEXT
    seen=0
    "$host" run "$image" --in in.txt --backend process >out 2>err || seen=$?
    [ "$seen" -ne 0 ] && [ ! -s out ] || no "$1: there is an answer"
    says "$1" "$2"
}
ends_before 'a byte more than its limit is refused' '1048576'

cp -r "$POBF_SHARE/examples/identity" large
sed -i 's/1048576/104857600/' large/pobf.json
expect 0 'build' "$host" build large --out "$image"
of 104857600

sed -i '/output_max/s/104857600/1024/' large/pobf.json
expect 0 'build' "$host" build large --out "$image"
head -c 1025 /dev/urandom >in.txt
run 'an output that has less room says so' 1 'the output has no room for this input'
