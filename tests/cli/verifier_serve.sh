#!/bin/sh
# The challenge-response API, with evidence and files of a real host: what completes, what fails,
# and that every report it gives verifies offline.
set -eu
. tests/cli/pobf.inc
verifier=$build/pobf-verifier
hosted=
stop_all() {
    [ -z "$hosted" ] || { kill -9 "$hosted" && wait "$hosted"; } 2>/dev/null || true
    stop
}
trap stop_all EXIT

listening() { sed -n 's/^listening on //p' "$1"; } # where, by what a process has said in this file
serve() { # serve OPTION...: a verifier; its address is in $url
    : >serve.out
    "$verifier" serve --listen 127.0.0.1:0 --key key "$@" >serve.out 2>serve.err &
    served=$!
    await grep -q '^listening on ' serve.out || no 'the verifier starts'
    url=$(listening serve.out)
}
session() { # session [QUERY]: a new one; its address is in $at
    curl -s -D head -X POST "$url/challenge-response/v1/newSession$1" >out
    at=$url$(sed -n 's/^Location: \(.*\)\r$/\1/p' head)
}
hex_nonce() { jq -r .nonce out | base64 -d | od -An -tx1 | tr -d ' \n'; }
evidence() { curl -sf "$(cat host.url)/v1/evidence?nonce=$1"; }
post() { # post TYPE FILE: send evidence to the session
    curl -s -X POST -H "Content-Type: $1" --data-binary "@$2" "$at" >out
}
status_is() { [ "$(jq -r .status out)" = "$1" ] || no "$2 (status $(jq -r .status out))"; ok "$2"; }
failed_for() { # failed_for ID: this check failed, and no other
    [ "$(jq -r '[.checks[] | select(.result == "fail") | .id] | join(" ")' out)" = "$1" ] || no "failed for $1"
    ok "the check that failed is $1, and it alone"
}
head_of() { # the CBOR head of a byte string of this file
    size=$(stat -c %s "$1")
    if [ "$size" -lt 256 ]; then
        printf "\\130\\$(printf %o "$size")"
    else
        printf "\\131\\$(printf %o $((size / 256)))\\$(printf %o $((size % 256)))"
    fi
}
bundle() { # bundle EVIDENCE RECEIPT EXCHANGE
    printf '\203'
    for part in "$@"; do head_of "$part" && cat "$part"; done
}
flip() { # flip FILE: one bit, five bytes before its end, in the signature
    at_byte=$(($(stat -c %s "$1") - 5))
    byte=$(od -An -tu1 -j $at_byte -N 1 "$1" | tr -d ' ')
    printf "\\$(printf %o $((byte ^ 1)))" | dd of="$1" bs=1 seek=$at_byte conv=notrunc 2>dd.err
}
eat=application/eat+cwt
bundled=application/vnd.pobf.bundle+cbor

"$verifier" keygen --out key >out 2>err
"$host" new count >out 2>err
"$host" build count --out count.image >out 2>err
"$host" measure count.image --json >reference.json
"$host" serve count.image --listen 127.0.0.1:0 >host.out 2>host.err &
hosted=$!
await grep -q '^listening on ' host.out || no 'the host starts'
listening host.out >host.url
"$pobf" call "$(cat host.url)" --in count/sample.txt --out one --reference reference.json \
    --insecure-accept-sim >out 2>err || no 'a call, to have its files'

serve --reference reference.json --insecure-accept-sim
session '?nonceSize=32'
status_is waiting 'a session waits for evidence'
[ "$(jq -r '.accept | join(" ")' out)" = "$eat $bundled" ] || no 'it names what it takes'
ok 'it names what it takes'
evidence "$(hex_nonce)" >fresh
post "$eat" fresh
status_is complete 'fresh evidence completes it'
jq -j .result out >fresh.jwt
gives 0 'its report verifies offline' "$pobf" verify fresh.jwt --report-key key.pub --reference reference.json \
    --insecure-accept-sim
post "$eat" fresh
[ "$(jq .status out)" = 409 ] || no 'a session takes one evidence'
ok 'a session takes one evidence'

session ''
post "$eat" fresh
status_is failed 'evidence for another nonce fails'
failed_for evidence.nonce
jq -j .result out >refused.jwt
gives 1 'its report says so offline too' "$pobf" verify refused.jwt --report-key key.pub --reference reference.json \
    --insecure-accept-sim
session ''
evidence "$(hex_nonce)" >fresh
flip fresh
post "$eat" fresh
status_is failed 'tampered evidence fails'
failed_for evidence.signature

# The nonce that pobf asked the host with stands in the exchange, behind the text that begins it.
nonce=$(tail -c +27 one.exchange | head -c 32 | base64 | tr '+/' '-_')
bundle one.evidence one.receipt one.exchange >good
session "?nonce=$nonce"
post "$bundled" good
status_is complete 'the files of a call complete a session'
jq -j .result out >one.jwt
gives 0 'the report is of these very files' "$pobf" verify one.jwt one.receipt one.evidence one.exchange \
    --report-key key.pub --reference reference.json --insecure-accept-sim
session ''
post "$bundled" good
status_is failed 'the files of a call fail for another nonce'
failed_for evidence.nonce
cp one.receipt bad
flip bad
bundle one.evidence bad one.exchange >tampered
[ "$(curl -s -X POST "$url/challenge-response/v1/newSession?nonce=$nonce" | jq .status)" = 409 ] ||
    no 'a nonce is taken once'
ok 'a nonce is taken once'
halt
serve --reference reference.json --insecure-accept-sim # one that has not seen it
session "?nonce=$nonce"
post "$bundled" tampered
status_is failed 'a tampered receipt fails'
failed_for receipt.signature
halt

serve --reference reference.json
session ''
evidence "$(hex_nonce)" >fresh
post "$eat" fresh
status_is failed 'the simulator is refused by default'
failed_for evidence.platform
halt

jq '.measurement = ("00" * 32)' reference.json >other.json
serve --reference other.json --insecure-accept-sim
session ''
evidence "$(hex_nonce)" >fresh
post "$eat" fresh
status_is failed 'another function is refused'
failed_for evidence.measurement
halt

serve --reference reference.json
curl -s -X POST -H "Content-Type: $eat" --data-binary @fresh "$url/challenge-response/v1/session/0" >out
[ "$(jq .status out)" = 404 ] || no 'an unknown session is not found'
ok 'an unknown session is not found'
head -c 17000000 /dev/zero >large
code=$(curl -s -o out -w '%{http_code}' -X POST -H "Content-Type: $bundled" -H 'Expect: 100-continue' \
    --expect100-timeout 60 --data-binary @large \
    "$url/challenge-response/v1/session/0" || true)
[ "$code" = 413 ] && [ "$(jq -r '"\(.status) \(.field)"' out)" = '413 body' ] ||
    no "too large a body is refused (HTTP $code)"
ok 'too large a body is refused, with a reason in JSON'
halt

gives 2 'a verifier that could only not tell does not start' "$verifier" serve --listen 127.0.0.1:0 --key key
gives 3 'a policy that is not understood is not kept' "$verifier" serve --listen 127.0.0.1:0 --key key \
    --platform-policy reference.json
gives 2 'it needs a key' "$verifier" serve --listen 127.0.0.1:0 --reference reference.json
gives 1 'plain HTTP is for loopback alone' "$verifier" serve --listen 0.0.0.0:0 --key key --reference reference.json
gives 3 'a public key cannot sign reports' "$verifier" serve --listen 127.0.0.1:0 --key key.pub --reference reference.json
says 'a public key cannot sign'
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out p384 2>err
gives 3 'another curve is refused by name' "$verifier" serve --listen 127.0.0.1:0 --key p384 --reference reference.json
says 'secp384r1'
gives 1 'a certificate that is none does not serve' "$verifier" serve --listen 127.0.0.1:0 --key key \
    --certificate reference.json --certificate-key key.pub
says 'certificate.parse'
gives 2 'a certificate needs a key to check it' "$verifier" serve --listen 127.0.0.1:0 --key key --certificate-key key.pub \
    --reference reference.json
