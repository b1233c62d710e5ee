#!/bin/sh
# What the README tells a stranger to type is typed, line by line: only the port is another one, and waited for.
set -eu
readme=$PWD/README.md
. tests/cli/pobf.inc

mkdir build
for program in pobf pobf-host pobf-verifier pobf-monitor; do ln -s "$build/$program" build/; done
awk '/^    export PATH=/ { on = 1 } on { if (!/^    /) exit; sub(/^    /, ""); print }' "$readme" >lines
[ "$(grep -c '^pobf' lines)" = 6 ] && grep -q -- '--report-key' lines || no 'the lines of the README are found'
sed -e 's/127.0.0.1:8080 &/127.0.0.1:0 --port-file port \& served=$!/' -e 's/127.0.0.1:8080/127.0.0.1:$(cat port)/' \
    -e '/^pobf call/i\\until [ -s port ]; do kill -0 $served; sleep 0.1; done' lines >typed
cat >>typed <<'T'
kill $served
wait $served
T
sh -eu typed >out 2>err || no 'every line of it ends well'
ok 'every line of it ends well'
says '^FORGOTTEN, on the host'
for file in result.txt report.jwt report.html report.txt key.pem; do [ -s $file ] || no "there is $file"; done
head -1 report.txt | grep -q '^Forgotten: ' && diff result.txt hello/expected.txt >out || no 'the result is the one of the sample'
ok 'result and report are what they should be'
sh -eu <<'T' >out 2>err && no 'control: without the flag the simulator is refused' || ok 'control: without the flag the simulator is refused'
build/pobf verify report.jwt result.txt.receipt result.txt.evidence result.txt.exchange --reference reference.json --report-key key.pem.pub
T
