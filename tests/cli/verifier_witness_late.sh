#!/bin/sh
# A log that takes receipts asks its witnesses beside its loop: one that stands still or is gone holds up
# no receipt and no reader, and what it signs later is published then.
set -eu
. tests/cli/pobf.inc
. "$POBF_SHARE/tests/cli/witness.inc"

serve_log() { # serve_log POLICY
    : >where
    "$verifier" log serve log --key key --policy "$1" --listen 127.0.0.1:0 >where 2>>log.err &
    log=$!
    await [ -s where ] || no 'the log starts'
    url=$(sed 's/listening on //' where)
}
# Each waits for less than one witness that does not answer may take (10 s).
add() { curl -sf --max-time 8 --data-binary "@out.$1.receipt" "$url/add" -o "out.$1.proof" || no "receipt $1 is answered in time"; }
metric() { curl -sf --max-time 8 "$url/metrics" | sed -n "s/^pobf_log_$1 //p"; }
# comes WHAT COMMAND...: it comes to succeed
comes() {
    what=$1
    shift
    await "$@" || no "$what ($(cat log.err))"
    ok "$what"
}
lines() { [ "$(grep -c witness.example log/checkpoint)" = "$1" ]; }
is() { [ "$(metric "$1")" = "$2" ]; }
counts() { # counts WITNESS: it has signed at least once
    [ "$(metric "cosignatures_total{witness=\"$1\"}")" -ge 1 ]
}

receipts 10
for name in key w.1.key w.2.key w.3.key; do "$verifier" keygen --eddsa --out $name >out 2>err; done
"$verifier" log init log --origin log.example/pobf --key key >vkey
for n in 1 2 3; do watch $n; done
policy 2 >policy
policy 3 >strict
sed 's#http://[^ ]*#ftp://x#' policy >wrong
gives 2 'a witness must have a URL that can be asked' \
    "$verifier" log serve log --key key --policy wrong --listen 127.0.0.1:0
serve_log policy
comes 'the first checkpoint of a log is signed without a receipt' lines 3

add 1
gives 0 'enough have signed before the proof is given' \
    "$pobf" log verify-inclusion out.1.receipt --proof out.1.proof --policy policy
comes 'all three sign' lines 3
for w in w1 w2 w3; do counts $w || no "what $w signed is counted"; done
is quorum 1 || no 'the quorum is shown'

unwatch 3 STOP
begun=$(date +%s)
for i in 2 3 4 5; do
    add $i
    gives 0 "receipt $i has the words of two" "$pobf" log verify-inclusion "out.$i.receipt" --proof "out.$i.proof" --policy policy
done
[ $(($(date +%s) - begun)) -lt 10 ] || no 'four receipts waited less than one silent witness takes'
ok 'a witness that stands still holds up no receipt'
is 'witness_late{witness="w3"}' 1 || no 'which one is late is shown'
lines 2 || no 'two have signed'
unwatch 3 CONT
comes 'once it goes on, it signs the newest checkpoint, with no new receipt' lines 3
comes 'and is awaited again' is 'witness_late{witness="w3"}' 0

# All of them stand still: nobody can have a quorum, and everybody an answer.
for n in 1 2 3; do unwatch $n STOP; done
curl -s --max-time 20 --data-binary @out.6.receipt "$url/add" -o out.6.proof &
asking=$!
curl -sf --max-time 5 "$url/checkpoint" -o out || no 'a reader is served meanwhile'
wait $asking
add 7
gives 0 'the receipt is in the log' "$pobf" log verify-inclusion out.7.receipt --proof out.7.proof --vkey vkey
gives 1 'too few witnesses have signed, and the proof says so' \
    "$pobf" log verify-inclusion out.7.receipt --proof out.7.proof --policy policy
is quorum 0 || no 'a missing quorum is shown'
[ "$(metric short_rounds_total)" -ge 1 ] || no 'and counted'
for n in 1 2 3; do unwatch $n CONT; done
comes 'what they sign late is published' lines 3
add 7
gives 0 'and in the proof of who asks again' "$pobf" log verify-inclusion out.7.receipt --proof out.7.proof --policy strict

# Gone, and back at the same address.
address=$(sed 's#http://##' w.2.url)
unwatch 2 KILL
begun=$(date +%s)
add 8
[ $(($(date +%s) - begun)) -lt 8 ] || no 'nobody waits for one that is gone'
watch 2 "$address"
comes 'one that was killed signs when it is back' lines 3

# The log is killed between publishing and the words of witnesses: the next one asks for them.
for n in 1 2 3; do unwatch $n STOP; done
curl -s --max-time 20 --data-binary @out.9.receipt "$url/add" -o out.9.proof || true
kill -9 "$log" && wait "$log" 2>/dev/null || true
for n in 1 2 3; do unwatch $n CONT; done
serve_log policy
comes 'a log that was killed has its newest checkpoint signed' lines 3
gives 0 'and it counts' "$pobf" log audit log --policy strict

unwatch 1 STOP
add 10
kill "$log"
wait "$log" || no 'a log ends, whatever its witnesses do'
log=
ok 'a log ends, whatever its witnesses do'
gives 0 'it is whole' "$pobf" log audit log --vkey vkey
