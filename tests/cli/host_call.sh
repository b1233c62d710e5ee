#!/bin/sh
# Whole calls through a host that is served: over TLS, many at once, and clients that go away.
set -eu
. tests/cli/pobf.inc

# begin_to_serve OPTION...: receipts are kept; the port is in $port
begin_to_serve() {
    serve "$@" --receipts receipts
    port=$(cat port)
}
call() { # call URL IN OUT
    "$pobf" call "$1" --in "$2" --out "$3" --reference reference.json --insecure-accept-sim
}
metric() { curl -s "http://127.0.0.1:$port/metrics" | sed -n "s/^$1 //p"; } # by its name and labels
ended() { metric "pobf_tasks_total{function=\"${image%.image}\",exit=\"$1\"}"; }
# reach SENTENCE COUNT COMMAND...: the command comes to print this number
reach() {
    sentence=$1 count=$2
    shift 2
    await is "$count" "$@" || no "$sentence ($("$@"), expected $count)"
}
is() { wanted=$1 && shift && [ "$("$@")" = "$wanted" ]; }

"$host" new count >out 2>err
"$host" build count --out count.image >out 2>err
image=count.image
mkdir receipts
"$host" measure $image --json >reference.json
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
    -out tls.pem -keyout tls.key 2>err
echo 'a certificate of some proof' >certificate.json

begin_to_serve $image --tls-cert tls.pem --tls-key tls.key --certificate certificate.json
grep -q "^listening on https://127.0.0.1:$port\$" serve.out || no 'the host says https'
curl -sfk "https://127.0.0.1:$port/v1/evidence?nonce=$(printf '%064d' 0)" | od -An -v -tx1 | tr -d ' \n' >out
key=$(openssl x509 -in tls.pem -pubkey -noout | openssl pkey -pubin -outform DER | sha256sum | cut -c1-64)
grep -q "$key" out || no 'the evidence names the TLS key'
grep -q "$(sha256sum <certificate.json | cut -c1-64)" out || no 'the evidence names the certificate'
ok 'the evidence names the TLS key and the proof certificate'
curl -sfk "https://127.0.0.1:$port/healthz" >out 2>err || no 'control: TLS 1.3 is served'
! curl -sfk --tls-max 1.2 "https://127.0.0.1:$port/healthz" >out 2>err || no 'TLS 1.2 is refused'
! curl -sf "http://127.0.0.1:$port/healthz" >out 2>err || no 'plain HTTP is refused'
ok 'TLS 1.3 is served, TLS 1.2 and plain HTTP are not'
grep -q '^NoNewPrivs:[[:space:]]*1$' /proc/$served/status && grep -q '^Max core file size *0 *0 ' /proc/$served/limits ||
    no 'the host gives up what it does not need'
ok 'the host gains no privileges and leaves no core'
call "https://127.0.0.1:$port" count/sample.txt result.txt >out 2>err || no 'a call over TLS'
cmp -s result.txt count/expected.txt || no 'a call over TLS gives the result'
ok 'a call over TLS gives the result'
halt

begin_to_serve $image --trustlets 1
canary=canary-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
for i in 1 2 3 4 5 6 7 8; do
    printf '%s word %s\n' "$canary" "$i" >in.$i
    call "http://127.0.0.1:$port" in.$i out.$i >log.$i 2>&1 &
    clients="${clients:-} $!"
done
for client in $clients; do
    wait "$client" || { cat log.*; no 'many clients at once'; }
done
for i in 1 2 3 4 5 6 7 8; do
    [ "$(sed -n 's/^words\t//p' out.$i)" = 3 ] || no 'many clients at once'
done
ok 'eight clients at once all get their own result'
[ "$(ended RETURNED)" = 8 ] || no 'the metrics count calls'
ok 'the metrics count calls'
curl -s "http://127.0.0.1:$port/metrics" >metrics
grep -rqF "$canary" in.1 || no 'control: the canary is found where it is'
! grep -rqF "$canary" receipts metrics serve.out serve.err || no 'no input in what the host writes'
ok 'nothing of an input is in receipts, metrics or the log'
halt

# A function that takes its time, so that clients can go away in the middle of it.
"$host" new slow >out 2>err
cat >slow/function.c <<'C'
#include "pobf_function.h"
int pobf_function(struct pobf_call *call)
{
    for (volatile uint32_t i = 0; i < 600000000; i++) {
    }
    call->output_size = 0;
    return 0;
}
C
sed -i 's/"deadline_ms": 1000/"deadline_ms": 60000/' slow/pobf.json
"$host" build slow --out slow.image >out 2>err
image=slow.image
"$host" measure $image --json >reference.json
begin_to_serve $image --trustlets 1
url=http://127.0.0.1:$port
task=$(curl -s -D - -o offer -X POST "$url/v1/tasks" | sed -n 's/^[Ll]ocation: \([^\r]*\).*/\1/p')
inputs() { metric 'pobf_sealed_input_bytes_total{function="slow",at_most="+Inf"}'; }
begin() { # begin OUT: start a call, and wait until its input has come
    before=$(inputs)
    "$pobf" call "$url" --in in.1 --out "$1" --reference reference.json --insecure-accept-sim \
        >log 2>&1 &
    client=$!
    reach 'a call is in flight' $((before + 1)) inputs
}
begin slow.1
# This client's input waits in line, and so do the questions of the next client.
curl -s --data-binary @count.image "$url$task" >out 2>err &
waiting=$!
reach 'the input waits in line' $((before + 2)) inputs
kill -9 $waiting 2>/dev/null || no 'control: the input waits in line'
wait $waiting 2>/dev/null || true
call "$url" in.2 slow.2 >log.2 2>&1 || { cat log.2; no 'the next client gets its result'; }
wait $client || no 'the first client gets its result'
[ -s slow.1.receipt ] && [ -s slow.2.receipt ] || no 'both get a receipt'
ok 'a client that goes away while its input waits does not hold up the others'
[ "$(ended ABANDONED)" = 1 ] || no 'its task is abandoned'
ok 'its task is abandoned, with a receipt'

begin slow.3
kill -9 $client
wait $client 2>/dev/null || true
reach 'the call is brought to its end' 3 ended RETURNED
recorded() { find receipts -newer metrics -name '*.receipt' | wc -l; }
reach 'the receipt is recorded' 4 recorded
[ ! -e slow.3 ] || no 'nothing is written'
ok 'a client that goes away while its input is computed on leaves a receipt'

begin slow.4
kill -9 $(cat /proc/"$served"/task/*/children) || true
seen=0
wait $client || seen=$?
[ "$seen" = 3 ] && [ ! -e slow.4 ] && [ ! -e slow.4.receipt ] || no "the client is told ($seen)"
ok 'where the monitor is killed in a call the client is told, and gets neither result nor receipt'
reach 'another monitor is started' 2 metric 'pobf_monitor_starts_total{function="slow"}'
call "$url" in.1 slow.5 >log.5 2>&1 || { cat log.5; no 'the new monitor works'; }
ok 'the new monitor works'

begin slow.6
kill -TERM "$served"
wait $client || { cat log; no 'what is in flight is answered'; }
wait "$served" || no 'SIGTERM ends the host'
served=
[ -s slow.6.receipt ] || no 'what is in flight is answered'
ok 'a host that is stopped answers the call in flight first'

begin_to_serve $image --trustlets 1
url=http://127.0.0.1:$port
begin slow.7
processes=$(cat /proc/"$served"/task/*/children)
processes="$processes $(cat $(printf '/proc/%s/task/*/children ' $processes))"
[ "$(echo $processes | wc -w)" -ge 3 ] || no 'control: monitor, nursery and function run'
kill -9 "$served"
seen=0
wait $client || seen=$?
[ "$seen" = 3 ] && [ ! -e slow.7 ] || no "where the host is killed in a call the client is told ($seen)"
ok 'where the host is killed in a call the client is told'
await gone $processes || no 'nothing survives a host that is killed in a call'
served=
ok 'nothing survives a host that is killed in a call'
