#!/bin/sh
# A whole run of certify, on a checkout, and what its certificate is good for. It takes as long as all
# proofs, the binary check and a tenth of the mutants do, so it is no part of `make check`:
#   make certify-whole, or tests/verifier/certificate/whole_run.sh build [SOURCE]
set -eu
build=$(realpath "$1")
source=$(realpath "${2:-.}")
POBF_SHARE=$source
export POBF_SHARE
verifier=$build/pobf-verifier
host=$build/pobf-host
pobf=$build/pobf
work=$(mktemp -d)
served=
stop() {
    [ -z "$served" ] || kill "$served" 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
cd "$work"

ok() { echo "ok: $1"; }
no() { echo "FAILED: $1" >&2; head -c 4000 out err >&2 2>/dev/null; exit 1; }
gives() { # gives CODE SENTENCE COMMAND...: the command ends with this exit code
    code=$1 sentence=$2
    shift 2
    seen=0
    "$@" >out 2>err || seen=$?
    [ "$seen" = "$code" ] || no "$sentence (exit $seen, expected $code)"
    ok "$sentence"
}
subject() { jq -r .payload certificate | base64 -d | jq -r ".subject[] | select(.name == \"$1\").digest.sha256"; }
is() { [ "$1" = "$2" ] || no "$3 ($1, expected $2)"; ok "$3"; }

"$verifier" keygen --out key >out 2>err
gives 0 'the tree and its example are certified' "$verifier" certify "$source" --function "$source/examples/sequence" \
    --key key --out certificate --sample 10 --sarif sarif --junit junit
sed -n 's/^pobf-verifier: certified/  certified/p' err
jq -e '[.runs[0].results[].kind] | length > 1000 and all(. == "pass")' sarif >/dev/null || no 'SARIF has every property'
is "$(subject monitor)" "$(sha256sum <"$build/pobf-monitor" | cut -c1-64)" 'its monitor is the one that is built here'
is "$(subject trustlet)" "$(sha256sum <"$build/trustlet.elf" | cut -c1-64)" 'and so is the one for virtual machines'
"$host" build "$source/examples/sequence" --out image >out 2>err || no 'the image is built'
is "$(subject image)" "$(sha256sum <image | cut -c1-64)" 'its image is the one that is built here'
list() {
    if [ -e "$source/.git" ]; then (cd "$source" && git ls-files -z)
    else (cd "$source" && find . -type f ! -path './build/*' -printf '%P\0'); fi
}
is "$(subject source)" "$(list | LC_ALL=C sort -z | (cd "$source" && xargs -0 sha256sum) | sha256sum | cut -c1-64)" \
    'its source is what sha256sum says'

serve() { # serve BACKEND
    rm -f port
    "$host" serve image --backend "$1" --listen 127.0.0.1:0 --certificate certificate --port-file port >serve.out 2>serve.err &
    served=$!
    until [ -s port ]; do
        kill -0 "$served"
        sleep 0.1
    done
}
halt() { kill "$served" && wait "$served" || true; served=; }
trusted='--certificate certificate --certificate-key key.pub --insecure-accept-sim'
calls_and_verifies() { # calls_and_verifies BACKEND
    gives 0 "$1: with the certificate alone a data provider calls" "$pobf" call "http://127.0.0.1:$(cat port)" \
        --in reads --out "$1" $trusted
    gives 0 "$1: and verifies offline" "$pobf" verify "$1.receipt" "$1.evidence" "$1.exchange" $trusted
    gives 0 "$1: and issues a report" "$pobf" report --receipt "$1.receipt" --evidence "$1.evidence" \
        --exchange "$1.exchange" --key reporter --out "$1.report" $trusted
    gives 0 "$1: which holds by itself" "$pobf" verify "$1.report" --report-key reporter.pub $trusted
    is "$("$pobf" inspect "$1.evidence" --json | jq -r '.. | .backend? // empty')" "$1" "$1: it was this backend"
}

printf '>r\nACGTACGTGAATTC\n' >reads
"$verifier" keygen --out reporter >out 2>err
if [ -r /dev/kvm ] && [ -w /dev/kvm ]; then
    serve kvm
    calls_and_verifies kvm
    halt
else
    echo 'SKIP: no /dev/kvm'
fi
serve process
calls_and_verifies process
"$verifier" keygen --out other >out 2>err
gives 1 'another certifier is refused' "$pobf" call "http://127.0.0.1:$(cat port)" --in reads --out refused \
    --certificate certificate --certificate-key other.pub --insecure-accept-sim
[ ! -e refused ] || no 'a refused call has no result'
sed 's/"payload":"./"payload":"x/' certificate >changed
gives 1 'a changed certificate is refused' "$pobf" call "http://127.0.0.1:$(cat port)" --in reads --out refused \
    --certificate changed --certificate-key key.pub --insecure-accept-sim
gives 1 'no service starts on a changed certificate' "$verifier" serve --listen 127.0.0.1:0 --key key \
    --certificate changed --certificate-key key.pub
