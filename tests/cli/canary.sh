#!/bin/sh
# A marked input goes through every end that a call can have: returned, failed, and one for each thing
# that a function must not do. Each end is named, and nothing that is written meanwhile holds the mark: no
# log, error, receipt, report, metric, command line, environment, temporary file or core.
set -eu
. tests/cli/pobf.inc

mkdir tmp mine written written/receipts cored
TMPDIR=$work/tmp
export TMPDIR
: >since
sleep 0.01
mark=mark$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')-end # 24 bytes

# The mark in clear, in hex, and in both alphabets of base64 at each of its three alignments, less the
# digits that depend on what stands beside it.
{
    echo "$mark"
    printf '%s' "$mark" | od -An -v -tx1 | tr -d ' \n' | sed 's/$/\n/'
    for before in '' x xx; do
        printf '%s%s' "$before" "$mark" | base64 | cut -c5-28
    done
} >mine/forms
tr '+/' '-_' <mine/forms | tail -n 3 >>mine/forms
tr 'a-f' 'A-F' <mine/forms | sed -n 2p >>mine/forms

# holding FOLDER...: the files below these folders that hold the mark in any form
holding() { find "$@" -type f -exec grep -laF -f mine/forms {} + || true; }

mkdir planted
printf 'log: %s\n' "$mark" >planted/clear
printf '%s' "$mark" | od -An -v -tx1 | tr -d ' \n' >planted/hex
for before in '' 1 22; do
    printf '%s{"a":"%s"}' "$before" "$mark" | base64 -w 0 | tr '+/' '-_' >planted/base64."${#before}"
done
head -c 4096 /dev/urandom >planted/binary
printf '%s' "$mark" >>planted/binary
head -c 4096 /dev/urandom >>planted/binary
[ "$(holding planted | wc -l)" = "$(ls planted | wc -l)" ] || no 'control: the search finds every form'
rm -r planted
ok 'control: the search finds the mark in clear, hex and base64, in text and among other bytes'

"$host" new carry >out 2>err
cp "$POBF_SHARE/tests/hostile/carry.c" carry/function.c
sed -i 's/"deadline_ms": 1000/"deadline_ms": 200/' carry/pobf.json
"$host" build carry --out carry.image >out 2>err || no 'the function builds'
"$host" measure carry.image --json >reference.json
"$build/pobf-verifier" keygen --out key.pem >out 2>err
sim='--reference reference.json --insecure-accept-sim'

limit=$(ulimit -Hc)
ulimit -c "$limit"
serve carry.image --receipts written/receipts
url=http://127.0.0.1:$(cat port)

# ends LETTER CODE SENTENCE TEXT: over HTTP and by itself, the call ends so, and says the text
ends() {
    printf '%s%s\n' "$1" "$mark" >"mine/in.$1"
    gives "$2" "$3" "$pobf" call "$url" --in "mine/in.$1" --out "mine/$1" $sim
    cat out err >"written/call.$1"
    grep -qF -e "$4" "written/call.$1" || no "$3: it says $4"
    gives "$2" "$3, by itself too" "$host" run carry.image --in "mine/in.$1" --out "mine/run.$1"
    cat out err >"written/run.$1"
    grep -qF -e "$4" "written/run.$1" || no "$3, by itself too: it says $4"
}
ends r 0 'a function returns' returned
ends f 1 'a function that fails is named' 'a failure of its own'
ends t 1 'a function that traps is named' trapped
ends j 1 'a function that jumps away is named' 'touched memory'
ends b 1 'a function that writes out of bounds is named' 'touched memory'
ends l 1 'a function that loops is named' 'past the deadline'
ends w 1 'a function that writes to a descriptor is named' 'tried a system call'
ends c 1 'a function that opens a file is named' 'tried a system call'
ends k 1 'a function that forks is named' 'tried a system call'
ends o 1 'a function that returns too much is named' 'more output than'
for end in r run.r f.failed.message run.f; do
    [ "$(head -c 24 "mine/$end")" = "$mark" ] || no "control: the data provider has the mark in $end"
done
[ ! -e mine/t ] && [ ! -e mine/run.t ] && [ ! -e mine/o ] && [ ! -e mine/run.o ] ||
    no 'control: only a function that ends by itself has an output'
ok 'control: the mark went through the function, and came back to the data provider alone'

# What a refusal could quote: a mark where no cipher text, no id, no nonce belongs.
task=$(curl -s -D - -o out -X POST "$url/v1/tasks" | sed -n 's/^[Ll]ocation: \([^\r]*\).*/\1/p')
printf '%s and more than fits the overhead of a sealed input' "$mark" >mine/unsealed
curl -s --data-binary @mine/unsealed "$url$task" >written/refused
gives 1 'an input over the budget is refused' \
    sh -c "yes $mark | head -c 2000000 | '$pobf' call $url --in - --out mine/big $sim"
cat out err >written/big

files='--receipt mine/r.receipt --evidence mine/r.evidence --exchange mine/r.exchange'
gives 0 'a report is issued' "$pobf" report $files $sim --key key.pem --out written/report.jwt
cat out err >written/report
"$pobf" report $files $sim --key key.pem --out written/again.jwt --json >written/report.json 2>err
for file in mine/*.receipt mine/*.evidence mine/*.exchange; do
    cp "$file" written
    "$pobf" inspect "$file" >"written/$(basename "$file").inspected" 2>&1 || no "inspect $file"
done
"$pobf" verify written/report.jwt mine/r.receipt mine/r.evidence mine/r.exchange $sim --report-key key.pem.pub \
    >written/verify 2>&1 || no 'the report verifies'
curl -s "$url/metrics" >written/metrics
curl -s "$url/healthz" >written/healthz
for process in $served $(cat /proc/"$served"/task/*/children); do
    cat /proc/"$process"/cmdline /proc/"$process"/environ >"written/process.$process" 2>err || true
done
[ -s "written/process.$served" ] || no 'control: a command line can be read'
halt
cp serve.out serve.err written

[ "$(find written/receipts -name '*.receipt' | wc -l)" -ge 11 ] || no 'control: every call left its receipt'
[ -s written/metrics ] && [ -s written/report.json ] && [ -s written/r.exchange ] || no 'control: there is something to search'
found=$(holding written)
[ -z "$found" ] || no "nothing of an input is in what is written: $found"
ok 'no log, error, receipt, evidence, exchange, report, metric, command line or environment holds the mark'
[ -z "$(ls tmp)" ] || no "nothing temporary is left: $(ls tmp)"
left=$(find . -type f ! -path './mine/*' ! -path './written/*' -exec grep -laF -f mine/forms {} + || true)
[ -z "$left" ] || no "nothing else is left in the folder: $left"
elsewhere=$(find /tmp /var/tmp /dev/shm -xdev -type f -newer since -size -65536k ! -path "$work/*" \
    -exec grep -laF -f mine/forms {} + 2>/dev/null || true)
[ -z "$elsewhere" ] || no "nothing is left in any folder for temporary files: $elsewhere"
ok 'no temporary file is left, here or elsewhere'

case $limit:$(cat /proc/sys/kernel/core_pattern) in
0:* | *:[/\|]*) echo 'SKIP: this machine writes no core into the current folder' ;;
*)
    [ -z "$(find . -name 'core*' -type f)" ] || no 'no core is left'
    sh -c '(cd cored && sh -c ": $1; kill -ABRT \$\$")' sh "$mark" 2>written/aborted || true
    [ -n "$(holding cored)" ] || no 'control: a process that may leave a core does, and the search finds the mark in it'
    ok 'no core is left, where another process leaves one that holds the mark'
    ;;
esac
