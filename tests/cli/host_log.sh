#!/bin/sh
# A host brings its receipts to a log, and keeps them until it holds the proof of each: whatever becomes
# of the log or of the host meanwhile. No call waits for it.
set -eu
. tests/cli/pobf.inc
verifier=$build/pobf-verifier
log=
stop_all() {
    [ -z "$log" ] || { kill -9 "$log" && wait "$log"; } 2>/dev/null || true
    stop
}
trap stop_all EXIT

# serve_log ADDRESS:PORT [OPTION]...: and wait until it listens
serve_log() {
    : >where
    "$verifier" log serve LOG --key key --listen "$@" >where 2>>log.err &
    log=$!
    await [ -s where ] || no 'the log starts'
}
kill_log() {
    kill -9 "$log"
    wait "$log" 2>/dev/null || true
    log=
}
call() { # call N
    echo "input $1" >in
    "$pobf" call "http://127.0.0.1:$(cat port)" --in in --out "out.$1" --reference reference.json \
        --insecure-accept-sim >out 2>err || no "call $1"
}
metric() { curl -sf "http://127.0.0.1:$(cat port)/metrics" | sed -n "s/^pobf_log_$1 //p"; }
# all_proved N: N receipts come to have proofs, and nothing is left to bring
are_proved() { [ "$(ls receipts | grep -c 'tlog-proof$')" = "$1" ] && [ "$(metric backlog)" = 0 ]; }
all_proved() {
    await are_proved "$1" || no "$1 proofs: $(ls receipts | grep -c 'tlog-proof$'), backlog $(metric backlog)"
}
verify_all() {
    for receipt in receipts/*.receipt; do
        "$pobf" log verify-inclusion "$receipt" --proof "$receipt.tlog-proof" --vkey vkey >out 2>err ||
            no "the proof of $receipt holds"
    done
}
# entries: how many receipts the log holds, and how many of them are different
entries() {
    sed -n 2p LOG/checkpoint
}

"$host" new hello >out 2>err
"$host" build hello --out hello.image >out 2>err || no 'the function builds'
"$host" measure hello.image --json >reference.json
mkdir receipts
"$verifier" keygen --eddsa --out key >out 2>err
"$verifier" log init LOG --origin log.example/pobf --key key >vkey 2>err
"$verifier" keygen --eddsa --out other >out 2>err
"$verifier" log init OTHER --origin other.example/pobf --key other >other.vkey 2>err

gives 2 'a log needs its key' "$host" serve hello.image --listen 127.0.0.1:0 --receipts receipts --log http://127.0.0.1:1
gives 2 'and a folder for receipts' "$host" serve hello.image --listen 127.0.0.1:0 --log http://127.0.0.1:1 --log-key vkey
gives 2 'plain HTTP stays on this machine' \
    "$host" serve hello.image --listen 127.0.0.1:0 --receipts receipts --log http://log.example --log-key vkey
gives 3 'what is no vkey is told' \
    "$host" serve hello.image --listen 127.0.0.1:0 --receipts receipts --log http://127.0.0.1:1 --log-key reference.json
says 'is not the vkey of a log'

serve_log 127.0.0.1:0
url=$(sed 's/listening on //' where)
address=${url#http://}
kill_log
with="--trustlets 1 --receipts receipts --log $url --log-key vkey"

serve hello.image $with
for i in 1 2 3; do call $i; done
[ "$(metric backlog)" = 3 ] || no "the backlog is counted ($(metric backlog))"
ok 'calls are answered while the log is down, and their receipts are kept'
set -- receipts/*.receipt
place=$(basename "$1" .receipt)
boot=${place%-*} number=$(echo "${place#*-}" | sed 's/^0*//')
seen=$(curl -s -o body -D head -w '%{http_code}' "http://127.0.0.1:$(cat port)/v1/proofs/$boot/$number")
[ "$seen" = 404 ] && grep -qi '^retry-after' head && grep -q 'not there yet' body || no "no proof yet ($seen)"
ok 'whoever asks for a proof that is not there yet is told so'

serve_log "$address"
all_proved 3
verify_all
grep -q 'takes receipts again' serve.err || no 'it is told that the log is back'
ok 'they are brought when it is back, and each has a proof'
curl -sf "http://127.0.0.1:$(cat port)/v1/proofs/$boot/$number" -o proof
cmp -s proof "$1.tlog-proof" || no 'the host shows the proof'
gives 0 'the proof that a host shows verifies' "$pobf" log verify-inclusion "$1" --proof proof --vkey vkey
for wrong in "$boot/99" "$boot/0$number" "$boot" "../$boot/1" "$boot/$number/x"; do
    seen=$(curl -s --path-as-is -o body -w '%{http_code}' "http://127.0.0.1:$(cat port)/v1/proofs/$wrong")
    [ "$seen" = 404 ] || [ "$seen" = 400 ] || no "$wrong ($seen)"
done
ok 'nothing else is shown'

# The log stands still.
kill -STOP "$log"
for i in 4 5 6; do call $i; done
[ "$(metric backlog)" = 3 ] && [ "$(metric failures_total)" -ge 1 ] || no "the log stands still ($(metric backlog))"
kill -CONT "$log"
all_proved 6
ok 'no call waits for a log that stands still'

# The log ends at some moment of an add, again and again.
count=6
for moment in 0 1 2 3 4 5 6 8 10 15; do
    for i in 1 2 3; do count=$((count + 1)) && call $count; done &
    calls=$!
    sleep "$(printf '0.%03d' $((moment * 7)))"
    kill_log
    wait "$calls" || no 'calls go on'
    count=$((count + 3))
    serve_log "$address"
done
all_proved $count
verify_all
[ "$(entries)" = $count ] || no "each receipt is logged once ($(entries) of $count)"
ok 'a log that is killed while it takes receipts has each of them once, in the end'
gives 0 'and is whole' "$pobf" log audit LOG --vkey vkey
[ "$(metric refusals_total)" = 0 ] || no 'nothing was refused'

# The host ends, with a backlog.
kill_log
for i in 1 2 3 4; do count=$((count + 1)) && call $count; done
kill -9 "$served" && wait "$served" 2>/dev/null || true
: >"receipts/$place.receipt.tlog-proof" # as a power cut may leave it
serve_log "$address"
serve hello.image $with
all_proved $count
verify_all
[ "$(entries)" = $count ] || no "each receipt is logged once ($(entries) of $count)"
ok 'a host that was killed has left its backlog to the next one'
ls receipts | grep -v -e 'receipt$' -e 'tlog-proof$' -e 'evidence$' -e '^log-[0-9a-f]*\.tip$' >out || true
[ ! -s out ] || no 'nothing is left over'
halt
gives 0 'the folder is as good as before to who looks for gaps' "$pobf" log gaps receipts

# The log is put back to an older copy: the receipts since then must not be taken for logged.
cp -r LOG OLD
serve hello.image $with
for i in 1 2; do count=$((count + 1)) && call $count; done
all_proved $count
kill_log
mv LOG NEW && mv OLD LOG
serve_log "$address"
halt
serve hello.image $with # the next host knows what the log had shown to the one before
count=$((count + 1)) && call $count
refused() { [ "$(metric refusals_total)" -gt "$1" ]; } # more than so many proofs
await refused 0 && [ "$(metric backlog)" = 1 ] || no 'a log that has shrunk is refused'
grep -q 'it has shrunk' serve.err || no 'and told'
[ "$(metric alarms)" = 1 ] && grep -q 'ALARM: log log.example/pobf: shrunk' serve.err || no 'it is an alarm'
ok 'a log that has shrunk is told, also to the next host, and its proof is not taken'
kill_log
mv LOG SHRUNK && mv NEW LOG
serve_log "$address"
all_proved $count
ok 'once the log is back whole, the receipt goes there'
kill_log

# The log forks: it goes on from one copy, then from the other.
cp -r LOG OTHERSIDE
mv LOG ONESIDE && mv OTHERSIDE LOG
serve_log "$address"
count=$((count + 1)) && call $count
all_proved $count
kill_log
mv LOG OTHERSIDE && mv ONESIDE LOG
serve_log "$address"
count=$((count + 1)) && call $count
alarms() { [ "$(metric alarms)" = "$1" ]; }
await alarms 2 && [ "$(metric backlog)" = 1 ] || no "a fork is an alarm ($(metric alarms))"
grep -q 'ALARM: log log.example/pobf: forked' serve.err || no 'and told'
ok 'a log that forks is an alarm, and the proof of its other side is not taken'
kill_log
mv LOG ONESIDE && mv OTHERSIDE LOG
serve_log "$address"
all_proved $count
[ "$(metric alarms)" = 2 ] || no 'what it did is not forgotten'
kill_log
gives 1 'who looks for gaps is told of both' "$pobf" log gaps receipts
says 'it has forked, its own signatures show it'
says 'it has shrunk'
gives 1 'as JSON' "$pobf" log gaps receipts --json
is_object '"kind":"forked"'
gives 1 'so is who asks for a report on a period' \
    "$pobf" report --period 2020-01-01..2100-01-01 --receipts receipts --insecure-accept-sim --json
jq -e '.alarms == 2 and ([.log_alarms[].kind] | sort) == ["forked", "shrunk"] and .damaged_files == 0' out >/dev/null ||
    no "the report has them ($(jq -c '[.alarms, .log_alarms, .bad_files]' out))"
gives 0 'what an alarm says' "$pobf" inspect receipts/log-*-forked.alarm --json
is_object '"kind":"log alarm"'
gives 1 'it is not judged as the files of a call are' "$pobf" verify receipts/log-*-forked.alarm
sed 's/"after": "log.example/"after": "log,example/' receipts/log-*-forked.alarm >spoilt.alarm
gives 1 'one that is changed is none' "$pobf" log gaps spoilt.alarm
mkdir alarms && mv receipts/*.alarm alarms/
gives 0 'control: without them there is no alarm, nor is anything open, while the host works there' "$pobf" log gaps receipts
says ' 0 alarms'
mv alarms/*.alarm receipts/

# Another log answers at its address.
mv LOG MINE && mv OTHER LOG && mv key mine.key && mv other key
serve_log "$address"
before=$(metric refusals_total)
count=$((count + 1)) && call $count
await refused "$before" && [ "$(metric backlog)" = 1 ] || no 'the receipt stays'
grep -q 'its proof is of another log' serve.err || no 'another log is told'
ok 'a proof of another log is refused, and the receipt stays'
halt
kill_log

# A log that wants a token, by HTTPS, under an authority of its own.
mv LOG OTHER && mv MINE LOG && mv key other && mv mine.key key
for ca in ca stranger; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$ca" -keyout $ca.key -out $ca.pem \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign 2>err || no "an authority $ca"
done
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=log -keyout tls.key -out tls.csr 2>err
echo 'subjectAltName = IP:127.0.0.1' >tls.conf
openssl x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -days 2 -extfile tls.conf -out tls.pem 2>err || no 'a certificate'
openssl rand -hex 32 >token
openssl rand -hex 32 >wrong-token
gives 2 'a token is for who takes receipts' "$verifier" log serve LOG --listen 127.0.0.1:0 --token-file token
gives 2 'and for who brings them' "$host" serve hello.image --listen 127.0.0.1:0 --log-token-file token
for bad in ca.pem /dev/null; do
    gives 3 "what is no token is told: $bad" "$verifier" log serve LOG --listen 127.0.0.1:0 --key key --token-file $bad
done
gives 3 'so is a token that is not there' "$verifier" log serve LOG --listen 127.0.0.1:0 --key key --token-file nowhere
serve_log 127.0.0.1:0 --tls-cert tls.pem --tls-key tls.key --token-file token
url=$(sed 's/listening on //' where)
first=$(ls receipts/*.receipt | head -1)
# add [HEADER]: what the log says to a receipt that comes with it
add() { curl -s --cacert ca.pem ${1:+-H "$1"} -D head -o body -w '%{http_code}' --data-binary "@$first" "$url/add"; }
for shown in '' "Authorization: Bearer $(cat wrong-token)" "Authorization: Bearer $(cut -c-63 token)" 'Authorization: Bearer ' \
    "Authorization: Bearer $(cat token)0" "Authorization: Basic $(cat token)" "Authorization: $(cat token)"; do
    seen=$(add "$shown")
    [ "$seen" = 401 ] && grep -qi '^www-authenticate: bearer' head && ! grep -qf token body || no "refused: '$shown' ($seen)"
done
seen=$(add "Authorization: Bearer $(cat token)")
[ "$seen" = 200 ] || no "control: with the token it is taken ($seen)"
[ "$(curl -s --cacert ca.pem -o body -w '%{http_code}' "$url/checkpoint")" = 200 ] || no 'anybody may read'
ok 'a log that wants a token takes receipts from those alone who know it; anybody may read it'

# bring LINE OPTION...: a new host's receipts do not get to the log, which is told by this line
bring() {
    line=$1
    shift
    serve hello.image --trustlets 1 --receipts receipts --log "$url" --log-key vkey "$@"
    count=$((count + 1)) && call $count
    await grep -q "$line" serve.err || no "it is told: $line ($(cat serve.err))"
    [ "$(metric proofs_total)" = 0 ] && [ "$(metric backlog)" -ge 1 ] || no "the receipt stays: $line"
    ! grep -qf token -e "$(cat wrong-token)" serve.err log.err || no 'no token is said'
    halt
}
bring 'certificate' --log-ca stranger.pem --log-token-file token
bring 'certificate' --log-token-file token
ok 'a log that another authority vouches for gets no receipts, nor one that the system does not know'
bring 'another token' --log-ca ca.pem
bring 'another token' --log-ca ca.pem --log-token-file wrong-token
ok 'a host without the token, or with a wrong one, keeps its receipts and says why'
gives 3 'a host is told of an authority that is not there' \
    "$host" serve hello.image --listen 127.0.0.1:0 --receipts receipts --log "$url" --log-key vkey --log-ca nowhere
serve hello.image --trustlets 1 --receipts receipts --log "$url" --log-key vkey --log-ca ca.pem --log-token-file token
count=$((count + 1)) && call $count
all_proved $count
verify_all
[ "$(metric refusals_total)" = 0 ] || no 'nothing was refused'
! grep -aqf token "/proc/$served/cmdline" "/proc/$served/environ" || no 'the token is in no list of processes'
curl -s "http://127.0.0.1:$(cat port)/metrics" >body
! grep -qf token body serve.err serve.out log.err where || no 'the token is said nowhere'
ok 'with authority and token all receipts are brought by HTTPS, those of before, too; the token is said nowhere'
halt
