#!/bin/sh
# Three witnesses watch a log grow. With two of three a checkpoint counts; a fork of the log by a second
# sequencer finds none of them; a witness that is killed remembers.
set -eu
. tests/cli/pobf.inc
. "$POBF_SHARE/tests/cli/witness.inc"

receipts 5
for name in key w.1.key w.2.key w.3.key; do "$verifier" keygen --eddsa --out $name >out 2>err; done
"$verifier" log init log --origin log.example/pobf --key key >vkey
cp -r log fork # the same key, the same beginning
for n in 1 2 3; do watch $n; done
policy 2 >policy

sed '$d' policy >broken
gives 3 'a policy says what must hold' "$pobf" log audit log --policy broken
gives 2 'a key or a policy, not both' "$pobf" log audit log --policy policy --vkey vkey
gives 1 'no witness has signed yet' "$pobf" log audit log --policy policy
says 'log.witnesses'
gives 0 'three witnesses sign' "$verifier" log add log out.1.receipt out.2.receipt --key key --policy policy
[ "$(grep -c witness.example log/checkpoint)" = 3 ] || no 'three lines of witnesses'
gives 0 'and that is enough' "$pobf" log audit log --policy policy
gives 0 'a proof carries their words' \
    "$pobf" log verify-inclusion out.1.receipt --proof out.1.receipt.tlog-proof --policy policy
files='out.1.receipt out.1.evidence out.1.exchange --reference reference.json --insecure-accept-sim'
gives 0 'with the files of a call the log is one more check' \
    "$pobf" verify out.1.receipt.tlog-proof $files --log-policy policy
gives 3 'without the proof nobody can tell' "$pobf" verify $files --log-policy policy
gives 2 'without a policy nobody knows which log' "$pobf" verify out.1.receipt.tlog-proof $files
gives 1 'the proof of another receipt does not count' \
    "$pobf" verify out.2.receipt.tlog-proof $files --log-policy policy
grep -v witness.example out.1.receipt.tlog-proof >bare
gives 1 'nor does one that no witness signed' "$pobf" verify bare $files --log-policy policy
says 'log.witnesses'
gives 0 'what a proof says' "$pobf" inspect out.1.receipt.tlog-proof --json
is_object '"kind":"inclusion"'
gives 0 'the log by itself is as good as before' "$pobf" log audit log --vkey vkey

gives 3 'a fork finds no witness' "$verifier" log add fork out.3.receipt --key key --policy policy
says 'this log is a fork, or an old copy'
[ "$(grep -c witness.example fork/checkpoint)" = 0 ] || no 'nobody signed the fork'
gives 0 'though its own signature is good' "$pobf" log audit fork --vkey vkey
gives 1 'so it does not count' "$pobf" log audit fork --policy policy
gives 3 'nor later, when it is as long' \
    "$verifier" log add fork out.4.receipt --key key --policy policy
says 'does not sign this checkpoint (HTTP 4'
gives 3 'nor when it is longer' "$verifier" log add fork out.5.receipt --key key --policy policy
[ "$(grep -c witness.example fork/checkpoint)" = 0 ] || no 'nobody signed the fork'

unwatch 3 KILL
gives 0 'two of three are enough' "$verifier" log add log out.3.receipt --key key --policy policy
[ "$(grep -c witness.example log/checkpoint)" = 2 ] || no 'two lines of witnesses'
gives 0 'for whoever asks for two' "$pobf" log audit log --policy policy
policy 3 >strict
gives 1 'and not for whoever asks for three' "$pobf" log audit log --policy strict
watch 3
policy 2 >policy
policy 3 >strict
gives 0 'a witness that was killed remembers, and signs what follows' \
    "$verifier" log checkpoint log --key key --policy strict
gives 0 'now all three have' "$pobf" log audit log --policy strict
unwatch 1 TERM
unwatch 2 TERM
gives 3 'with one of three a checkpoint is published, and waits' \
    "$verifier" log add log out.4.receipt --key key --policy policy
says 'too few witnesses'
gives 1 'it does not count' "$pobf" log audit log --policy policy
watch 1
watch 2
policy 2 >policy
gives 0 'until they are back' "$verifier" log checkpoint log --key key --policy policy
gives 0 'and sign it' "$pobf" log audit log --policy policy

# What the protocol says, spoken by hand.
ask() { curl -s -o answer -w '%{http_code}' --data-binary @body "$(cat w.1.url)/add-checkpoint"; }
{ printf 'old 4\n\n' && cat log/checkpoint; } >body
[ "$(ask)" = 200 ] || no 'the same again is signed again'
{ printf 'old 2\n\n' && cat log/checkpoint; } >body
[ "$(ask)" = 409 ] && [ "$(cat answer)" = 4 ] || no 'another old size: 409, and the size'
{ printf 'old 5\n\n' && cat log/checkpoint; } >body
[ "$(ask)" = 400 ] || no 'an old size above the new: 400'
{ printf 'old 4\n\n' && sed 's/^4$/5/' log/checkpoint; } >body
[ "$(ask)" = 403 ] || no 'not what the log signed: 403'
{ printf 'old 4\n\n' && sed 's/^log.example/other.example/' log/checkpoint; } >body
[ "$(ask)" = 404 ] || no 'a log that nobody follows: 404'
printf 'old 4\n' >body
[ "$(ask)" = 400 ] || no 'no checkpoint: 400'
"$verifier" log add log out.5.receipt --key key >out 2>err
{ printf 'old 4\n\n' && cat log/checkpoint; } >body
[ "$(ask)" = 422 ] || no 'no proof: 422'
ok 'each refusal has its code'
gives 1 'one memory, one witness' "$verifier" witness w.1 --listen 127.0.0.1:0 \
    --name witness.example/1 --key w.1.key --log vkey
