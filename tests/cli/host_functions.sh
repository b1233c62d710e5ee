#!/bin/sh
# Several functions on one host: each has its evidence, trustlets and metrics, and what is done to one is
# nothing to another. An image is replaced while it is called, and no call fails.
set -eu
. tests/cli/pobf.inc

metric() { # metric FUNCTION NAME
    curl -s "$url/metrics" | sed -n "s/^pobf_$2{function=\"$1\"} //p"
}
call() { # call FUNCTION REFERENCE IN OUT: a proven call
    "$pobf" call "$url/functions/$1" --in "$3" --out "$4" --reference "$2" --insecure-accept-sim
}
# project NAME DEADLINE_MS TEXT: an image whose function gives TEXT, or spins where its input begins with s
project() {
    "$host" new "$1" >out 2>err
    cat >"$1/function.c" <<C
#include "pobf_function.h"

int pobf_function(struct pobf_call *call)
{
    static const char text[] = "$3\\n";

    for (volatile int forever = call->input[0] == 's'; forever;) {
    }
    for (size_t i = 0; i < sizeof text - 1; i++) {
        call->output[i] = (uint8_t)text[i];
    }
    call->output_size = sizeof text - 1;
    return 0;
}
C
    sed -i "s/\"deadline_ms\": 1000/\"deadline_ms\": $2/" "$1/pobf.json"
    "$host" build "$1" --out "$1.image" >out 2>err || no "$1 is built"
    "$host" measure "$1.image" --json >"$1.json"
}
project one 60000 one
project two 2000 two
echo good >good
echo spin >spin
mkdir receipts

gives 2 'two functions of one name are refused' "$host" serve one.image one.image --listen 127.0.0.1:0
says 'NAME=IMAGE'
gives 2 'a certificate for each of them, or none' "$host" serve one.image two.image --certificate good --listen 127.0.0.1:0
says 'for each'
gives 2 'a TPM vouches for one' "$host" serve one.image two.image --tpm device:/none --listen 127.0.0.1:0
says 'one function'
gives 3 'one that is not there is named' "$host" serve one.image nowhere.image --listen 127.0.0.1:0
says 'nowhere.image'

cp one.image a=b.image
serve one.image second=two.image named=a=b.image --trustlets 1 --receipts receipts
url=http://127.0.0.1:$(cat port)
curl -s "$url/healthz" >out
[ "$(jq -r '.functions | keys | join(" ")' out)" = 'named one second' ] || no 'the names'
for function in named:one one:one second:two; do
    curl -s "$url/functions/${function%:*}/healthz" >one.health
    [ "$(jq -r .measurement one.health)" = "$(sha256sum <"${function#*:}.image" | cut -c1-64)" ] || no 'the measurement'
    [ "$(jq -c . one.health)" = "$(jq -c ".functions.${function%:*}" out)" ] || no 'one health is in the other'
done
ok 'each has its name, its measurement and its boot'
gives 0 'one is called' call one one.json good result
[ "$(cat result)" = one ] || no 'its result'
gives 0 'the other one is called by its name' call second two.json good result
[ "$(cat result)" = two ] || no 'its result'
gives 0 'the receipt is verified offline' "$pobf" verify result.receipt result.evidence result.exchange --reference two.json --insecure-accept-sim
gives 1 'who means one is not served by the other' call second one.json good no
[ ! -e no ] || no 'nothing is written'
gives 1 'without a name there is nobody' "$pobf" call "$url" --in good --out no --reference one.json --insecure-accept-sim
says function
seen=$(curl -s -o out -w '%{http_code}' -X POST "$url/functions/third/v1/tasks")
[ "$seen" = 404 ] && [ "$(jq -r .field out)" = function ] || no 'a name that there is not is refused'
ok 'a name that there is not is refused'
task=$(curl -s -D - -o offer -X POST "$url/functions/second/v1/tasks" | sed -n 's/^[Ll]ocation: \([^\r]*\).*/\1/p')
case $task in /functions/second/v1/tasks/*) ;; *) no "where a task is: $task" ;; esac
head -c 100 /dev/zero >sealed
seen=$(curl -s -o out -w '%{http_code}' --data-binary @sealed "$url/functions/one/v1/tasks/${task##*/}")
[ "$seen" = 404 ] || no "a task of one is not known to another ($seen)"
seen=$(curl -s -o out -w '%{http_code}' --data-binary @sealed "$url$task")
[ "$seen" = 200 ] || no "control: it is known where it was offered ($seen)"
ok 'a task is known where it was offered, and nowhere else'
curl -s "$url/metrics" >out
grep -qx "pobf_tasks_total{function=\"second\",exit=\"RETURNED\"} 1" out || no 'the metrics of second'
grep -qx "pobf_tasks_total{function=\"second\",exit=\"REFUSED\"} 1" out || no 'the metrics of second'
grep -qx "pobf_tasks_total{function=\"one\",exit=\"RETURNED\"} 1" out || no 'the metrics of one'
grep -qx "pobf_tasks_total{function=\"named\",exit=\"RETURNED\"} 0" out || no 'the metrics of named'
[ "$(grep -c '^# TYPE pobf_monitors_serving' out)" = 1 ] || no 'one head a metric'
ok 'each is counted under its name'
[ "$(find receipts -name '*.receipt' | wc -l)" = 3 ] || no 'receipts of all are in one folder'
ok 'receipts of all are in one folder'

# One has all that it may have under way behind a call that spins: the other one is called meanwhile.
call one one.json spin no >spin.out 2>&1 &
spinner=$!
await [ "$(metric one monitors_serving)" = 1 ] || no 'it serves'
is_spinning() { [ "$(metric one tasks_open)" = 0 ] && [ "$(metric one requests_waiting)" = 1 ]; }
await is_spinning || no 'it spins'
waiting=
for _ in $(seq 95); do
    curl -s -m 60 -o /dev/null -w '%{http_code}\n' "$url/functions/one/v1/evidence?nonce=$(printf '%064d' 7)" >>codes &
    waiting="$waiting $!"
done
has_shed() { [ "$(metric one requests_shed_total)" -ge 11 ]; }
await has_shed || no "more than its share of 85 is refused ($(metric one requests_shed_total))"
for _ in 1 2 3 4 5 6; do
    call second two.json good result >out 2>err || no 'the other one is called'
done
kill -0 $spinner 2>/dev/null || no 'control: the first one still spins'
[ "$(metric second requests_shed_total)" = 0 ] || no 'nothing of the other one is refused'
ok 'one that spins, with more clients than its share, takes nothing from the other'
kill -9 "$(pgrep -P "$served" pobf-monitor | head -n 1)"
for process in $spinner $waiting; do wait "$process" || true; done
[ "$(sort codes | uniq -c | awk '$2 == 503 { print $1 }')" = 95 ] || no "all of its clients are told: $(sort codes | uniq -c)"
call second two.json good result >out 2>err || no 'the other one is called'
[ "$(metric second monitor_losses_total)" = 0 ] && [ "$(metric one monitor_losses_total)" = 1 ] || no 'whose monitor was lost'
ok 'its monitor is killed, all that wait there are told, and the other one has not noticed'
again() { call one one.json good result >out 2>err; }
await again || no 'it serves again'
halt

# Replaced while it serves. A data provider trusts both images, and asks for one of them until it is there.
project other 2000 other
caller() { # caller NUMBER: calls until `stop` is there; says of each what it gave, or why it failed
    while [ ! -e stop ] && [ -e good ]; do
        for reference in two.json other.json; do
            if call two $reference good "result.$1" >"log.$1" 2>&1; then
                cat "result.$1"
            else
                grep -q 'measurement' "log.$1" || { echo failed; cat "log.$1" >&2; }
            fi
            sleep 0.1
        done
    done
}
cp two.image served.image
mkdir others
serve one.image two=served.image --trustlets 1 --warm 1 --receipts others
url=http://127.0.0.1:$(cat port)
kept=$(curl -s -D - -o offer -X POST "$url/functions/two/v1/tasks" | sed -n 's/^[Ll]ocation: \([^\r]*\).*/\1/p')
old=$(curl -s "$url/functions/two/healthz" | jq -r '.boot_ids[0]')
replace() { # replace IMAGE: put it there in one step, and ask until it is taken; it may take its turn
    cp "$1" next.image
    mv next.image served.image
    wanted=$(($(metric two replacements_total) + 1))
    is_taken() { [ "$(metric two replacements_total)" = "$wanted" ] || { kill -HUP "$served" && false; }; }
    await is_taken || no "$1 is taken"
}
replace other.image
gives 0 'the new image is called' call two other.json good result
[ "$(cat result)" = other ] || no 'its result'
seen=$(curl -s -o out -w '%{http_code}' --data-binary @sealed "$url$kept")
[ "$seen" = 200 ] || no "a task that was open ends where it was offered ($seen)"
ok 'a task that was open ends where it was offered'
nonce=$(printf '%064d' 1)
is_gone() { # by its evidence: an offer would keep it for as long as it may be used
    [ "$(curl -s -o out -w '%{http_code}' "$url/functions/two/v1/evidence?nonce=$nonce&boot=$old")" = 410 ]
}
await is_gone || no 'the old image is gone'
ok 'then the old image is gone'

reread() { # after what an earlier SIGHUP still has said
    sleep 0.5
    before=$(wc -l <serve.err)
    kill -HUP "$served"
}
is_told() { tail -n "+$((before + 1))" serve.err | grep -q "$1"; }
head -c 5000 two.image >broken
for bad in broken good one; do
    cp "$bad" next.image 2>/dev/null || mkdir next.image
    rm -rf served.image
    mv next.image served.image
    reread
    await is_told served.image: || no "that $bad is no image is told, with its name"
    gives 0 "the one that serves goes on, where the new one is $bad" call two other.json good result
done
rm -rf served.image
reread
await is_told 'served.image: there is no such file' || no 'that there is none is told'
gives 0 'the one that serves goes on, where there is none' call two other.json good result
sed 's/"input_max": [0-9]*/"input_max": 9000000/' two/pobf.json >large.json
cp -r two large && mv large.json large/pobf.json && "$host" build large --out served.image >out 2>err
reread
await is_told 'start it again' || no 'what the server was not set up for is not taken'
gives 0 'nor one that takes more than the server was set up for' call two other.json good result

files() { find "/proc/$served/fd" | wc -l; }
memory() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$served/status"; }
is_settled() { [ "$(metric two monitors_leaving)" = 0 ] && [ "$(pgrep -c -P "$served" pobf-monitor)" = 4 ]; }
replaced=$(metric two replacements_total)
rm -f stop
caller 1 >called.1 2>failed.1 &
first=$!
caller 2 >called.2 2>failed.2 &
second=$!
for number in $(seq 50); do
    if [ $((number % 2)) = 1 ]; then replace two.image; else replace other.image; fi
    [ "$number" != 20 ] || { await is_settled || no 'monitors of old images go'; files >files.20; memory >memory.20; }
done
enough() { [ "$(cat called.1 called.2 | wc -l)" -ge 50 ]; }
await enough || no "control: it is called meanwhile ($(cat called.1 called.2 | wc -l))"
: >stop
wait $first $second
[ "$(metric two replacements_total)" = $((replaced + 50)) ] || no 'fifty replacements'
! grep -q failed called.1 called.2 || no "no call fails: $(cat failed.1 failed.2)"
grep -q two called.1 && grep -q other called.1 || no 'both were called'
ok "an image is replaced fifty times, and of $(cat called.1 called.2 | wc -l) calls none fails"
await is_settled || no 'monitors of old images go'
are_few() { [ "$(files)" -le "$(cat files.20)" ]; } # then connections were open, too; one may be still
await are_few || no "descriptors: $(cat files.20), then $(files)"
[ "$(memory)" -lt $(($(cat memory.20) + 2048)) ] || no "its memory: $(cat memory.20), then $(memory)"
ok 'nothing of an old image is left: no monitor, no descriptor, no memory'
[ "$(metric two monitor_losses_total)" = 0 ] && [ "$(metric two tasks_crashed_total)" = 0 ] || no 'nothing was lost'
halt
gives 0 'no number is missing' "$pobf" log gaps others
