#!/bin/sh
# Run every benchmark, or those of functions alone: medians and ratios, all of one run of this machine.
set -eu
build=$1
POBF_SHARE=$PWD # the build folder may be anywhere
POBF_CACHE=${POBF_CACHE:-$(realpath "$build")/cache}
export POBF_SHARE POBF_CACHE
work=$(mktemp -d)
host= log= disk=
stop() {
    [ -z "$host" ] || { kill "$host" && wait "$host"; } 2>/dev/null || true
    [ -z "$log" ] || { kill "$log" && wait "$log"; } 2>/dev/null || true
    rm -rf "$work" "$disk"
}
trap stop EXIT

functions() {
    echo '# WebAssembly: kernels, beside the same C by gcc -O2'
    POBF_BUILD=$build "$build/tests/bench/wasm"

    echo '# JavaScript: beside node'
    POBF_BUILD=$build "$build/tests/bench/script"

    echo '# workloads: the examples, beside the same sources by gcc -O2'
    POBF_BUILD=$build "$build/tests/bench/workloads"
}
if [ "${2:-}" = functions ]; then
    functions
    exit
fi

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

functions

echo '# call: the sequence function, over HTTP on loopback'
make_image() { # make_image EXAMPLE
    "$build/pobf-host" build "examples/$1" --out "$work/image" >/dev/null
    "$build/pobf-host" measure "$work/image" --json >"$work/reference"
}
make_image sequence
serve() { # serve OPTION...
    rm -f "$work/port"
    "$build/pobf-host" serve "$work/image" --listen 127.0.0.1:0 --port-file "$work/port" "$@" >/dev/null &
    host=$!
    await "$work/port"
    url=http://127.0.0.1:$(cat "$work/port")
}
await() { # await FILE: until there is something in it
    for _ in $(seq 100); do
        [ -s "$1" ] && return
        sleep 0.1
    done
}
halt() {
    kill "$host" && wait "$host"
    host=
}
serve
"$build/tests/bench/call" "$url" "$work/reference"
halt

echo '# the same, with intents and receipts on the disk (--receipts); and brought to a log, too (--log)'
disk=$(mktemp -d "$build/bench-receipts-XXXXXX") # a disk, where /tmp may be memory
mkdir "$disk/receipts"
serve --receipts "$disk/receipts"
"$build/tests/bench/call" "$url" "$work/reference" throughput
halt
"$build/pobf-verifier" keygen --eddsa --out "$work/key" >/dev/null 2>&1
"$build/pobf-verifier" log init "$disk/log" --origin bench.example/log --key "$work/key" >"$work/vkey"
"$build/pobf-verifier" log serve "$disk/log" --listen 127.0.0.1:0 --key "$work/key" >"$work/where" &
log=$!
await "$work/where"
rm -r "$disk/receipts" && mkdir "$disk/receipts"
serve --receipts "$disk/receipts" --log "$(sed 's/listening on //' "$work/where")" --log-key "$work/vkey"
"$build/tests/bench/call" "$url" "$work/reference" throughput
curl -s "$url/metrics" | sed -n 's/^pobf_log_backlog /receipts that are not in the log yet, right after: /p'
halt

echo '# stream: the example of that name, 16 MiB a part, beside the same count made directly'
make_image stream
for backend in process $([ ! -w /dev/kvm ] || echo kvm); do
    "$build/pobf-host" measure "$work/image" --backend "$backend" --json >"$work/reference"
    serve --backend "$backend"
    printf '%s: ' "$backend"
    "$build/tests/bench/stream" "$url" "$work/reference" "$work" 2>"$work/said" || { cat "$work/said" >&2; exit 3; }
    halt
done
