#!/bin/sh
# The main job, end to end, on real data: the lambda phage's genome and sequencing reads go, sealed,
# to a function in an enclave; the result comes back with a receipt; a report is issued, verified
# again from its files alone, and refused once a byte of it is changed. With TEE=tpm a software TPM vouches
# for the enclave, and no flag is needed that weakens.
set -eu
build=$1
case ${TEE:=sim} in sim | tpm) ;; *) echo "demo: TEE is sim or tpm, not $TEE" >&2; exit 2 ;; esac
POBF_SHARE=$PWD # the build folder may be anywhere
export POBF_SHARE
data=/usr/share/doc/bowtie2/examples
work=$(mktemp -d)
host= tpm=
stop() {
    [ -z "$host" ] || kill "$host" 2>/dev/null || true
    [ -z "$host" ] || wait "$host" 2>/dev/null || true
    [ -z "$tpm" ] || kill "$tpm" 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

step() {
    printf '\n== %s\n' "$1"
}
show() { # print a command as a user would type it, then run it
    printf '$ %s\n' "$(echo "$*" | sed "s,$build/,,g; s,$work/,,g")" >&3
    "$@"
}
refused() { # the same, for a command that must judge and refuse
    code=0
    show "$@" || code=$?
    [ "$code" -eq 1 ] || { echo "demo: expected exit code 1, seen $code" >&2; exit 3; }
}
exec 3>&1

# Minimal systems leave documentation out of packages that they install; the package itself has it.
if [ ! -d "$data/reads" ]; then
    (cd "$work" && apt-get download bowtie2-examples >/dev/null && dpkg -x bowtie2-examples*.deb .)
    data=$work$data
fi
zcat "$data/reference/lambda_virus.fa.gz" >"$work/genome.fa"
zcat "$data/reads/reads_1.fq.gz" >"$work/reads.fq"

platform=--insecure-accept-sim # what the data provider accepts
if [ "$TEE" = tpm ]; then
    step 'A software TPM is made: it stands for the chip. Whoever enrols it keeps its AK.'
    mkdir "$work/tpm"
    swtpm_setup --tpm2 --tpmstate "$work/tpm" --pcr-banks sha256 >"$work/tpm.log" 2>&1 ||
        { cat "$work/tpm.log" >&2; exit 3; }
    swtpm socket --tpm2 --tpmstate "dir=$work/tpm" --server "type=unixio,path=$work/tpm.socket" \
        --ctrl "type=unixio,path=$work/tpm.socket.ctrl" --flags not-need-init,startup-clear \
        --daemon --pid "file=$work/tpm.pid"
    tpm=$(cat "$work/tpm.pid")
    show "$build/pobf-host" tpm "swtpm:path=$work/tpm.socket" --out "$work/tpm-identity"
    platform="--endorsements $work/tpm-identity/ak.pem"
fi

step 'The developer builds the function and says what it measures; the operator serves it.'
show "$build/pobf-host" build examples/sequence --out "$work/sequence.image"
show "$build/pobf-host" measure "$work/sequence.image" --json >"$work/reference.json"
cat "$work/reference.json"
"$build/pobf-host" serve "$work/sequence.image" --listen 127.0.0.1:0 --receipts "$work" \
    --port-file "$work/port" ${tpm:+--tpm "swtpm:path=$work/tpm.socket"} >"$work/host.log" 2>&1 &
host=$!
until [ -s "$work/port" ]; do
    kill -0 "$host" 2>/dev/null || { cat "$work/host.log" >&2; exit 3; }
    sleep 0.1
done
url=http://127.0.0.1:$(cat "$work/port")

if [ "$TEE" = sim ]; then
    step 'The data provider calls it. The platform is the simulator, which is refused by default:'
    refused "$build/pobf" call "$url" --in "$work/genome.fa" --out "$work/genome.txt" \
        --reference "$work/reference.json"
    step 'With the simulator accepted, on the genome (48,502 bases), then on 10,000 reads:'
else
    step 'The data provider calls it, under the AK that it trusts: the genome (48,502 bases), 10,000 reads:'
fi
for input in genome.fa reads.fq; do
    show "$build/pobf" call "$url" --in "$work/$input" --out "$work/${input%.*}.txt" \
        --reference "$work/reference.json" $platform
    cat "$work/${input%.*}.txt"
done

step 'A compliance report is issued.'
"$build/pobf-verifier" keygen --out "$work/key.pem"
show "$build/pobf" report --receipt "$work/reads.txt.receipt" --evidence "$work/reads.txt.evidence" \
    --exchange "$work/reads.txt.exchange" --reference "$work/reference.json" \
    $platform --key "$work/key.pem" --out "$work/report.jwt"

step 'The host is gone. Everything is verified again from the files alone.'
kill "$host" && wait "$host" || true
host=
set -- --reference "$work/reference.json" $platform --report-key "$work/key.pem.pub"
show "$build/pobf" verify "$work/report.jwt" "$work/reads.txt.receipt" \
    "$work/reads.txt.evidence" "$work/reads.txt.exchange" "$@"

step 'One byte of the report is changed.'
size=$(wc -c <"$work/report.jwt")
flipped=$(tail -c +$((size / 2 + 1)) "$work/report.jwt" | head -c 1 | tr 'A-Za-z0-9_-' 'B-ZAb-za1-90-_')
printf '%s' "$flipped" | dd of="$work/report.jwt" bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
refused "$build/pobf" verify "$work/report.jwt" "$work/reads.txt.receipt" \
    "$work/reads.txt.evidence" "$work/reads.txt.exchange" "$@"
echo
echo 'demo: done. The call was proved forgotten, and the forged report was refused.'
