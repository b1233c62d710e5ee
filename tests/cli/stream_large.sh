#!/bin/sh
# Much data through a trustlet of 64 MiB: the same counts as made by other means, and memory that does not grow with it, of
# client, host and trustlet. 96 MiB; POBF_STREAM_BYTES=1073741824 tries as many. The control has all of it in one part.
set -eu
. tests/cli/pobf.inc
bytes=${POBF_STREAM_BYTES:-100663296}
part=4194304 # bytes
client_kib=49152 host_kib=49152 trustlet_kib=65536

awk 'BEGIN {
    srand(3)
    for (r = 0; r < 12; r++) {
        print ">" r
        for (l = 0; l < 100; l++) { line = ""; for (b = 0; b < 70; b++) line = line substr("ACGT", int(rand() * 4) + 1, 1); print line }
    } }' >block
generate() { yes "$(cat block)" | head -c "$1"; } # the same bytes whenever it is asked
count() { generate "$bytes" | LC_ALL=C tr -cd "$1" | wc -c; }

peak() { # KiB that a process has had in memory at most; nothing where it has ended
    sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$1/status" 2>/dev/null || true
}
below() { # all processes below this one
    for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
        echo "$child"
        below "$child"
    done
}
peak_below() { for child in $(below "$1"); do peak "$child"; done | sort -n | tail -1; }

# through PART BYTES: so many bytes in such parts; tells of the client how much memory it had
through() {
    rm -rf result receipts
    generate "$2" | "$pobf" call "http://127.0.0.1:$(cat port)" --stream --in - --out result --receipts receipts --part-size "$1" \
        --reference reference.json --insecure-accept-sim >out 2>err &
    client=$!
    client_peak=0
    while kill -0 "$client" 2>/dev/null; do
        now=$(peak "$client")
        [ -z "$now" ] || client_peak=$now
        sleep 0.02
    done
    wait "$client" || no "$2 bytes in parts of $1"
    host_peak=$(peak "$served") trustlet_peak=$(peak_below "$served")
    echo "$2 bytes in parts of $1: client $client_peak, host $host_peak, trustlet $trustlet_peak KiB at most"
}
start() { # start IMAGE BACKEND
    "$host" measure "$1" --backend "$2" --json >reference.json
    serve "$1" --backend "$2" --trustlets 1
}

"$host" build "$POBF_SHARE/examples/stream" --out stream.image >out 2>err || no 'the example builds'
cp -r "$POBF_SHARE/examples/stream" whole
sed -i 's/16777216/134217728/; s/5000/60000/' whole/pobf.json
"$host" build whole --out whole.image >out 2>err || no 'the control builds'
for row in '>' A C G T; do printf '%s\t%s\n' "$row" "$(count "$row")"; done | sed 's/^>/records/' >wanted
[ "$(wc -l <wanted)" = 5 ] || no 'control: it is counted by other means'

backends=process
if [ -r /dev/kvm ] && [ -w /dev/kvm ]; then backends='process kvm'; else echo 'SKIP: no /dev/kvm'; fi
for backend in $backends; do
    start stream.image "$backend"
    through $part "$bytes"
    grep '^\(records\|[ACGT]\)	' result >seen
    cmp -s seen wanted || { diff seen wanted >&2; no "the counts are right, on $backend"; }
    [ "$(sed -n 's/^bytes	//p' result)" = "$bytes" ] || no "all bytes came, on $backend"
    ok "$bytes bytes give the counts that tr makes, on $backend"
    [ "$client_peak" -gt 0 ] && [ "$client_peak" -lt "$client_kib" ] || no 'the memory of the client is flat'
    [ "$host_peak" -lt "$host_kib" ] || no 'the memory of the host is flat'
    [ "$trustlet_peak" -lt "$trustlet_kib" ] || no 'the trustlet has 64 MiB'
    ok "memory is flat, of client, host and trustlet, on $backend"
    halt

    start whole.image "$backend"
    through 134217728 100663296
    [ "$client_peak" -gt "$client_kib" ] && [ "$host_peak" -gt "$host_kib" ] && [ "$trustlet_peak" -gt "$trustlet_kib" ] ||
        no 'control: all of it at once is seen in each of the three'
    ok "control: all of it at once is seen in each of the three, on $backend"
    halt
done
