#!/bin/sh
# Evidence of real machines, judged offline: verdicts, policies, clocks, odd files, replay. The vectors
# are read in place; where they are absent, only what needs none is tried.
set -eu
vectors=$(realpath "${POBF_VECTORS:-../shared/vectors}" 2>/dev/null || true)/evidence
. tests/cli/pobf.inc

gives 2 'evidence is needed' "$pobf" appraise --nonce 00112233445566778899
gives 2 'a platform must be known' "$pobf" appraise --tee abacus --evidence f --nonce 0011223344556677
gives 3 'the built-in policy has a name' "$pobf" appraise --evidence absent --insecure-any-report-data --policy affirming
says absent
gives 2 'one expectation is enough' \
    "$pobf" appraise --evidence f --nonce 0011223344556677 --insecure-any-report-data
gives 2 'a nonce is not short' "$pobf" appraise --evidence f --nonce 001122
gives 3 'a file that is not there is not judged' \
    "$pobf" appraise --evidence absent --insecure-any-report-data
mkdir folder && : >empty && truncate -s 1G huge && echo words >words
gives 3 'a folder is no evidence' "$pobf" appraise --evidence folder --insecure-any-report-data
gives 3 'a gigabyte is not read' "$pobf" appraise --evidence huge --insecure-any-report-data
gives 1 'an empty file is refused' "$pobf" appraise --evidence empty --insecure-any-report-data
gives 1 'words are refused' "$pobf" appraise --evidence words --insecure-any-report-data --json
is_object '"verdict":"contraindicated"'
words='--evidence words --insecure-any-report-data'
for option in endorsements collateral policy reference; do
    gives 3 "a gigabyte is not read as --$option" "$pobf" appraise $words --$option huge
    says huge
done
for option in endorsements policy reference; do
    gives 3 "a folder is not read as --$option" "$pobf" appraise $words --$option folder
done
for option in endorsements collateral; do
    gives 1 "an empty file is refused as --$option" "$pobf" appraise $words --$option empty
    says 'FAIL  endorsements.parse'
done
gives 1 'an empty file is refused as --reference' "$pobf" appraise $words --reference empty
says 'FAIL  reference.parse'
gives 3 'an empty file is no policy' "$pobf" appraise $words --policy empty
echo '{"name":"mine","debug":true}' >bad.json
gives 3 'a policy that is not understood is not kept' \
    "$pobf" appraise --evidence words --insecure-any-report-data --policy bad.json
says 'not understood'
gives 3 'what is no result is not replayed' "$pobf" appraise --replay words --evidence words

gives 2 'a key of references needs references' \
    "$pobf" appraise --evidence words --insecure-any-report-data --reference-key words
gives 3 'a key that is not there is named' "$pobf" appraise $words --reference words --reference-key absent
says absent
for odd in folder huge; do
    gives 3 "no key is read from: $odd" "$pobf" appraise $words --reference words --reference-key $odd
    says $odd
done

if [ ! -d "$vectors" ]; then
    echo "SKIP: no evidence: set POBF_VECTORS to the folder that holds it"
    exit 0
fi

# SEV-SNP, with the certificates that AMD serves.
oak=$vectors/snp/oak/derived
turin="--evidence $oak/turin_oc_report.bin --endorsements $oak/turin_oc_vcek.der
       --endorsements $vectors/snp/_roots/ask_ark_turin_vcek.pem"
data=$(od -An -v -tx1 -j80 -N64 "$oak/turin_oc_report.bin" | tr -d ' \n')
gives 0 'a genuine report is affirmed' "$pobf" appraise $turin --at 1788000000 --report-data "$data"
says '^affirming: evidence of snp'
gives 1 'other report data is refused' \
    "$pobf" appraise $turin --at 1788000000 --report-data 0011223344556677
says 'FAIL  evidence.report_data'
gives 3 'without report data nobody can tell' "$pobf" appraise $turin --at 1788000000 --json
is_object '"verdict":"none"'
gives 1 'a clock that is off is told so' \
    "$pobf" appraise $turin --at 2100000000 --report-data "$data"
says 'your clock is .* days ahead of this evidence'
gives 1 'the wrong platform is told so' \
    "$pobf" appraise --tee tdx $turin --at 1788000000 --report-data "$data"

# Reference values as CoRIM: 501({0: "a", 1: [506(<< {1: {0: "t"}, 4: {0: [[{1: "e"}, [{0: 641, 1: {2: [[7, ..]]}}]]]}} >>)]})
corim() { # corim FILE: of the measurement that FILE holds
    printf '\331\001\365\242\000aa\001\201\331\001\372XM\242\001\241\000at\004\241\000\201\202\241\001ae'
    printf '\201\242\000\031\002\201\001\241\002\201\202\007X0' && cat "$1"
}
tail -c +145 "$oak/turin_oc_report.bin" | head -c 48 >measurement
corim measurement >good.corim
head -c 48 /dev/zero >measurement
corim measurement >other.corim
gives 0 'what a reference value is of is affirmed' \
    "$pobf" appraise $turin --at 1788000000 --report-data "$data" --reference good.corim --json
is_object '"verdict":"affirming"'
mv out reference.json && mkdir referred && cp good.corim referred/1
gives 0 'and is come to again' "$pobf" appraise --replay reference.json $turin --collateral referred --json
cmp -s out reference.json || no 'the result with a reference is the same'
gives 1 'anything else is refused' \
    "$pobf" appraise $turin --at 1788000000 --report-data "$data" --reference other.corim
says 'FAIL  reference.measurement'
says '^contraindicated: .*; reference.measurement: expected '
corims=$vectors/corim/veraison-corim
gives 1 'nobody signed this reference' "$pobf" appraise $turin --at 1788000000 --report-data "$data" \
    --reference good.corim --reference-key "$corims/corim__testcases__src__ec-p256.jwk"
says 'FAIL  reference.signature: .*not signed'
signed="$turin --at 1788000000 --report-data $data --reference $corims/corim__testcases__signed-good-corim.cbor"
gives 3 'whose signature it is must be said' "$pobf" appraise $signed
gives 1 'a signed one of others is read, and is of another machine' \
    "$pobf" appraise $signed --reference-key "$corims/corim__testcases__src__ec-p256.jwk"
says 'pass  reference.signature'
says 'FAIL  reference.measurement'
mkfifo pipe
cat "$corims/corim__testcases__src__ec-p256.jwk" >pipe &
gives 1 'its key may come from a pipe' "$pobf" appraise $signed --reference-key pipe
says 'pass  reference.signature'
openssl ecparam -name prime256v1 -genkey -noout | openssl ec -pubout >other.pem 2>/dev/null
gives 1 'the key of another did not sign it' "$pobf" appraise $signed --reference-key other.pem
says 'FAIL  reference.signature: .*signed by another, or changed'
for odd in empty words; do
    gives 1 "no key is understood: $odd" "$pobf" appraise $signed --reference-key $odd
    says 'FAIL  reference.signature: .*no key that is understood'
done

# TDX: a quote, and Intel's collateral of its time.
bundle=$vectors/dcap-bundles/41_TDX_90c06f000000_2025-02-26T103720_e18
quote="--evidence $bundle/quote.bin --at $(jq .now "$bundle/expected.json") --insecure-any-report-data"
old="$quote --collateral $bundle/collateral.json"
gives 1 'firmware that is not up to date is not affirmed' "$pobf" appraise $old --json
is_object '"verdict":"warning"'
is_object '"tcb_status":"TDRelaunchAdvised"'
jq -S . "$bundle/collateral.json" >printed.json
jq '.tcb_info |= (fromjson | tojson | gsub("\":"; "\": "))' "$bundle/collateral.json" >again.json
gives 1 'the bundle may be printed again: no signature is over it' "$pobf" appraise $quote --collateral printed.json
says 'pass  dcap.tcb_info.signature'
gives 1 'a document in it, printed again, is refused' "$pobf" appraise $quote --collateral again.json
says 'FAIL  dcap.tcb_info.signature: .*no signature over exactly these bytes'
echo '{"name":"patient","tcb_status":["UpToDate","TDRelaunchAdvised"]}' >patient.json
gives 0 'a policy may accept it' "$pobf" appraise $old --policy patient.json --json
is_object '"verdict":"warning"'
mv out result.json

# The same again, years later, from the same files under other names.
mkdir archive && cp "$bundle/quote.bin" archive/1 && cp "$bundle/collateral.json" archive/2
cp patient.json archive/3
gives 0 'an archived result is come to again, bit for bit' \
    "$pobf" appraise --replay result.json --collateral archive --json
cmp -s out result.json || no 'the result is the same'
ok 'the result is the same'
rm archive/2
gives 3 'a file that is missing is named by its digest' \
    "$pobf" appraise --replay result.json --collateral archive
says "$(sha256sum <"$bundle/collateral.json" | cut -c1-64)"
cp "$bundle/collateral.json" archive/2
sed 's/"verdict":"warning"/"verdict":"affirming"/' result.json >forged.json
gives 1 'a result that was changed is refused' \
    "$pobf" appraise --replay forged.json --collateral archive
gives 2 'the instant of a replay is the result'"'"'s' \
    "$pobf" appraise --replay result.json --collateral archive --at 1
