#!/bin/sh
# What a data provider does with the files of a call: verify, report, inspect; and each of them
# with a file that is damaged, missing, or of another call.
set -eu
. tests/cli/pobf.inc

flip() { # flip FILE OFFSET: a copy of it, named bad, with one bit flipped
    cp "$1" bad
    byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    printf "\\$(printf %o $((byte ^ 1)))" | dd of=bad bs=1 seek="$2" conv=notrunc 2>/dev/null
}

"$host" new count >out 2>err
"$host" build count --out count.image >out 2>err
"$host" measure count.image --json >reference.json
serve count.image --trustlets 1
sim='--reference reference.json --insecure-accept-sim'
for name in one two; do
    "$pobf" call "http://127.0.0.1:$(cat port)" --in count/sample.txt --out $name $sim >out 2>err || no "call $name"
done
nonce=$(printf '%064d' 7)
"$pobf" attest "http://127.0.0.1:$(cat port)" --nonce "$nonce" --out attested $sim >out 2>err || no 'attest'
halt
serve count.image --trustlets 1
"$pobf" call "http://127.0.0.1:$(cat port)" --in count/sample.txt --out three $sim >out 2>err || no 'call three'
halt
one='one.receipt one.evidence one.exchange'

gives 0 'the files of a call verify when the host is gone' "$pobf" verify $one $sim
says '^FORGOTTEN, on the host'
gives 0 'in any order' "$pobf" verify one.exchange one.receipt one.evidence $sim
gives 0 '--json is one object' "$pobf" verify $one $sim --json
[ ! -s err ] || no 'nothing on stderr'
is_object '"exit_code":0'
is_object "\"bill\":{\"input_bytes\":$(wc -c <count/sample.txt),"
is_object "\"output_bytes\":$(wc -c <one),"
gives 1 'what is not affirmed is not billed' "$pobf" verify one.receipt one.evidence two.exchange $sim --json
! grep -q bill out || no 'a bill of a call that is not that one'
gives 1 'the simulator is refused by default' "$pobf" verify $one --reference reference.json
says '^REFUSED: evidence.platform'
gives 3 'without reference values it cannot be told' "$pobf" verify $one --insecure-accept-sim
gives 3 'a receipt alone cannot be told' "$pobf" verify one.receipt $sim
gives 3 'evidence alone needs a nonce' "$pobf" verify one.evidence $sim
gives 0 'evidence with its nonce verifies' "$pobf" verify attested --nonce "$nonce" $sim
gives 1 'evidence with another nonce is refused' "$pobf" verify attested --nonce "$(printf '%064d' 8)" $sim
says 'evidence.nonce: expected'
gives 2 'a nonce has 64 digits' "$pobf" verify attested --nonce 07 $sim
gives 1 'the receipt of another call is refused' "$pobf" verify two.receipt one.evidence one.exchange $sim
says 'FAIL  receipt.task_id'
gives 1 'the evidence of another call is refused' "$pobf" verify one.receipt two.evidence one.exchange $sim
says 'FAIL  evidence.nonce'
gives 1 'the receipt of another boot is refused' "$pobf" verify three.receipt one.evidence one.exchange $sim
says 'FAIL  receipt.signature'
says 'FAIL  receipt.boot_id'
gives 1 'the evidence of another boot is refused' "$pobf" verify one.receipt three.evidence one.exchange $sim
says 'FAIL  offer.boot_id'
gives 1 'the exchange of another boot is refused' "$pobf" verify one.receipt one.evidence three.exchange $sim
gives 0 'control: that boot is as good as the other' \
    "$pobf" verify three.receipt three.evidence three.exchange $sim
gives 1 'the first receipt of a boot does not follow the last of another' \
    "$pobf" verify three.receipt three.evidence three.exchange --previous two.receipt $sim
says 'FAIL  receipt.previous'
gives 0 'the second receipt follows the first' \
    "$pobf" verify two.receipt two.evidence two.exchange --previous one.receipt $sim
says 'pass  receipt.previous'
gives 1 'a receipt that does not follow is refused' \
    "$pobf" verify one.receipt one.evidence one.exchange --previous two.receipt $sim
says 'FAIL  receipt.previous'
gives 2 'two files of one kind are not taken' "$pobf" verify one.receipt two.receipt $sim
gives 3 'a file that is not there cannot be judged' "$pobf" verify one.receipt none $sim
gives 1 'a file of no known kind is refused' "$pobf" verify count/sample.txt $sim

gives 3 'a folder cannot be judged' "$pobf" verify count $sim
: >empty
gives 1 'an empty file is refused' "$pobf" verify one.receipt one.evidence empty $sim
mkfifo pipe
cat one.exchange >pipe &
gives 0 'a file may come from a pipe' "$pobf" verify one.receipt one.evidence pipe $sim
gives 2 'stdin is read for one file only' sh -c "'$pobf' verify - - $sim <one.receipt"
gives 3 'a closed stdin is nothing to judge' sh -c "'$pobf' verify - $sim <&-"
for full in '>/dev/full' '>&-' '--json >/dev/full' '--json >&-'; do
    gives 3 "a verdict that stdout does not take is no verdict: $full" \
        sh -c "'$pobf' verify $(echo $one) $sim $full"
done
mkfifo left
: <left &
exec 8>left
wait $! # whoever listened has gone
gives 3 'nor where nobody listens' sh -c "'$pobf' verify $(echo $one) $sim >&8"
exec 8>&-
for number in NaN 1e999 99999999999999999999 -1 0 1.5 '"1"'; do
    sed "s/\"input_max\": [0-9]*/\"input_max\": $number/" reference.json >number.json
    gives 3 "a limit of $number is no reference value" \
        "$pobf" verify $one --reference number.json --insecure-accept-sim
done

for kind in receipt evidence exchange; do
    size=$(wc -c <one.$kind)
    for at in 0 1 $((size / 3)) $((size / 2)) $((size - 1)); do
        flip one.$kind "$at"
        seen=0
        "$pobf" verify $(echo "$one" | sed "s/one.$kind/bad/") $sim >out 2>err || seen=$?
        [ "$seen" = 1 ] || no "a bit flipped at $at of $kind (exit $seen)"
    done
    ok "a bit flipped anywhere in the $kind is refused"
    head -c $((size - 1)) one.$kind >bad
    gives 1 "a truncated $kind is refused" "$pobf" verify $(echo "$one" | sed "s/one.$kind/bad/") $sim
    { cat one.$kind; printf '\0'; } >bad
    gives 1 "an extended $kind is refused" "$pobf" verify $(echo "$one" | sed "s/one.$kind/bad/") $sim
done

"$build/pobf-verifier" keygen --out key.pem >out 2>err
"$build/pobf-verifier" keygen --out other.pem >out 2>err
"$build/pobf-verifier" keygen --out eddsa.pem --eddsa >out 2>err
files='--receipt one.receipt --evidence one.evidence --exchange one.exchange'
gives 0 'a report is issued and printed' "$pobf" report $files $sim --key key.pem --out report.jwt
[ "$(head -1 out | cut -c1-10)" = 'Forgotten:' ] || no 'its first line is the verdict'
says "^On the host's word"
says 'remanence of DRAM'
says 'A6 '
ok 'its first line says the verdict, and that the host is trusted'
gives 0 'it verifies with the files' "$pobf" verify report.jwt $one $sim --report-key key.pem.pub
gives 0 'it verifies alone' "$pobf" verify report.jwt $sim --report-key key.pem.pub
says 'The report holds'
gives 3 'without the key of its issuer it cannot be told' "$pobf" verify report.jwt $sim
gives 2 'a key without a report is told, not passed over' "$pobf" verify $one $sim --report-key key.pem.pub
gives 2 'so is a receipt before none' "$pobf" verify one.evidence $sim --previous one.receipt
gives 2 'so is a nonce for nothing' "$pobf" verify one.receipt $sim --nonce "$nonce"
gives 2 'so is the key of no certificate' "$pobf" verify $one $sim --certificate-key key.pem.pub
gives 1 'under another key it is refused' "$pobf" verify report.jwt $sim --report-key other.pem.pub
says 'changed after it was issued, or --report-key is not its issuer'
gives 1 'under a key of another kind it is refused' "$pobf" verify report.jwt $sim --report-key eddsa.pem.pub
gives 1 'on sim it is refused by default' "$pobf" verify report.jwt --reference reference.json --report-key key.pem.pub
says 'report.platform'
gives 1 'with the files of another call it is refused' "$pobf" verify report.jwt two.receipt two.evidence \
    two.exchange $sim --report-key key.pem.pub
says 'FAIL  report.receipt'
size=$(wc -c <report.jwt)
for at in 0 3 $((size / 4)) $((size / 2)) $((size - 90)) $((size - 1)); do
    flip report.jwt "$at"
    seen=0
    "$pobf" verify bad $sim --report-key key.pem.pub >out 2>err || seen=$?
    [ "$seen" = 1 ] || no "a bit flipped at $at of the report (exit $seen)"
done
ok 'a bit flipped anywhere in the report is refused'
gives 0 'an EdDSA key issues a report as well' "$pobf" report $files $sim --key eddsa.pem --out eddsa.jwt --json
is_object '"ear_status":"warning"'
gives 0 'which verifies' "$pobf" verify eddsa.jwt $sim --report-key eddsa.pem.pub
gives 1 'a refused call is reported as refused' "$pobf" report --receipt two.receipt --evidence one.evidence \
    --exchange one.exchange $sim --key key.pem --out refused.jwt
[ "$(head -1 out)" = 'NOT PROVED: receipt.task_id, receipt.input_commitment, receipt.output_commitment.' ] || no 'its first line is the verdict'
says 'receipt.task_id *FAILED'
says 'It is not proved' 
says '> platform (in part) > channel (ok) > invocation (FAILED)'
gives 1 'files in the wrong order are told' "$pobf" report --receipt one.evidence --evidence one.receipt \
    --exchange one.exchange $sim --key key.pem --out swapped.jwt
says 'NOT PROVED: evidence.parse, receipt.parse'
grep -qE '1970|0 differ|call  +number' out && no 'what was not read is not told as a fact'
says '> platform (FAILED) > channel (in part) >'
gives 1 'and that report affirms nothing' "$pobf" verify refused.jwt $sim --report-key key.pem.pub
says 'FAIL  report.verdict'
gives 3 'a call that cannot be judged is reported so' "$pobf" report $files --insecure-accept-sim --key key.pem --out none.jwt
says '^Could not check: nothing was there to check evidence.measurement, '
gives 0 'a report as text is what is printed' "$pobf" report $files $sim --key key.pem --out text.jwt --text record.txt
cmp -s out record.txt || no 'a report as text is what is printed'
gives 0 'it can be all that is printed' "$pobf" report $files $sim --key key.pem --out text.jwt --text -
head -1 out | grep -q '^Forgotten:' || no 'it can be all that is printed'
gives 2 'a text does not replace what it is made from' "$pobf" report $files $sim --key key.pem --out text.jwt --text one.receipt
gives 2 'nor the report itself' "$pobf" report $files $sim --key key.pem --out text.jwt --text text.jwt
gives 3 'a report that stdout does not take is told' \
    sh -c "'$pobf' report $files $sim --key key.pem --out full.jwt >/dev/full"
gives 3 'a report that the disk does not take is told' \
    "$pobf" report $files $sim --key key.pem --out /dev/full
cp key.pem before.pem
gives 2 'a report does not replace the key that signs it' "$pobf" report $files $sim --key key.pem --out key.pem
gives 2 'nor what it is made from' "$pobf" report $files $sim --key key.pem --out one.receipt
cmp -s key.pem before.pem || no 'the key is as it was'
gives 3 'a public key issues nothing' "$pobf" report $files $sim --key key.pem.pub --out nothing.jwt
[ ! -e nothing.jwt ] || no 'a public key issues nothing'

for file in $one report.jwt; do
    gives 0 "inspect prints $file" "$pobf" inspect $file
    says 'nothing of it was judged'
done
gives 1 'inspect refuses what it does not know' "$pobf" inspect count/sample.txt
says 'a program takes --image'
gives 0 'inspect --json is one object that says it judged nothing' "$pobf" inspect one.receipt --json
is_object '"judged":false'
