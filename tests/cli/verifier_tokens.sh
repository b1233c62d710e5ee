#!/bin/sh
# Results of the verifier's service, read by software that is not ours: JWT by jose, CWT by @auth0/cose,
# with the key that the service itself shows, over HTTPS. The evidence is a genuine report of SEV-SNP.
set -eu
vectors=$(realpath "${POBF_VECTORS:-../shared/vectors}" 2>/dev/null || true)/evidence/snp
client=$PWD/tests/verifier/service/tokens.mjs
. tests/cli/pobf.inc
verifier=$build/pobf-verifier
MODULES=$build/tokens
export MODULES
mkdir -p "$MODULES"
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo 'SKIP: no nodejs and npm'
    exit 0
fi
[ -d "$MODULES/node_modules/@auth0/cose" ] && [ -d "$MODULES/node_modules/jose" ] ||
    (cd "$MODULES" && npm install --silent --no-fund --no-audit --prefix "$MODULES" jose@6.2.17 @auth0/cose@1.0.2 >npm.log 2>&1) || {
    echo 'SKIP: npm cannot install jose and @auth0/cose'
    exit 0
}
if [ ! -d "$vectors" ]; then
    echo "SKIP: no evidence: set POBF_VECTORS to the folder that holds it"
    exit 0
fi

b64() { base64 -w0 "$1"; }
report=$vectors/oak/derived/turin_oc_report.bin
jq -n --arg evidence "$(b64 "$report")" --arg vcek "$(b64 "$vectors/oak/derived/turin_oc_vcek.der")" \
    --arg chain "$(b64 "$vectors/_roots/ask_ark_turin_vcek.pem")" \
    '{tee: "snp", evidence: $evidence, endorsements: [$vcek, $chain]}' >submission
nonce=$(tail -c +81 "$report" | head -c 64 | base64 -w0 | tr '+/' '-_')
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out tls.pem -days 2 \
    -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2>err
session() { # session QUERY: a new one, and the evidence sent to it
    curl -sf --cacert tls.pem -D head -X POST "$url/challenge-response/v1/newSession$1" >out || no "a session"
    at=$url$(sed -n 's/^Location: \(.*\)\r$/\1/p' head)
    curl -sf --cacert tls.pem -X POST -H 'Content-Type: application/vnd.pobf.hardware-evidence+json' \
        --data-binary @submission "$at" >out || no 'evidence is taken'
}
start() { # a service that has seen no nonce
    : >serve.out
    "$verifier" serve --listen 127.0.0.1:0 --key key --platform-policy affirming --tls-cert tls.pem --tls-key tls.key \
        >serve.out 2>serve.err &
    served=$!
    await grep -q '^listening on ' serve.out || no 'the service starts'
    url=$(sed -n 's/^listening on //p' serve.out)
}
for kind in --eddsa ''; do
    rm -f key key.pub
    "$verifier" keygen $kind --out key >out 2>err
    for form in ietf-jwt ietf-cwt veraison-jwt; do
        start
        session "?nonce=$nonce&result=$form"
        [ "$(jq -r .status out)" = complete ] || no "genuine evidence completes a session ($form)"
        jq -j .result out >"result.$form"
        code=$(curl -s -o out -w '%{http_code}' --cacert tls.pem -X POST "$url/challenge-response/v1/newSession?nonce=$nonce")
        [ "$code" = 409 ] || no "a nonce is taken once (HTTP $code)"
        session '?nonceSize=64'
        [ "$(jq -r .status out)" = failed ] || no 'evidence for another nonce fails'
        jq -j .result out >result.refused
        curl -sf --cacert tls.pem "$url/.well-known/veraison/verification" >discovery || no 'it is found'
        halt
    done
    gives 0 "strangers read every form of its results, signed with ${kind:-ES256}" node "$client"
    cat out
done
# Years later, offline: the result that stands in the token is come to again, bit for bit.
cut -d. -f2 result.ietf-jwt | tr '_-' '/+' | sed 's/$/===/' | base64 -d 2>/dev/null |
    jq -cSj '.submods.platform["tag:pobf,2026:appraisal"]' >result.json
gives 0 'the result in a token can be replayed' "$pobf" appraise --replay result.json --evidence "$report" \
    --endorsements "$vectors/oak/derived/turin_oc_vcek.der" --endorsements "$vectors/_roots/ask_ark_turin_vcek.pem"
