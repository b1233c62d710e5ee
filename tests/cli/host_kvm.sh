#!/bin/sh
# A function in a virtual machine, from end to end: run, measure, serve, call, verify, report.
set -eu
[ -r /dev/kvm ] && [ -w /dev/kvm ] || { echo 'SKIP: no /dev/kvm'; exit 0; }
. tests/cli/pobf.inc

# expect CODE SENTENCE COMMAND...: the command ends with this code
expect() {
    code=$1 sentence=$2
    shift 2
    seen=0
    "$@" >out 2>err || seen=$?
    [ "$seen" -eq "$code" ] || no "$sentence (exit code $seen, expected $code)"
}

expect 0 'new' "$host" new count
for backend in process kvm auto; do
    expect 0 "run on $backend" "$host" run count --in count/sample.txt --backend $backend
    cmp -s out count/expected.txt || no "the result on $backend"
done
ok 'one image runs on both backends, and gives the same result'
expect 2 'another backend' "$host" run count --in count/sample.txt --backend sgx
grep -q 'process, kvm or auto' err || no 'a backend that is none is refused'
ok 'a backend that is none is refused'
mkdir alone
cp "$host" "$build/pobf-monitor" alone
expect 0 'auto without pobf-trustlet' alone/pobf-host run count --in count/sample.txt --backend auto
grep -q 'backend process: there is no pobf-trustlet' err || no 'auto says what is missing'
expect 3 'kvm without pobf-trustlet' alone/pobf-host run count --in count/sample.txt --backend kvm
ok 'where what keeps machines is missing auto takes processes, and kvm fails'
image=count/count.image
expect 0 'measure' "$host" measure $image --json
cp out process.json
expect 0 'measure' "$host" measure $image --json --backend kvm
cp out kvm.json
[ "$(jq .measurement kvm.json)" = "$(jq .measurement process.json)" ] || no 'one measurement'
[ "$(jq -r .backend process.json) $(jq -r .backend kvm.json)" = 'process kvm' ] || no 'two backends'
[ "$(jq .monitor kvm.json)" != "$(jq .monitor process.json)" ] || no 'two monitors'
ok 'the function measures the same on both; the monitor is another program'

serve $image --backend kvm --trustlets 1 --warm 1
url=http://127.0.0.1:$(cat port)
expect 0 'call' "$pobf" call "$url" --in count/sample.txt --out result --reference kvm.json \
    --insecure-accept-sim
cmp -s result count/expected.txt || no 'the result over HTTP'
ok 'a proven call, whose function ran in a virtual machine'
expect 0 'verify' "$pobf" verify result.receipt result.evidence result.exchange --reference kvm.json \
    --insecure-accept-sim
ok 'its receipt is verified offline'
expect 1 'the other monitor' "$pobf" call "$url" --in count/sample.txt --out no --reference \
    process.json --insecure-accept-sim
[ ! -e no ] || no 'nothing is written where the monitor is another one'
ok 'who expects the monitor of the process backend refuses this one'
expect 0 'inspect' "$pobf" inspect result.evidence --json
[ "$(jq -r '.. | .backend? // empty' out | head -n 1)" = kvm ] || no 'the evidence names its backend'
ok 'the evidence says that the backend is kvm'

# The machine dies in the middle: another one is started, locked down as it is, and serves on.
are_three() { [ "$(pgrep -c -P "$served" pobf-trustlet)" -eq 3 ]; }
await are_three || no 'a second machine is made ready, and a third one without an image'
ok "a second machine is made ready beside the one that serves, and a third one without an image"
counts() { curl -s "$url/metrics" | grep -qxF "$1"; }
await counts 'pobf_monitors_warm{function="count"} 1' || no 'the metrics count it'
ok 'the metrics count it'
keeper=$(pgrep -o -P "$served" pobf-trustlet)
kill -9 "$keeper"
serves() {
    "$pobf" call "$url" --in count/sample.txt --out again --reference kvm.json --insecure-accept-sim >out 2>err
}
await serves && cmp -s again count/expected.txt || no 'a machine that died is replaced'
ok 'a machine that died is replaced, and the next call works'
# Who makes the machines dies, and all machines with it: locked down as it is, the host starts another one.
zygote() { pgrep -o -P "$served" pobf-zygote; } # the oldest of that name: a machine has it, too, until it is one
await are_three || no 'machines are made ready again'
first=$(zygote)
kill -9 "$first"
for machine in $(pgrep -P "$served" pobf-trustlet); do
    kill -9 "$machine" 2>/dev/null || true # it may have found its end by then
done
rm again
await serves && cmp -s again count/expected.txt || no 'the zygote is replaced'
is_another() { [ "$(zygote || echo "$first")" != "$first" ]; }
await is_another || no 'another zygote'
await are_three || no 'machines are made ready again'
ok 'a zygote that died is replaced, and machines are made ready again'
halt

# Two functions out of one zygote, of which one becomes larger while it serves than any was at the start.
cp -r count larger
sed -i 's/"arena": [0-9]*/"arena": 4194304/' larger/pobf.json
expect 0 'build' "$host" build larger --out larger.image
expect 0 'measure' "$host" measure larger.image --json --backend kvm
cp out larger.json
cp $image served.image
serve first=$image second=served.image --backend kvm --trustlets 1 --warm 1
url=http://127.0.0.1:$(cat port)
call() { # call FUNCTION REFERENCE
    expect 0 "$1 is called" "$pobf" call "$url/functions/$1" --in count/sample.txt --out result \
        --reference "$2" --insecure-accept-sim
    cmp -s result count/expected.txt || no "the result of $1"
}
call first kvm.json
call second kvm.json
ok 'two functions are served'
mv larger.image served.image
kill -HUP "$served"
await counts 'pobf_replacements_total{function="second"} 1' || no 'the larger one is taken'
call second larger.json
call first kvm.json
ok 'one of them is replaced by a larger one while it serves'
halt
