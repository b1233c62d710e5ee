#!/bin/sh
# Calls to a real host: what is accepted, what is refused, and that a refusal loses nothing.
set -eu
. tests/cli/pobf.inc

nothing() { # no file of this prefix was written
    [ -z "$(ls | grep "^$1" || true)" ] || no "nothing is written: $(ls | grep "^$1")"
}
function_of() { # function_of NAME BODY [SED]: build a function, its manifest edited, and write its reference values
    "$host" new "$1" >out 2>err
    printf '#include "pobf_function.h"\nint pobf_function(struct pobf_call *call)\n{\n%s\n}\n' \
        "$2" >"$1/function.c"
    sed -i "${3:-}" "$1/pobf.json"
    "$host" build "$1" --out "$1.image" >out 2>err || no "$1 builds"
    "$host" measure "$1.image" --json >"$1.json"
}

function_of echo 'for (size_t i = 0; i < call->input_size; i++) call->output[i] = call->input[i];
call->output_size = call->input_size; return 0;'
function_of other 'call->output_size = 1; return 0;'
echo 'hello, enclave' >in
sim='--reference echo.json --insecure-accept-sim'

serve echo.image
url=http://127.0.0.1:$(cat port)
gives 0 'a host with the expected enclave is attested' "$pobf" attest "$url" $sim --out kept
says 'The host is trusted'
[ -s kept ] || no 'attest --out keeps the evidence'
gives 1 'the simulator is refused by default' \
    "$pobf" call "$url" --in in --out result --reference echo.json
says 'evidence.platform'
nothing result
gives 3 'without reference values it cannot be told' \
    "$pobf" call "$url" --in in --out result --insecure-accept-sim
says 'evidence.measurement'
nothing result
gives 1 'another function than the reference is refused' \
    "$pobf" call "$url" --in in --out result --reference other.json --insecure-accept-sim
says 'evidence.measurement: expected'
nothing result
sed 's/"monitor": "./"monitor": "0/; s/"monitor": "0\(.*\)[0-9a-f]"/"monitor": "0\1z"/' echo.json >bad.json
gives 3 'malformed reference values cannot be judged by' \
    "$pobf" call "$url" --in in --out result --reference bad.json --insecure-accept-sim
says 'monitor: expected 64 hex digits'
sed 's/{/{"policy": "00",/' echo.json >twice.json
gives 3 'reference values with a name twice are refused' \
    "$pobf" call "$url" --in in --out result --reference twice.json --insecure-accept-sim
nothing result

gives 0 'a call gives the result' "$pobf" call "$url" --in in --out result $sim
cmp -s in result || no 'the result is what the function returned'
[ "$(stat -c %a result result.exchange | tr '\n' ' ')" = '600 600 ' ] || no 'result and exchange are private'
ok 'result and exchange are readable by their owner alone'
gives 0 'its files verify offline' "$pobf" verify result.receipt result.evidence result.exchange $sim
! grep -qF 'hello' result.receipt result.evidence result.exchange || no 'no input in what is kept'
grep -qF 'hello' result || no 'control: the input is found where it is'
ok 'nothing of the input is in receipt, evidence or exchange'
gives 0 'stdin and stdout are - and the rest goes to --keep' \
    sh -c "'$pobf' call $url --in - --out - --keep kept $sim <in"
cmp -s in out || no 'the result is on stdout, alone'
gives 0 '--json prints one object' "$pobf" call "$url" --in in --out result $sim --json
is_object '"verdict":"affirmed"'
gives 2 'stdout cannot take result and JSON' "$pobf" call "$url" --in in --out - --keep kept $sim --json
gives 3 'an input that is not there cannot be sent' "$pobf" call "$url" --in none --out result $sim
cp result before
head -c 70000000 /dev/zero >huge
gives 1 'an input over the limit of the reference is not sent' "$pobf" call "$url" --in huge --out result $sim
says 'input: expected at most [0-9]* bytes .*, seen 70000000 bytes'
grep -v '_max\|arena\|stack\|deadline' echo.json | tr -d '\n' | sed 's/,[^,]*"limits".*/}/' >unlimited.json
gives 1 'an input over the budget is refused by the host' \
    "$pobf" call "$url" --in huge --out result --reference unlimited.json --insecure-accept-sim
gives 0 'which takes less with the same values' \
    "$pobf" call "$url" --in in --out control --reference unlimited.json --insecure-accept-sim
cmp -s result before || no 'a refused call leaves the result before it'
ok 'a refused call leaves the result before it'
gives 3 'a disk that is full is told' "$pobf" call "$url" --in in --out /dev/full --keep full $sim
mkdir folder.exchange
gives 3 'proofs that cannot be written are told' "$pobf" call "$url" --in in --out folder $sim
[ ! -e folder ] || no 'without its proofs there is no result'
ok 'without its proofs there is no result'
[ -z "$(ls | grep '[.]new')" ] || no 'nothing half written is left'
ok 'nothing half written is left'
gives 3 'a result that stdout does not take is told' \
    sh -c "'$pobf' call $url --in in --out - --keep kept $sim >/dev/full"
gives 3 'with stdout closed, the result goes nowhere: not into the socket of that number' \
    sh -c "'$pobf' call $url --in in --out - --keep kept $sim >&-"
gives 2 'stdin is read once: it is not an empty input the second time' \
    sh -c "'$pobf' call $url --in - --out second --reference - --insecure-accept-sim <echo.json"
nothing second
gives 2 'a result does not replace its input' "$pobf" call "$url" --in in --out in $sim
gives 2 'attest does not mix evidence and verdict on stdout' "$pobf" attest "$url" $sim --out -
halt

gives 3 'a folder that is not there is told before anything is sent' \
    "$pobf" call "$url" --in in --out none/result $sim
says 'none/result'
gives 3 'so is a result that would be a folder' "$pobf" call "$url" --in in --out echo $sim
says 'echo: is a folder'
gives 3 'a host that is gone is told' "$pobf" call "$url" --in in --out gone $sim
nothing gone
gives 2 'only http and https are spoken' "$pobf" attest file:///etc/passwd
gives 2 'plain http goes to this machine only' "$pobf" attest http://192.0.2.1:8080
says 'insecure-plain-http'
gives 2 'a name that only looks like this machine is another' "$pobf" attest http://127.0.0.1.example
http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
export http_proxy https_proxy

# A terminal sees a bar where there is much to send; nobody else does, nor where there is little.
function_of wide 'call->output_size = 1; return 0;' 's/"input_max": 1048576/"input_max": 4194304/'
head -c 4194304 /dev/zero >much
serve wide.image
sent="'$pobf' call http://127.0.0.1:$(cat port) --out result --reference wide.json --insecure-accept-sim"
script -qec "$sent --in much" /dev/null >out </dev/null
grep -q '100 % of 4.0 MiB' out && grep -q 'bytes restored' out || no 'a bar on a terminal'
for rest in '--in much --quiet' '--in in'; do
    script -qec "$sent $rest" /dev/null >out </dev/null
    grep -q 'bytes restored' out && ! grep -q 'MiB/s' out || no "no bar with $rest"
done
gives 0 'without a terminal, much is sent as little is' sh -c "$sent --in much"
! grep -q 'MiB/s' out err || no 'no bar without a terminal'
ok 'a terminal sees how much has been sent, unless it is not to'
halt

function_of fails 'call->output[0] = 33; call->output_size = 1; return 1;'
function_of traps '__builtin_trap();'
for kept in failed trapped; do
    echo older >$kept
    echo older >$kept.receipt
done
serve fails.image
gives 1 'a function that fails gives no result' "$pobf" call "http://127.0.0.1:$(cat port)" \
    --in in --out failed --reference fails.json --insecure-accept-sim
says 'its message is in failed.failed.message'
[ "$(cat failed.failed.message)" = '!' ] || no 'its message is kept beside'
[ "$(stat -c %a failed.failed.message)" = 600 ] || no 'its message is private'
[ "$(cat failed failed.receipt)" = "$(printf 'older\nolder')" ] || no 'an older result keeps its own proofs'
ok 'an older result keeps its own proofs'
ok 'its message is kept beside, and proxies of the environment are not used'
halt
serve traps.image
gives 1 'a function that traps gives no result' "$pobf" call "http://127.0.0.1:$(cat port)" \
    --in in --out trapped --reference traps.json --insecure-accept-sim
says 'trapped'
[ ! -e trapped.failed.message ] && [ -s trapped.failed.receipt ] || no 'its receipt is kept'
[ "$(cat trapped trapped.receipt)" = "$(printf 'older\nolder')" ] || no 'an older result keeps its own proofs'
gives 0 'and was forgotten all the same' "$pobf" verify trapped.failed.receipt \
    trapped.failed.evidence trapped.failed.exchange --reference traps.json --insecure-accept-sim
halt

function_of slow 'for (volatile int forever = 1; forever;) { } return 0;' 's/"deadline_ms": 1000/"deadline_ms": 60000/'
serve slow.image
"$pobf" call "http://127.0.0.1:$(cat port)" --in in --out cut --reference slow.json \
    --insecure-accept-sim >out 2>err &
client=$!
has_begun() {
    curl -s --noproxy '*' "http://127.0.0.1:$(cat port)/metrics" |
        grep -qxF 'pobf_sealed_input_bytes_total{function="slow",at_most="+Inf"} 1'
}
await has_begun || no 'a call is in flight'
kill -9 "$served"
wait "$served" 2>/dev/null || true
served=
seen=0
wait "$client" || seen=$?
[ "$seen" = 3 ] || no "a host that dies in the middle of a call (exit $seen, expected 3)"
nothing cut
ok 'a host that dies in the middle of a call is told, and leaves nothing'

pair() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=IP:127.0.0.1 -out "$1.pem" -keyout "$1.key" 2>err
}
pair tls
pair stranger
serve echo.image --tls-cert tls.pem --tls-key tls.key
url=https://127.0.0.1:$(cat port)
gives 0 'over TLS a self-signed certificate will do, as the evidence names its key' \
    "$pobf" call "$url" --in in --out tls.result $sim
gives 0 'its channel key verifies offline' "$pobf" verify tls.result.receipt tls.result.evidence \
    tls.result.exchange $sim
says 'pass  evidence.channel_key'
gives 0 'an authority that is asked for vouches' "$pobf" call "$url" --in in --out tls.result $sim --ca tls.pem
gives 1 'an authority that does not vouch is a no' "$pobf" call "$url" --in in --out no $sim --ca stranger.pem
says 'channel.certificate'
nothing no
halt
