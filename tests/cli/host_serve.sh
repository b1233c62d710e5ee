#!/bin/sh
# What an operator and its clients do over HTTP: the right order, every wrong one, and what dies.
set -eu
. tests/cli/pobf.inc

# begin_to_serve [option]...: start a host on a port of its own, and wait until it listens
begin_to_serve() {
    serve count.image --trustlets 1 --receipts receipts "$@"
    port=$(cat port)
    url=http://127.0.0.1:$port
}
# ask CODE SENTENCE PATH [curl option]...: the answer has this code
ask() {
    code=$1 sentence=$2 path=$3
    shift 3
    seen=$(curl -s -m 60 -D head -o out -w '%{http_code}' "$@" "$url$path" 2>err) || true
    [ "$seen" = "$code" ] || no "$sentence (HTTP $seen, expected $code)"
}
# says SENTENCE FIELD EXPECTED SEEN: the last answer is problem+json with these members
says() {
    grep -qi '^content-type: application/problem+json' head || no "$1 (no problem+json)"
    jq -e --arg field "$2" --arg expected "$3" --arg seen "$4" \
        '.field == $field and (.expected // "" | contains($expected)) and (.seen // "" | contains($seen))' \
        out >/dev/null || no "$1"
    ok "$1"
}
start_task() {
    ask 201 'a task is offered' /v1/tasks -X POST
    task=$(sed -n 's/^[Ll]ocation: \([^\r]*\).*/\1/p' head)
}
metric() { curl -s "$url/metrics" | sed -n "s/^$1\({function=\"count\"}\)\{0,1\} //p"; }
receipts() { find receipts -name '*.receipt' | wc -l; }
# All processes below a process, itself not included.
below() {
    for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
        echo "$child"
        below "$child"
    done
}
another_is_up() { curl -sf "$url/healthz" >out && [ "$(jq -r '.boot_ids[0]' out)" != "$boot" ]; }

"$host" new count >out 2>err
"$host" build count --out count.image >out 2>err
mkdir receipts
head -c 500 /dev/urandom >junk

# refuses CODE SENTENCE TEXT option...: serve does not start, with this exit code and reason
refuses() {
    code=$1 sentence=$2 text=$3
    shift 3
    seen=0
    timeout 60 "$host" serve "$@" >out 2>err || seen=$?
    [ "$seen" -eq "$code" ] && grep -qF -e "$text" err || no "$sentence (exit code $seen)"
    ok "$sentence"
}
refuses 2 'serve without an address is a usage error' '--listen' count.image
refuses 2 'an address without a port is a usage error' 'ADDRESS:PORT' count.image --listen 127.0.0.1
refuses 1 'plain HTTP is refused on any address but loopback' 'loopback only' count.image --listen 0.0.0.0:0
refuses 3 'TLS with files that hold no key is refused' 'PEM' count.image --listen 127.0.0.1:0 --tls-cert junk --tls-key junk
refuses 1 'a file that is no image is not served' 'junk' junk --listen 127.0.0.1:0
refuses 3 'an image that is not there is named' 'nowhere' nowhere --listen 127.0.0.1:0
refuses 3 'a folder for receipts that is not there is named' 'nowhere: there is no such folder' count.image --listen 127.0.0.1:0 --receipts nowhere
refuses 3 'a file in the place of that folder is told' 'junk: receipts cannot be recorded there: it is no folder' \
    count.image --listen 127.0.0.1:0 --receipts junk
refuses 3 'an image that is a folder is told' 'it is a folder' . --listen 127.0.0.1:0
refuses 3 'a certificate that is not there is named' 'nowhere' count.image --listen 127.0.0.1:0 --certificate nowhere

begin_to_serve
[ "$(cat serve.out)" = "listening on $url" ] || no 'the host says where it listens'
ok 'the host says where it listens, on one line'
refuses 3 'an address that is taken is told' 'in use' count.image --listen "127.0.0.1:$port"
ask 200 'health' /healthz
[ "$(jq -r .status out)" = ok ] && [ "$(jq -r .measurement out)" = "$(sha256sum <count.image | cut -c1-64)" ] ||
    no 'health'
boot=$(jq -r '.boot_ids[0]' out)
ok 'healthz says which function is served, and which boot'

nonce=$(printf '%064d' 7)
ask 200 'evidence' "/v1/evidence?nonce=$nonce"
grep -qi '^content-type: application/eat+cwt' head && grep -qi '^cache-control: no-store' head || no 'evidence'
ok 'evidence is given for a nonce, and must not be cached'
ask 400 'no nonce' /v1/evidence
says 'evidence without a nonce is refused' nonce '64 hex digits' '0 characters'
ask 400 'short nonce' "/v1/evidence?nonce=${nonce}7"
says 'a nonce of another length is refused' nonce '64 hex digits' '65 characters'
ask 400 'nonce' "/v1/evidence?nonce=$(printf '%063dg' 0)"
says 'a nonce that is no hex is refused' nonce '64 hex digits' '64 characters'

start_task
ask 200 'call' "$task" --data-binary @junk
grep -qi '^content-type: application/cbor' head || no 'a call is answered in CBOR'
[ "$(ls receipts | tr '\n' ' ')" = "$boot-0000000001.receipt $boot.evidence " ] ||
    no 'the receipt is recorded, and the evidence of its boot'
ok 'a sealed input that does not open is answered with a receipt, which is recorded too'
[ "$(metric 'pobf_tasks_total{function="count",exit="REFUSED"}')" = 1 ] ||
    no 'the metrics count it as refused'
ok 'the metrics count it as refused'
ask 409 'replay' "$task" --data-binary @junk
says 'a task id that is used again is refused' 'task id' 'an open task' spent
ask 409 'abandon' "$task" -X DELETE
says 'a task that is spent cannot be abandoned' 'task id' 'an open task' spent
[ "$(receipts)" = 1 ] || no 'a refusal leaves no receipt'
ask 404 'unknown' "/v1/tasks/$(printf '%032d' 5)" --data-binary @junk
says 'a task id that was never offered is refused' 'task id' 'an open task' 'not known'
for id in '' 1 "$(printf '%031dg' 0)" "$(printf '%033d' 0)" '%00' '..' "$(printf '%032d' 0)/x"; do
    ask 404 "a malformed id: $id" "/v1/tasks/$id" --path-as-is --data-binary @junk
done
ok 'task ids that are malformed are refused'

start_task
ask 400 'short' "$task" --data-binary 'too short'
says 'a sealed input shorter than its overhead is refused' 'sealed input' '48 to' '9 bytes'
head -c 1048625 /dev/zero >one_more
ask 413 'oversize' "$task" --data-binary @one_more
says 'a sealed input one byte over the budget is refused' body '1048624 bytes' '1048625 bytes'
head -c 9000000 /dev/zero >huge
ask 413 'huge' "$task" --data-binary @huge
ask 413 'huge, at once' "$task" -H Expect: --data-binary @huge
ask 413 'huge, chunked' "$task" -H 'Transfer-Encoding: chunked' --data-binary @huge
ask 413 'huge, and not sent' "$task" -H 'Expect: 100-continue' --expect100-timeout 60 --data-binary @huge
says 'a sealed input far over the budget is refused' body 'at most 1048624 bytes' more
printf 'POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nhalf' "$task" |
    timeout 5 curl -s -m 1 "telnet://127.0.0.1:$port" >out 2>err || true
head -c 1048624 /dev/zero >largest
ask 200 'largest' "$task" -H 'Transfer-Encoding: chunked' --data-binary @largest
ok 'after all these the task is still open: it is spent by the first whole input, here in chunks'

start_task
ask 200 'abandon' "$task" -X DELETE
grep -qi '^content-type: application/cose' head && [ "$(receipts)" = 3 ] || no 'abandon'
ok 'a task that is abandoned leaves a receipt'
cmp -s out "receipts/$boot-0000000003.receipt" || no 'the receipt recorded is the receipt given'
ok 'the receipt recorded is the receipt given'
ask 409 'call after abandon' "$task" --data-binary @junk
says 'a task that was abandoned takes no input' 'task id' 'an open task' spent
ask 405 'method' /v1/evidence -X PUT
grep -qi '^allow: GET, HEAD' head || no 'Allow'
ask 405 'method' "$task" -X GET
grep -qi '^allow: POST, DELETE' head || no 'Allow'
ok 'a method that is not served is refused, and the right ones are named'

for _ in $(seq 64); do start_task; done
ask 503 'full' /v1/tasks -X POST
grep -qi '^retry-after:' head || no 'Retry-After'
says 'more open tasks than there is room for are refused, for now' tasks 64 ''
[ "$(metric pobf_tasks_open)" = 64 ] || no 'the metrics count open tasks'
ok 'the metrics count open tasks'

before=$(receipts)
mv receipts hidden
ask 500 'no ledger' "$task" --data-binary @junk
says 'an answer whose receipt cannot be recorded is withheld' receipt '' ''
mv hidden receipts
[ "$(metric pobf_receipts_lost_total)" = 1 ] && [ "$(receipts)" = "$before" ] || no 'a lost receipt is counted'
ok 'a lost receipt is counted, and is a gap in the numbers'

start_task
old_task=$task
measurement=$(sha256sum <count.image | cut -c1-64)
mv count.image kept.image
cp junk count.image
for monitor in $(cat /proc/"$served"/task/*/children); do kill -9 "$monitor" || true; done
await another_is_up || no 'another boot'
ok 'where the monitor is killed a new one is started, with another boot id'
[ "$(jq -r .measurement out)" = "$measurement" ] || no 'the image that was given at the start'
ok 'a new monitor has the image of the start, whatever stands in its file by now'
mv kept.image count.image
mv receipts hidden
ask 500 'no evidence' /v1/tasks -X POST
says 'nothing is offered by a boot whose evidence cannot be recorded' evidence '' ''
mv hidden receipts
start_task
[ "$(find receipts -name '*.evidence' | wc -l)" = 2 ] || no 'each boot has its evidence there, once it can be recorded'
ok 'each boot has its evidence there, once it can be recorded'
ask 404 'old task' "$old_task" --data-binary @junk
says 'a task of the last boot is not known any more' 'task id' 'an open task' 'not known'
ask 200 'call' "$task" --data-binary @junk
[ "$(metric pobf_monitor_starts_total)" = 2 ] || no 'the metrics count monitors'
[ "$(find receipts -name "*-0000000001.receipt" | wc -l)" = 2 ] || no 'each boot counts from one'
ok 'the new monitor works, and counts its receipts from one'

processes=$(below "$served")
[ "$(echo "$processes" | wc -w)" -ge 2 ] || no 'control: the host has processes below it'
halt
ok 'SIGTERM ends the host with exit code 0'
await gone $processes || no 'nothing survives a host that was stopped'
ok 'nothing survives a host that was stopped'

begin_to_serve
start_task
processes=$(below "$served")
kill -9 "$served"
wait "$served" 2>/dev/null || true
await gone $processes || no 'nothing survives a host that was killed'
ok 'nothing survives a host that was killed'

begin_to_serve
has_given_up() {
    kill -9 $(cat /proc/"$served"/task/*/children 2>/dev/null) 2>/dev/null || true
    gone "$served"
}
await has_given_up || no 'a host whose monitors do not stay up ends'
seen=0
wait "$served" || seen=$?
[ "$seen" = 3 ] && grep -q 'giving up' serve.err || no "a host whose monitors do not stay up ends ($seen)"
ok 'a host whose monitors do not stay up ends, with exit code 3'
served=
