#!/bin/sh
# The report on a period: what it says of a whole folder, and of each thing that can be wrong with one.
set -eu
. tests/cli/pobf.inc
. "$POBF_SHARE/tests/cli/period.inc"
verifier=$build/pobf-verifier

evidence=$(basename good/*.evidence) # the host has left it there, once for its boot
report() { "$pobf" report --period "$period" --receipts "$@"; }
spoil() { rm -rf bad; cp -r good bad; }

gives 0 'a whole folder is affirmed' report good $sim --json --html page.html --text page.txt
is_object '"verdict":"affirmed"'
for fact in '"calls":5' '"receipts":5' '"boots":1' '"alarms":0' '"exit":"RETURNED","receipts":5' '"files":5,"kind":"receipt"' \
    '"host_trusted":true' "\"day\":\"$day\"" '"field":"Verification Method"' '"value":"Clear"'; do
    grep -qF "$fact" out || no "it says $fact"
done
head -1 page.txt | grep -q '^Forgotten: each of the 5 calls' || no 'the text begins with the verdict'
[ "$(awk 'length > 100' page.txt | grep -vc '^  pobf report')" = 0 ] || no 'the text has lines of 100 characters at most'
! grep -q '<script\|https*://' page.html || no 'the page is by itself'
grep -q '<p>Forgotten: each of the 5 calls' page.html || no 'the page begins with the verdict'
sh -c "PATH=$build:\$PATH; $(sed -n 's/^  \(pobf report .*\)/\1/p' page.txt)" >again 2>err || no 'the line in it does it again'
cmp -s again page.txt || no 'the line in it does it again'
ok 'the line in it does it again'

gives 1 'the simulator is refused by default' report good --reference reference.json
says 'evidence.platform'
gives 3 'without reference values nobody can tell' report good --insecure-accept-sim
says 'evidence.measurement'
sed 's/"measurement": *"../"measurement": "00/' reference.json >other.json
gives 1 'another function is refused' report good --reference other.json --insecure-accept-sim
says 'evidence.measurement'
gives 3 'an empty period cannot be told' "$pobf" report --period 1999-01-01..1999-12-31 --receipts good $sim
says 'there is no receipt of this period'
mkdir none
gives 3 'nor an empty folder' report none $sim

spoil
"$verifier" keygen --eddsa --out log.key >out 2>err
"$verifier" log init log --origin log.example/period --key log.key >log.vkey
gives 0 'receipts are logged' "$verifier" log add log bad/*.receipt --key log.key --cose
gives 0 'proofs of a log in the folder are in nobody'"'"'s way' report bad $sim --json
is_object '"files":5,"kind":"COSE Receipt"'
is_object '"files":5,"kind":"inclusion"'
spoil; rm "$(number bad 3)"
gives 1 'a receipt that is missing is an alarm' report bad $sim --json
is_object '"from":3,"kind":"missing","to":3'
grep -q '"calls":5' out && grep -q '"receipts":4' out || no 'the call is counted all the same'
grep -q 'NOT CERTIFIED' out || no 'nothing is certified'
rm "$(number bad 1)"
gives 1 'so is the first one' report bad $sim --json
is_object '"from":1,"kind":"missing","to":1'
spoil; crash good 6 >bad/crashed
gives 1 'that a host says of a call it was forgotten by crash is no receipt of it' report bad $sim --json
is_object '"from":6,"kind":"crash","to":6'
jq -e '.calls == 6 and .crashes == 1 and .missing == 0 and .crashes_denied == 0' out >/dev/null || no 'it is counted'
grep -q 'NOT CERTIFIED' out || no 'nothing is certified by the word of a host'
gives 1 'and it is told in words' report bad $sim
tr -s ' \n' ' ' <out | grep -q "no receipt of call 6: begun ${day}T[0-9:]*Z by the host's clock, forgotten by crash" || no 'and when'
says '^ *forgotten by crash  *1$'
report bad $sim --html crashed.html >out 2>err || true
grep -qF '>forgotten by crash</th><td>1</td>' crashed.html || no 'on the page, too'
rm "$(number bad 4)" "$(number bad 5)"
gives 1 'what is missing before it is told beside it' report bad $sim --json
jq -e '.calls == 6 and .crashes == 1 and .missing == 2 and .alarms == 2' out >/dev/null || no 'both are counted'
cp "$(number good 4)" "$(number good 5)" bad/
sed 's/"sequence": 6/"sequence": 5/' bad/crashed >denied && mv denied bad/crashed
gives 1 'where there is a receipt the word of its host is denied' report bad $sim --json
jq -e '.calls == 5 and .crashes == 0 and .crashes_denied == 1' out >/dev/null || no 'that is counted, too'
report bad $sim >out 2>err || true
says '^ *denied by a receipt  *1$'
spoil; size=$(wc -c <"$(number bad 2)")
flip "$(number bad 2)" $((size - 1))
gives 1 'a receipt with a wrong signature is refused, and breaks the chain' report bad $sim --json
is_object '"check":"receipt.signature","receipts":1'
grep -q '"kind":"chain"' out || no 'the next one names another'
spoil; head -c 100 "$(number good 2)" >"$(number bad 2)"
gives 1 'a receipt that is cut off is listed' report bad $sim
says 'it is damaged'
spoil; head -c 100 "$(number good 2)" >bad/part
gives 1 'beside the whole one, too' report bad $sim
spoil; : >bad/.empty
gives 1 'so is an empty file, and a hidden one' report bad $sim
says 'bad/.empty'
spoil; echo hello >bad/note.txt
gives 1 'so is what is no file of pobf' report bad $sim --json
is_object '"bad_files":\[{"kind":"unknown","path":"bad/note.txt"'
spoil; cat "$(number good 1)" "$(number good 2)" >bad/.0f.journal
gives 3 'beside a journal that cannot be read it cannot tell' report bad $sim
says 'the next one that serves'
spoil; cp "$(number good 2)" "bad/x.receipt.$$.part"
gives 0 'what is being written has no name yet, and is not looked at' report bad $sim
spoil; mkfifo bad/pipe; mkdir -p bad/deep/er; mv "$(number bad 4)" bad/deep/er/
gives 3 'a pipe is not waited for, a folder in it is searched' report bad $sim --json
is_object '"path":"bad/pipe","readable":0'
grep -q '"receipts":5' out || no 'all five are found'
spoil; ln -s .. bad/around
gives 3 'a link around in a circle ends' report bad $sim
says 'neither a file nor a folder'
spoil; truncate -s 9M bad/huge
gives 3 'what is longer than any file of pobf is not read' report bad $sim
says 'bad/huge'
spoil; printf x >"$(printf 'bad/\033[2J\377')"
gives 1 'the name of a file moves no cursor' report bad $sim --html page.html
! LC_ALL=C grep -q "$(printf '\033')" out page.html || no 'the name of a file moves no cursor'
report bad $sim --json >out 2>err || true
is_object '"verdict":"refused"'
spoil; rm "bad/$evidence"
gives 3 'receipts without evidence of their boot cannot be told' report bad $sim
says 'no evidence of its boot'
spoil; flip "bad/$evidence" $(($(wc -c <"good/$evidence") - 1))
gives 1 'evidence that is changed is refused' report bad $sim
says 'evidence.signature'
spoil; cp "$(number good 2)" bad/copy
gives 0 'a receipt that is there twice does no harm' report bad $sim --json
is_object '"repeated":1'
spoil; cp out.1.exchange out.2.evidence bad/
gives 0 'an exchange may be there' report bad $sim --json
is_object '"kind":"exchange"'

gives 2 'a period needs a folder' "$pobf" report --period "$period"
gives 2 'and a folder a period' "$pobf" report --receipts good
gives 2 'options of one call are not for a period' report good $sim --key key.pem
for wrong in 2026 2026-01-01 2026-02-30..2026-03-01 2026-03-01..2026-01-01 x..y ..  -5..9 1..99999999999999999999; do
    gives 2 "'$wrong' is no period" "$pobf" report "--period=$wrong" --receipts good $sim
done
issued=$(date +%s)
gives 0 'seconds and instants are taken, too' "$pobf" report --period 1700000000.."$issued" --receipts good $sim
gives 0 'so are instants' "$pobf" report --period 2023-01-01T00:00:00Z.."$(date -u -d @"$issued" +%FT%TZ)" --receipts good $sim
gives 3 'a folder that is not there is told' report nowhere $sim
gives 2 'a file is no folder' report out.1.receipt $sim
gives 3 'what the disk does not take was not said' report good $sim --text /dev/full
gives 3 'nor what stdout does not take' sh -c "'$pobf' report --period $period --receipts good $sim >/dev/full"

# What hardware was, as pobf appraise found it: retold.
cat >good/result.json <<'R'
{"verdict":"warning","tee":"tdx","tcb_status":"OutOfDate","asked":{"tee":"tdx","at":1700000100}}
R
gives 0 'results of appraise are in it' "$pobf" report --period 1700000000.."$issued" --receipts good $sim
says '2023-11-14 22:15:00Z *tdx *warning *OutOfDate'

# The folder of a host that runs: what is begun is open, what is over is judged.
cp -r good live
serve hello.image --trustlets 1 --receipts live
gives 0 'the folder of a host that runs is as good as another' report live $sim --json
url=http://127.0.0.1:$(cat port)
task=$(curl -s -D - -o offer -X POST "$url/v1/tasks" | sed -n 's/^[Ll]ocation: \([^\r]*\).*/\1/p')
monitors=$(cat /proc/"$served"/task/*/children)
kill -STOP $monitors
head -c 100 /dev/zero | curl -s -o answer --data-binary @- "$url$task" &
client=$!
is_open() {
    "$pobf" log gaps live --json >out 2>err || true
    jq -e '.open | length > 0' out >/dev/null
}
await is_open || no 'a call has begun'
cp -r live begun
gives 3 'a call that has begun is open to who looks for gaps' "$pobf" log gaps live
says '^boot [0-9a-f]*: 1: open: the call has begun'
says '^5 receipts of 2 boots, 0 alarms, 1 open$'
gives 3 'a period with a call that is open cannot be told yet' report live $sim --json
jq -e '.open == 1 and .calls == 6 and .alarms == 0 and .gaps == [] and .bad_files == [] and (.open_calls[0] | .kind == "open" and .from == 1)' out >/dev/null ||
    no 'it is counted as open, and nothing is called damaged'
gives 3 'and says so' report live $sim --html open.html
says '^Could not check: 1 call is open: begun, and not said to have ended.$'
tr -s ' \n' ' ' <out | grep -q "call 1 is open: begun ${day}T" || no 'since when'
gives 3 'of a period before it it says nothing' "$pobf" report --period 0.."$(($(date -d "$day" +%s) - 86400))" --receipts live $sim --json
is_object '"open":0,"open_calls":\[\]'
kill -CONT $monitors
wait $client
gives 0 'once it is over it is judged as others are, while the host runs on' report live $sim --json
jq -e '.open == 0 and .calls == 6 and .repeated == 0' out >/dev/null || no 'it is one of them'
journal=$(echo begun/.*.journal)
printf x | dd of="$journal" bs=1 seek=$((131 + 40)) conv=notrunc 2>/dev/null # behind the one record
gives 3 'a last record that was cut off is open, too, and no damage' report begun $sim --json
jq -e '.open == 1 and .damaged_files == 0 and (.bad_files[0].reason | test("not whole"))' out >/dev/null || no 'what was whole is told'
gives 3 'and to who looks for gaps' "$pobf" log gaps begun
halt

# A terminal sees how far it is.
command -v script >/dev/null || { echo 'SKIP: no script'; exit 0; }
script -qec "'$pobf' report --period $period --receipts good $sim >/dev/null" /dev/null >typed 2>&1 </dev/null || no 'at a terminal it is the same'
grep -q '\[#* *\] *[0-9]* % of 7 files' typed && grep -q '100 % of 5 receipts' typed || no 'a terminal sees how far it is'
report good $sim >out 2>err
! grep -q '%' err || no 'nobody else does'
ok 'a terminal sees how far it is, nobody else does'
