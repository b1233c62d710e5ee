#!/bin/sh
# Run every benchmark: medians and ratios, all of one run of this machine.
set -eu
build=$1
POBF_SHARE=$PWD # the build folder may be anywhere
export POBF_SHARE
work=$(mktemp -d)
host=
stop() {
    [ -z "$host" ] || { kill "$host" && wait "$host"; } 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

echo '# forget'
"$build/tests/bench/forget"

echo '# call: echo, beside the same steps in one process'
POBF_BUILD=$build "$build/tests/bench/direct"

echo '# backends: echo, without HTTP'
POBF_BUILD=$build "$build/tests/bench/kvm"

echo '# to have a trustlet: to start one, to keep a thousand, two beside one'
POBF_BUILD=$build "$build/tests/bench/pool"

echo '# log: of receipts'
POBF_BUILD=$build "$build/tests/bench/log"

echo '# period: a report on receipts in files'
POBF_BUILD=$build "$build/tests/bench/period"

echo '# appraise: evidence of hardware'
"$build/tests/bench/appraise"

echo '# the verifier'"'"'s service, over HTTP on loopback'
"$build/tests/bench/service"

echo '# WebAssembly: kernels, beside the same C by gcc -O2'
POBF_BUILD=$build "$build/tests/bench/wasm"

echo '# JavaScript: beside node'
POBF_BUILD=$build "$build/tests/bench/script"

echo '# call: the sequence function, over HTTP on loopback'
"$build/pobf-host" build examples/sequence --out "$work/image" >/dev/null
"$build/pobf-host" measure "$work/image" --json >"$work/reference"
"$build/pobf-host" serve "$work/image" --listen 127.0.0.1:0 --port-file "$work/port" >/dev/null &
host=$!
for _ in $(seq 100); do
    [ -s "$work/port" ] && break
    sleep 0.1
done
"$build/tests/bench/call" "http://127.0.0.1:$(cat "$work/port")" "$work/reference"
