#!/bin/sh
# The report as a page, in a real browser: what it says of a good call, of every kind of tampering, of what
# is missing, and of files that a reader drops. Screenshots are kept in the build folder.
set -eu
page_test=$PWD/tests/verifier/report/page.mjs
. tests/cli/pobf.inc
verifier=$build/pobf-verifier
. "$POBF_SHARE/tests/cli/browser.inc"

"$host" new hello >out 2>err
"$host" build hello --out hello.image >out 2>err || no 'the function builds'
"$host" measure hello.image --json >reference.json
serve hello.image --trustlets 1
url=http://127.0.0.1:$(cat port)
for i in 1 2 3 4; do
    echo "input $i" >in
    "$pobf" call "$url" --in in --out "out.$i" --reference reference.json --insecure-accept-sim \
        >out 2>err || no "call $i"
done
: >in
gives 1 'the function refuses an empty input' "$pobf" call "$url" --in in --out none --reference reference.json --insecure-accept-sim
halt
for name in key witness; do "$verifier" keygen --eddsa --out $name >out 2>err; done
for name in report other; do "$verifier" keygen --out $name >out 2>err; done
"$verifier" log init log --origin log.example/pobf --key key >vkey
"$verifier" log init other.log --origin witness.example/1 --key witness >witness.vkey
gives 0 'receipts are logged' "$verifier" log add log out.?.receipt --key key
printf 'log %s\nquorum none\n' "$(cat vkey)" >policy
gives 0 'a report, and its page' "$pobf" report --receipt out.1.receipt --evidence out.1.evidence \
    --exchange out.1.exchange --reference reference.json --insecure-accept-sim --key report \
    --inclusion out.1.receipt.tlog-proof --log-policy policy --out report.jwt --html page.html \
    --text record.txt
[ "$(awk 'length > 100' record.txt | grep -vc '^  pobf verify')" = 0 ] || no 'the record has lines of 100 characters at most'
sh -c "PATH=$build:\$PATH; $(sed -n 's/^  \(pobf verify .*\)/\1/p' record.txt)" >out 2>err || no 'the line in the record does it again'
ok 'the line in the record does it again'
! grep -o 'https*://[^"'"'"' ]*' page.html >out ||
    no 'the page names no other place'
set -- --receipt out.1.receipt --evidence out.1.evidence --exchange out.1.exchange --reference reference.json \
    --insecure-accept-sim --key report --out other.jwt
"$verifier" log init third.log --origin log.example/other --key key >third.vkey
printf 'log %s\nquorum none\n' "$(cat third.vkey)" >other.policy
gives 1 'a receipt that is not in that log is refused' "$pobf" report "$@" --inclusion out.1.receipt.tlog-proof \
    --log-policy other.policy
[ "$(head -1 out)" = 'NOT PROVED: log.signature, log.origin.' ] || no 'it says so first'
gives 1 'and its report affirms nothing' "$pobf" verify other.jwt --reference reference.json --insecure-accept-sim \
    --report-key report.pub
says 'report.status'
gives 3 'a log without a proof cannot be told' "$pobf" report "$@" --log-policy policy
gives 2 'a proof without a log is misuse' "$pobf" report "$@" --inclusion out.1.receipt.tlog-proof
gives 0 'a call without a result has a report, too' "$pobf" report --receipt none.failed.receipt --evidence none.failed.evidence \
    --exchange none.failed.exchange --reference reference.json --insecure-accept-sim --key report --out none.jwt --html destroyed.html
says '^Destroyed instead: '
mkdir others
cp out.2.receipt out.4.receipt others
gives 1 'a report looks for the receipts beside it' "$pobf" report "$@" --receipts others --html others.html --text others.txt
grep -q '^  - ALARM: boot [0-9a-f]*: receipt 3 is missing' others.txt || no 'what is missing is an alarm'
head -c $(($(wc -c <out.3.receipt) - 1)) out.3.receipt >others/3
printf x >>others/3
gives 1 'one under another signature does not count' "$pobf" report "$@" --receipts others
says 'refused: receipts: expected none is missing beside this one, seen 1 alarm'
says 'has not signed is not counted'
says '  - ALARM: boot [0-9a-f]*: receipt 3 is missing'
cp out.3.receipt others/3
gives 0 'where none is missing' "$pobf" report "$@" --receipts others
says '^none: of 4 receipts of this boot'
mkfifo others/pipe
gives 3 'what cannot be read is told' "$pobf" report "$@" --receipts others
FORGED=$PWD/forged.receipt
cp out.2.receipt forged.receipt
printf x | dd of=forged.receipt bs=1 seek=$(($(wc -c <forged.receipt) - 1)) conv=notrunc 2>/dev/null
export FORGED

# A witness's key is a log's key with another type, as others would print it.
WITNESS=$(node -e '
const c = require("crypto");
const blob = Buffer.from(require("fs").readFileSync("witness.vkey", "utf8").trim().replace(/^[^+]+\+[0-9a-f]+\+/, ""), "base64"); blob[0] = 4;
const id = c.createHash("sha256").update("witness.example/1\n").update(blob).digest("hex").slice(0, 8);
console.log("witness.example/1+" + id + "+" + blob.toString("base64"));')
OTHER_KEY=$(cat other.pub)
SLOW=${SLOW:-5} # of a busy machine; SLOW=1 holds it to the figure
RECORD=$PWD/record.txt
export WITNESS OTHER_KEY SLOW RECORD
FUNCTION=$(jq -r .measurement reference.json) DESTROYED=$PWD/destroyed.html
export FUNCTION DESTROYED
OTHERS=$PWD/others.html node "$page_test" "$PWD/page.html" out.1.exchange out.2.receipt out.3.receipt out.4.receipt
