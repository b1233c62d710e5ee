#!/bin/sh
# One rule for files, whatever the command: one that cannot be read whole is exit code 3; one that is read, and is not
# what it must be, is 1 where it is what is judged, and 3 where something else is judged, or done, by it.
set -eu
. tests/cli/pobf.inc
. "$POBF_SHARE/tests/cli/period.inc"
verifier=$build/pobf-verifier

"$verifier" keygen --out key >out 2>err
"$verifier" keygen --eddsa --out log.key >out 2>err
"$verifier" log init LOG --origin log.example/exits --key log.key >log.vkey 2>err
"$verifier" log add LOG good/*.receipt --key log.key >out 2>err || no 'receipts are logged'
printf 'log %s\nquorum none\n' "$(cat log.vkey)" >policy
: >empty
echo junk >junk
mkdir folder
truncate -s 300M huge
receipt=$(number good 1)
call='out.1.receipt out.1.evidence out.1.exchange'
files='--receipt out.1.receipt --evidence out.1.evidence --exchange out.1.exchange'

# expect CODE LABEL COMMAND...: it ends with this code, and says why in a line of its own
expect() {
    code=$1 label=$2
    shift 2
    seen=0
    timeout 60 "$@" >out 2>err </dev/null || seen=$?
    [ "$seen" = "$code" ] || no "$label (exit $seen, expected $code)"
    [ "$code" = 0 ] || [ -s err ] || no "$label says why"
}
# judged|used LABEL COMMAND...: the file is the word @ in it
each() {
    kind=$1 malformed=$2 label=$3
    shift 3
    for bad in nowhere no/where folder empty junk; do
        case $bad in empty | junk) code=$malformed ;; *) code=3 ;; esac
        expect "$code" "$label: $bad" $(echo "$*" | sed "s#@#$bad#")
    done
    ok "$label: $kind"
}
judged() { each judged 1 "$@"; }
used() { each used 3 "$@"; }

expect 0 'control: the call verifies' "$pobf" verify $call $sim
expect 0 'control: its receipt is in the log' "$pobf" log verify-inclusion "$receipt" --proof "$receipt.tlog-proof" --vkey log.vkey
ok 'control: with whole files all is well'
judged 'pobf verify' "$pobf" verify @
judged 'pobf inspect' "$pobf" inspect @
judged 'pobf inspect --image' "$pobf" inspect --image @
judged 'pobf verify --previous' "$pobf" verify $call $sim --previous @
judged 'pobf verify --certificate' "$pobf" verify $call $sim --certificate @
used 'pobf verify --reference' "$pobf" verify $call --insecure-accept-sim --reference @
used 'pobf verify --report-key' "$pobf" verify $call $sim --report-key @
used 'pobf verify --log-policy' "$pobf" verify $call $sim --log-policy @
used 'pobf verify --platform-policy' "$pobf" verify $call $sim --platform-policy @
used 'pobf report --key' "$pobf" report $files $sim --key @ --out report
judged 'pobf log verify-inclusion' "$pobf" log verify-inclusion @ --proof "$receipt.tlog-proof" --vkey log.vkey
judged 'pobf log verify-inclusion --proof' "$pobf" log verify-inclusion "$receipt" --proof @ --vkey log.vkey
used 'pobf log verify-inclusion --vkey' "$pobf" log verify-inclusion "$receipt" --proof "$receipt.tlog-proof" --vkey @
used 'pobf log audit --policy' "$pobf" log audit LOG --policy @
judged 'pobf-verifier log add' "$verifier" log add LOG @ --key log.key
used 'pobf-verifier log add --key' "$verifier" log add LOG "$receipt" --key @
used 'pobf-verifier log checkpoint --policy' "$verifier" log checkpoint LOG --key log.key --policy @
used 'pobf-verifier witness --log' "$verifier" witness M --listen 127.0.0.1:0 --name w.example/1 --key log.key --log @
used 'pobf-verifier serve --key' "$verifier" serve --listen 127.0.0.1:0 --reference reference.json --key @
used 'pobf-verifier serve --tls-key' "$verifier" serve --listen 127.0.0.1:0 --reference reference.json --key key --tls-cert @ --tls-key @
used 'pobf-host serve --tls-key' "$host" serve hello.image --listen 127.0.0.1:0 --tls-cert @ --tls-key @
used 'pobf-host serve --log-key' "$host" serve hello.image --listen 127.0.0.1:0 --receipts good --log http://127.0.0.1:1 --log-key @
used 'pobf-host serve --log-token-file' "$host" serve hello.image --listen 127.0.0.1:0 --receipts good --log http://127.0.0.1:1 --log-key log.vkey --log-token-file @
for bad in nowhere folder empty junk; do
    case $bad in empty | junk) code=1 ;; *) code=3 ;; esac
    expect $code "pobf-host measure: $bad" "$host" measure $bad
    expect $code "pobf-host serve: $bad" "$host" serve $bad --listen 127.0.0.1:0
done
ok 'pobf-host measure, serve: judged'

for command in "$pobf inspect" "$pobf verify" "$host measure" "$host serve --listen 127.0.0.1:0" "$pobf log gaps"; do
    expect 3 "longer than it may be: $command" $command huge
    grep -q 'longer than it may be' err || no "$command says that it is too long"
done
ok 'what is longer than it may be was not read'
for option in "verify $call $sim --report-key" "report --period $period --receipts good $sim --certificate good/*.evidence --certificate-key"; do
    expect 3 "a private key where a public one is wanted: $option" "$pobf" $option key
    grep -q 'holds a private key' err || no 'it is told as that'
done
expect 3 'a public key cannot sign a report' "$pobf" report $files $sim --key key.pub --out report
expect 3 'nor a log' "$verifier" log add LOG "$receipt" --key log.key.pub
ok 'the wrong half of a key is told as that'
for command in "$verifier keygen --out" "$host build hello --out" "$host run hello.image --in junk --out" "$pobf report $files $sim --key key --out"; do
    expect 3 "a folder that is missing: $command" $command no/such/file
    grep -q 'there is no folder no/such' err || no "$command names the folder that is missing"
done
ok 'a folder that is missing is named'
for option in "$host serve hello.image --listen 127.0.0.1:0 --trustlets" "$verifier serve --listen 127.0.0.1:0 --key key --reference reference.json --sessions-per-client"; do
    for wrong in 0 -1 x 1x ''; do
        seen=0
        timeout 60 $option "$wrong" >out 2>err || seen=$?
        [ $seen = 2 ] || no "$option $wrong (exit $seen)"
    done
done
ok 'none is no number of things'
if [ "$(id -u)" = 0 ]; then
    chmod 755 . && chmod 600 junk
    expect 3 'a file that this user may not read' setpriv --reuid 65534 --clear-groups "$pobf" inspect junk
    grep -q 'this user may not read it' err || no 'it is told as that'
    ok 'what a user may not read is told as that'
fi
odd=$(printf 'k\377')
"$verifier" keygen --out "$odd" --json >out 2>err || no 'a key whose name is no text'
is_object '"private_key":"k\\\\xff"'
ok 'the name of a file that is no text is told all the same'
echo 'int x = ;' >>hello/function.c
expect 1 'a function that does not compile' "$host" build hello
[ "$(tail -1 err)" = 'pobf-host: '"$PWD/hello"': gcc does not build it: what it says is above' ] || no 'the last line says so'
ok 'a function that does not compile is told as that'
