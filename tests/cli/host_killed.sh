#!/bin/sh
# A host that is killed at any moment of its start or of a call: every process below it ends, the client
# is told and has all of a result or nothing, and every receipt that is recorded is whole.
set -eu
. tests/cli/pobf.inc

# alive SESSION: the processes of this session that live; a host begins one, and all below it are in it
alive() {
    for facts in /proc/[0-9]*/stat; do
        read -r line <"$facts" 2>/dev/null || continue
        set -- "$1" ${line##*) }
        [ "$5" != "$1" ] || [ "$2" = Z ] || echo "${facts%/stat}"
    done
}
start() {
    rm -f port
    setsid "$host" serve work.image --listen 127.0.0.1:0 --port-file port --receipts receipts \
        >serve.out 2>serve.err &
    served=$!
}
await() { # await COMMAND...: until it succeeds; some seconds at most
    for _ in $(seq 400); do
        "$@" && return
        sleep 0.05
    done
    return 1
}
is_empty() { [ -z "$(alive "$1")" ]; }
cut_off() { # kill the host; all that it had below it must end
    session=$served
    kill -9 "$served"
    wait "$served" 2>/dev/null || true
    served=
    await is_empty "$session" || no "nothing survives (killed after $moment ms)"
}
whole() { # every receipt that has its name is a receipt
    for receipt in receipts/*.receipt; do
        [ ! -e "$receipt" ] || "$pobf" inspect "$receipt" >out 2>err ||
            no "$receipt is whole (killed after $moment ms)"
    done
}

"$host" new work >out 2>err
cat >work/function.c <<'C'
#include "pobf_function.h"
int pobf_function(struct pobf_call *call)
{
    for (volatile uint32_t i = 0; i < 20000000; i++) {
    }
    call->output[0] = 'x';
    call->output_size = 1;
    return 0;
}
C
"$host" build work --out work.image >out 2>err
"$host" measure work.image --json >reference.json
mkdir receipts
sim='--reference reference.json --insecure-accept-sim'
echo input >in

moment=0
start
await test -s port || no 'the host starts'
[ "$(alive "$served" | wc -l)" -ge 3 ] || no 'control: host, monitor and nursery are in one session'
ok 'control: the search finds the processes of a host'
cut_off

for moment in 0 2 4 6 8 10 15 20 30 40 60; do
    start
    sleep "$(printf '0.%03d' $moment)"
    cut_off
done
ok 'nothing survives a host that is killed at any moment of its start'

told=0 answered=0
for moment in 0 5 10 15 20 25 30 35 40 45 50 55 60 70 80 90 100 120 140 160 end; do
    start
    await test -s port || no 'the host starts'
    rm -f result*
    "$pobf" call "http://127.0.0.1:$(cat port)" --in in --out result $sim >log 2>&1 &
    client=$!
    seen=0
    case $moment in
    0) kill -STOP "$client" && cut_off && kill -CONT "$client" && { wait "$client" || seen=$?; } ;;
    end) { wait "$client" || seen=$?; } && cut_off ;;
    *) sleep "$(printf '0.%03d' $moment)" && cut_off && { wait "$client" || seen=$?; } ;;
    esac
    case $seen in
    0)
        [ "$(cat result)" = x ] && "$pobf" verify result.receipt result.evidence result.exchange $sim >out 2>err ||
            no "a result is whole (killed after $moment ms)"
        answered=$((answered + 1))
        ;;
    3)
        [ -z "$(ls | grep '^result' || true)" ] || no "nothing is written (killed after $moment ms)"
        told=$((told + 1))
        ;;
    *) cp log err && no "the client is told (exit $seen, killed after $moment ms)" ;;
    esac
    whole
done
[ "$told" -ge 1 ] && [ "$answered" -ge 1 ] || no "control: both kinds of end ($told, $answered)"
ok 'wherever a call is when its host is killed, its client has all or nothing, and is told'
echo "told $told, answered $answered"
ok 'nothing survives it, and every receipt that was recorded is whole'

serve work.image --receipts receipts
[ -z "$(find receipts -name '*.part')" ] || no 'what a killed host left half written is removed'
gives 0 'the next host serves as if nothing had been' "$pobf" call "http://127.0.0.1:$(cat port)" --in in --out result $sim
halt
