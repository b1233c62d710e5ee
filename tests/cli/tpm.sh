#!/bin/sh
# A TPM vouches for an enclave: a real swtpm, no flag that weakens. What is genuine passes; another register,
# AK, nonce or key, an old quote, and a TPM that was reset are each refused at their own check. Quotes for the
# attacks are made by tpm2-tools: whoever may use the TPM can ask it, so they are as good as the host's.
set -eu
. tests/cli/pobf.inc
. "$POBF_SHARE/tests/cli/swtpm.inc"

swtpm_start tpm
swtpm_start stranger
"$host" new count >out 2>err
"$host" build count --out count.image >out 2>err
"$host" measure count.image --json >reference.json

gives 0 'a TPM says who it is' "$host" tpm "$(tcti tpm)" --out id
gives 0 'and so does another one, as an object' "$host" tpm "$(tcti stranger)" --out other --json
is_object "\"ak_name\":\"$(od -An -v -tx1 other/ak.name | tr -d ' \n')\",\"ek_certificate\":true,\"folder\":\"other\""
gives 2 'which is not for the place of the secret' "$host" tpm "$(tcti tpm)" --activate credential --out - --json
gives 3 'a folder that is there is not written into' "$host" tpm "$(tcti tpm)" --out id
gives 3 'no TPM, no answer' "$host" tpm swtpm:path=/nowhere --out none
! cmp -s id/ak.pem other/ak.pem || no 'each TPM has an AK of its own'
openssl x509 -inform der -in id/ek.crt -out ek.pem
cat tpm/ca/*-rootca-cert.pem tpm/ca/issuercert.pem >ca.pem
gives 0 'the certificate of the EK leads to whoever made the TPM' \
    openssl verify -ignore_critical -CAfile ca.pem ek.pem

printf 'what only that TPM can read' >secret
name=$(od -An -v -tx1 id/ak.name | tr -d ' \n')
gives 0 'a credential is made for EK and AK, by others'"'"' tool' \
    tpm2_makecredential -T none -u id/ek.pub -s secret -n "$name" -o credential
gives 0 'the TPM that has both opens it' "$host" tpm "$(tcti tpm)" --activate credential --out opened --json
is_object '^{"secret_file":"opened"}$'
cmp -s secret opened || no 'the TPM that has both opens it: the secret'
gives 1 'another TPM does not' "$host" tpm "$(tcti stranger)" --activate credential --out not-opened
[ ! -e not-opened ] || no 'another TPM does not: nothing is written'
tpm2_makecredential -T none -u id/ek.pub -s secret -n "$(od -An -v -tx1 other/ak.name | tr -d ' \n')" -o mixed 2>err
gives 1 'nor does it for the AK of another TPM' "$host" tpm "$(tcti tpm)" --activate mixed --out not-opened
head -c 100 credential >cut
gives 1 'a cut credential is refused' "$host" tpm "$(tcti tpm)" --activate cut --out not-opened

TPM2TOOLS_TCTI=$(tcti stranger) tpm2_hierarchycontrol -C p ehEnable clear 2>err || no 'a TPM whose owner closed it'
gives 3 'that a TPM is closed says nothing of a credential' \
    "$host" tpm "$(tcti stranger)" --activate credential --out not-opened
says 'it does not make its keys'

gives 3 'without a TPM behind its name nothing is served' \
    "$host" serve count.image --listen 127.0.0.1:0 --tpm swtpm:path=/nowhere
gives 3 'nor where there is no confidential machine' \
    "$host" serve count.image --listen 127.0.0.1:0 --tsm --tsm-reports /nowhere
gives 2 'one platform vouches, not two' \
    "$host" serve count.image --listen 127.0.0.1:0 --tsm --tpm "$(tcti tpm)"
mkdir receipts
serve count.image --trustlets 2 --tpm "$(tcti tpm)" --receipts receipts
url=http://127.0.0.1:$(cat port)
trust='--reference reference.json --endorsements id/ak.pem'
nonce=$(printf '%064d' 7)
gives 0 'the enclave is attested, without any --insecure flag' "$pobf" attest "$url" $trust --nonce "$nonce" --out attested
says 'pass  platform.measurement'
says 'pass  tpm.signature'
says 'The host.s system is trusted'
gives 0 'a call is made' "$pobf" call "$url" --in count/sample.txt --out one $trust
says 'on tpm'
gives 0 'and another one' "$pobf" call "$url" --in count/sample.txt --out two $trust
gives 3 'without an AK to trust it cannot be told' "$pobf" call "$url" --in count/sample.txt --out no --reference reference.json
says 'tpm.ak'
gives 3 'the flag for the simulator changes nothing' \
    "$pobf" attest "$url" --reference reference.json --insecure-accept-sim
gives 1 'the AK of another TPM is refused' \
    "$pobf" call "$url" --in count/sample.txt --out no --reference reference.json --endorsements other/ak.pem
says 'FAIL  tpm.signature'
gives 1 'so are two of them' "$pobf" attest "$url" $trust --endorsements other/ak.pem
says 'FAIL  tpm.ak'
[ ! -e no ] || no 'nothing of a refused call is kept'
curl -s "$url/v1/evidence?nonce=$nonce" >asked
halt
gives 0 'a period is judged by the evidence that the host kept, and the TPM vouched for' \
    "$pobf" report --period 0..4000000000 --receipts receipts $trust --json
jq -e '.receipts == .hold and .receipts >= 2 and .hardware[0].platform == "tpm"' out >/dev/null || no 'each receipt of both calls'
gives 3 'not without the AK' "$pobf" report --period 0..4000000000 --receipts receipts --reference reference.json

one='one.receipt one.evidence one.exchange'
gives 0 'all of it verifies when host and enclave are gone' "$pobf" verify $one $trust
says '^FORGOTTEN, as far as'
gives 3 'not without the AK' "$pobf" verify $one --reference reference.json
gives 1 'nor with another one' "$pobf" verify $one --reference reference.json --endorsements other/ak.pem
says 'FAIL  tpm.signature'
gives 1 'the evidence of another call is refused' "$pobf" verify one.receipt two.evidence one.exchange $trust
says 'FAIL  evidence.nonce'
gives 0 'evidence verifies with its nonce' "$pobf" verify attested --nonce "$nonce" $trust
gives 1 'with another nonce it is refused' "$pobf" verify attested --nonce "$(printf '%064d' 8)" $trust
says 'FAIL  evidence.nonce'
jq -r .evidence one.evidence | base64 -d >bare
gives 1 'without its quote it is a simulator'"'"'s again' "$pobf" verify one.receipt bare one.exchange $trust
says 'FAIL  evidence.platform'
gives 0 'the quote alone is appraised as any other' "$pobf" appraise --evidence one.evidence \
    --endorsements id/ak.pem --report-data "$(sha256sum bare | cut -d' ' -f1)"
gives 0 'inspect shows it' "$pobf" inspect one.evidence
says tpm

# with SUFFIX EVIDENCE QUOTE-OF: an envelope of one evidence with the quote of another
with() { jq -c --slurpfile quote "$3" '.tpm_quote = $quote[0].tpm_quote' "$2" >"$1"; }
with replayed one.evidence two.evidence
gives 1 'the quote of another call is refused' "$pobf" verify one.receipt replayed one.exchange $trust
says 'FAIL  platform.report_data'
with swapped asked one.evidence
gives 1 'an old quote under new evidence is refused' "$pobf" verify swapped --nonce "$nonce" $trust
says 'FAIL  platform.report_data'
for change in 'del(.tpm_quote)' '.more = 1' '.profile = "tag:pobf,2026:evidence"' '.evidence = ""' \
    '.tpm_quote = []' 'del(.tpm_quote.pcrs)' '.tpm_quote.pcrs.sha256[23] = null' \
    '.tpm_quote.pcrs.sha256[23] = .tpm_quote.pcrs.sha256[0]' '.tpm_quote.signature = "AAAA"' '[.]'; do
    jq -c "$change" one.evidence >changed
    seen=0
    "$pobf" verify one.receipt changed one.exchange $trust >out 2>err || seen=$?
    [ "$seen" = 1 ] || no "refused: $change (exit $seen)"
done
ok 'an envelope that was changed is refused, whatever it is that was'
{ head -c 100 one.evidence | tr -d '\n'; } >changed
gives 1 'a truncated one too' "$pobf" verify one.receipt changed one.exchange $trust
: >empty
gives 1 'an empty endorsement is none' "$pobf" verify $one --reference reference.json --endorsements empty
gives 3 'a folder is none' "$pobf" verify $one --reference reference.json --endorsements id

# quote FILE EVIDENCE: the TPM is asked by somebody else to quote over this evidence
export TPM2TOOLS_TCTI="$(tcti tpm)"
tpm2_createprimary -C e -G ecc256:ecdsa-sha256:null -c ak.ctx -Q \
    -a 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|sign' 2>err
tpm2_flushcontext -t
quote() {
    jq -r .evidence "$2" | base64 -d >bare
    tpm2_quote -Q -c ak.ctx -l sha256:0,1,2,3,4,5,6,7,23 -q "$(sha256sum bare | cut -d' ' -f1)" \
        -g sha256 -m message -s signature -o registers -F values 2>err
    tpm2_flushcontext -t
    od -An -v -tx1 -w32 registers | tr -d ' ' | jq -Rn '[inputs] | .[0:8] + [range(15) | null] + .[8:]' >pcrs
    jq -c --arg message "$(base64 -w0 message)" --arg signature "$(base64 -w0 signature)" --slurpfile pcrs pcrs \
        '.tpm_quote = {message: $message, signature: $signature, pcrs: {sha256: $pcrs[0]}}' "$2" >"$1"
}
quote again one.evidence
gives 0 'control: a quote that tpm2-tools ask for is as good' "$pobf" verify one.receipt again one.exchange $trust
tpm2_pcrextend "23:sha256=$(sha256sum count.image | cut -d' ' -f1)"
quote extended one.evidence
gives 1 'something more in register 23 is refused' "$pobf" verify one.receipt extended one.exchange $trust
says 'FAIL  platform.measurement'
swtpm_ioctl --unix "$work/tpm/socket.ctrl" -i
tpm2_startup -c
tpm2_createprimary -C e -G ecc256:ecdsa-sha256:null -c ak.ctx -Q \
    -a 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|sign' 2>err
tpm2_flushcontext -t
quote reset one.evidence
gives 1 'a TPM that was reset is refused' "$pobf" verify one.receipt reset one.exchange $trust
says 'FAIL  platform.measurement'
unset TPM2TOOLS_TCTI

serve count.image --trustlets 1 --tpm "$(tcti tpm)"
url=http://127.0.0.1:$(cat port)
gives 0 'a host that starts anew measures anew' "$pobf" attest "$url" $trust
kill -STOP "$(cat tpm/pid)"
curl -s -o late -w '%{http_code}' "$url/v1/evidence?nonce=$nonce" >late.code &
asking=$!
sleep 0.5
gives 0 'others are served while the TPM hangs' curl -sf -m 5 "$url/healthz"
gives 0 'with tasks, too' curl -sf -m 5 -X POST "$url/v1/tasks" -o task
kill -0 "$asking" || no 'control: meanwhile somebody waits for a quote'
wait "$asking"
[ "$(cat late.code)" = 503 ] && grep -q 'too slow' late || no "who waits for it is told in time ($(cat late.code))"
ok 'who waits for it is told in time'
kill -CONT "$(cat tpm/pid)"
gives 0 'it vouches again when it goes on' "$pobf" attest "$url" $trust
kill -STOP "$(cat tpm/pid)"
gives 28 'somebody asks, and does not wait' curl -s -m 1 "$url/v1/evidence?nonce=$nonce"
halt
ok 'a TPM that hangs does not keep a host from ending'
kill -CONT "$(cat tpm/pid)"
printf '\nint another;\n' >>count/function.c
"$host" build count --out another.image >out 2>err
serve another.image --trustlets 1 --tpm "$(tcti tpm)"
url=http://127.0.0.1:$(cat port)
gives 1 'another function is refused' "$pobf" attest "$url" $trust
says 'FAIL  evidence.measurement'
"$pobf" attest "$url" $trust --json >out 2>err || true
jq -e '[.checks[] | select(.result == "fail") | .id] == ["evidence.measurement"]' out >/dev/null ||
    no 'and that is all that is wrong with it'
halt

"$build/pobf-verifier" keygen --out key.pem >out 2>err
gives 0 'a report is issued' "$pobf" report --receipt one.receipt --evidence one.evidence --exchange one.exchange \
    $trust --key key.pem --out report.jwt
says 'on tpm: any protection from the host.s system'
says 'the platform is tpm, which does not protect from the host'
gives 0 'it verifies with the files' "$pobf" verify report.jwt $one $trust --report-key key.pem.pub
gives 0 'and alone' "$pobf" verify report.jwt $trust --report-key key.pem.pub
says 'The host.s system is trusted'

openssl ecparam -name prime256v1 -genkey -noout -out ca.key 2>err
openssl req -x509 -new -key ca.key -subj /CN=enrolment -days 3650 -out enrolment.pem 2>err
printf '%s\n' '[ak]' 'basicConstraints = critical,CA:FALSE' 'keyUsage = critical,digitalSignature' \
    'extendedKeyUsage = 2.23.133.8.3' >ak.conf
openssl x509 -new -force_pubkey id/ak.pem -CA enrolment.pem -CAkey ca.key -subj /CN=ak -days 30 -extfile ak.conf \
    -extensions ak -out ak-cert.pem 2>err
gives 0 'a certificate of the AK counts as the AK does' "$pobf" verify $one --reference reference.json --endorsements ak-cert.pem
gives 1 'until it has run out' "$pobf" verify $one --reference reference.json --endorsements ak-cert.pem \
    --at $(($(date +%s) + 31 * 86400))
says 'FAIL  tpm.ak.validity'
# certify NAME KEY-OF ISSUER [EXTENSION]: a certificate of an AK, with the extensions that the profile of chains wants
certify() {
    printf '%s\n' '[ak]' 'basicConstraints = critical,CA:FALSE' 'keyUsage = critical,digitalSignature' \
        "${4:-extendedKeyUsage = 2.23.133.8.3}" 'subjectKeyIdentifier = hash' 'authorityKeyIdentifier = keyid' >ak.conf
    openssl x509 -new -force_pubkey "$2/ak.pem" -CA "$3.pem" -CAkey "$3.key" -subj /CN=ak -days 30 -extfile ak.conf \
        -extensions ak -out "$1.pem" 2>err || no "a certificate $1"
}
for ca in authority other-authority; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 300 -subj "/CN=$ca" \
        -addext keyUsage=critical,keyCertSign,cRLSign -out $ca.pem -keyout $ca.key 2>err
done
certify shown id authority
certify of-another other authority
certify for-others id authority 'extendedKeyUsage = serverAuth'
by='--reference reference.json --endorsements authority.pem'
serve count.image --trustlets 1 --tpm "$(tcti tpm)" --tpm-certificate shown.pem
gives 0 'an authority that certified the AK may be named in its place' \
    "$pobf" call "http://127.0.0.1:$(cat port)" --in count/sample.txt --out shown $by
halt
shown='shown.receipt shown.evidence shown.exchange'
gives 0 'offline too' "$pobf" verify $shown $by
says 'pass  tpm.ak.use'
gives 0 'and the AK itself, as before' "$pobf" verify $shown $trust
gives 1 'another authority does not count' \
    "$pobf" verify $shown --reference reference.json --endorsements other-authority.pem
says 'FAIL  tpm.ak:'
gives 1 'nor an authority without a certificate that it gave' "$pobf" verify $one $by
says 'FAIL  tpm.ak.use'
gives 1 'nor a certificate that has run out' "$pobf" verify $shown $by --at $(($(date +%s) + 31 * 86400))
says 'FAIL  tpm.ak.validity'
# brings NAME: the evidence with this certificate in place of its own
brings() {
    jq -c --arg der "$(openssl x509 -in "$1.pem" -outform der | base64 -w0)" '.ak_certificate = $der' shown.evidence >brought
}
brings of-another
gives 1 'the certificate of another AK is refused' "$pobf" verify shown.receipt brought shown.exchange $by
says 'FAIL  tpm.signature'
brings for-others
gives 1 'one that is for something else is refused' "$pobf" verify shown.receipt brought shown.exchange $by
says 'FAIL  tpm.ak.use'
brings other-authority
gives 1 'one that vouches for itself is refused' "$pobf" verify shown.receipt brought shown.exchange $by
jq -c '.ak_certificate = "AAAA"' shown.evidence >brought
gives 1 'what is no certificate is refused' "$pobf" verify shown.receipt brought shown.exchange $by
says 'FAIL  tpm.ak:'
gives 3 'a host shows only certificates' "$host" serve count.image --listen 127.0.0.1:0 --tpm "$(tcti tpm)" \
    --tpm-certificate reference.json
gives 2 'and those of a TPM' "$host" serve count.image --listen 127.0.0.1:0 --tpm-certificate shown.pem

printf '{"name": "boot", "claims": {"resets": 99}}' >policy.json
gives 1 'a policy for the platform is kept' "$pobf" verify $one $trust --platform-policy policy.json
says 'FAIL  policy.claims'
printf '{"name": "boot", "unknown": 1}' >policy.json
gives 3 'one that is not understood is told' "$pobf" verify $one $trust --platform-policy policy.json

# The page of a report judges the quote in a browser, too.
"$pobf" report --receipt one.receipt --evidence one.evidence --exchange one.exchange $trust --key key.pem \
    --out paged.jwt --html page.html >out 2>err || no 'a page is made'
command -v chromium >/dev/null || { echo 'SKIP: no chromium'; exit 0; }
# shows FILE: the checks of a page, "tpm.signature pass" a line
shows() {
    chromium --headless --no-sandbox --disable-gpu --user-data-dir="$work/browser" --virtual-time-budget=20000 \
        --dump-dom "file://$work/$1" 2>/dev/null |
        grep -o '<th scope="row">[a-z._]*</th><td class="[a-z]*"' |
        sed 's/<th scope="row">//; s,</th><td class="\([a-z]*\)", \1,'
}
quoted='tpm.signature platform.report_data tpm.pcrs platform.measurement'
shows page.html >out
for check in $quoted; do grep -q "^$check pass$" out || no "the page passes $check"; done
! grep -q 'fail$' out || no 'nothing fails on a good page'
ok 'the page checks the quote of the TPM'
# page CHANGE: the same page with the evidence changed by this filter of jq
page() {
    jq -c "$1" one.evidence | tr -d '\n' | base64 -w0 >changed
    tr -d '\n' <one.evidence | base64 -w0 >as-it-was
    python3 -c "import sys; page = open('page.html').read(); old, new = open('as-it-was').read(), open('changed').read(); \
assert old in page; open('changed.html', 'w').write(page.replace(old, new))"
    shows changed.html >out
}
page '.tpm_quote.pcrs.sha256[23] = .tpm_quote.pcrs.sha256[0]'
grep -q '^platform.measurement fail$' out && grep -q '^tpm.pcrs fail$' out || no 'another register fails on the page'
page ".tpm_quote = $(jq -c .tpm_quote two.evidence)"
grep -q '^platform.report_data fail$' out || no 'the quote of another call fails on the page'
page '.tpm_quote.message = .tpm_quote.signature'
grep -q '^[a-z.]* fail$' out && ! grep -q '^tpm.signature pass$' out || no 'what is no quote fails on the page'
ok 'and tampering with it fails there'
