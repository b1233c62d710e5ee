#!/bin/sh
# What a developer does: make a project, build it, measure it, run it; and what is refused.
set -eu
. tests/cli/project.inc

expect 0 'new' "$host" new count
expect 0 'build' "$host" build count
[ "$(cat out)" = "$(sha256sum count/count.image)" ] || no 'build prints what sha256sum prints'
expect 0 'new --json' "$host" new object --json
[ "$(jq -r .folder out)" = object ] || no 'new --json'
expect 0 'build --json' "$host" build object --json
[ "$(jq -r .measurement out)" = "$(sha256sum "$(jq -r .image out)" | cut -d' ' -f1)" ] || no 'build --json'
ok 'a new project builds at once, and its measurement is the SHA-256 of the image'
expect 0 'run' "$host" run count --in count/sample.txt
cmp -s out count/expected.txt || no 'a new project runs at once and gives what is expected'
says 'a new project runs at once; the receipt says that all of the zone was restored' \
    'the function returned' '0 mismatches'
expect 0 'run' "$host" run count/count.image --in - --out result.txt <count/sample.txt
cmp -s result.txt count/expected.txt || no 'an image runs too, from stdin to a file'
ok 'an image runs too, from stdin to a file'
expect 0 'run --json' "$host" run count --in count/sample.txt --out result.json.txt --json
cmp -s result.json.txt count/expected.txt || no 'run --json writes the result'
[ "$(wc -l <out)" = 1 ] && jq -e '.exit == "RETURNED" and .mismatches == 0 and .restored_bytes > 0 and .key_destroyed and
    .registers_cleared and .output == "result.json.txt" and .exit_code == 0' out >/dev/null || no 'run --json prints the receipt'
expect 1 'run --json' "$host" run count --in /dev/null --out message.txt --json
jq -e '.exit == "FAILED" and .output == "message.txt" and .exit_code == 1' out >/dev/null || no 'run --json tells a failure'
expect 3 'run --json' "$host" run count --in nowhere --out message.txt --json
[ ! -s out ] || no 'run --json prints nothing where there is no receipt'
expect 2 'run --json' "$host" run count --in count/sample.txt --json
says 'run --json prints one object, and wants the result elsewhere' 'stdout cannot take both'
grep -q 'swapped' err && no 'control: memory can be locked' || true
if [ "$(id -u)" = 0 ]; then
    expect 0 'run' prlimit --memlock=0 setpriv --bounding-set -ipc_lock --inh-caps -ipc_lock \
        "$host" run count --in count/sample.txt
    says 'where memory may be neither hidden nor locked, the monitor says so and goes on' \
        'root can read secrets' 'secrets could be swapped'
else
    echo 'SKIP: only root can give up the right to lock memory'
fi
expect 3 'measure' "$host" measure count
says 'who gives the folder for the image is told so' 'count: it is a folder'
expect 1 'measure' "$host" measure count/function.c
says 'and who gives the source of one' 'pobf-host build makes images'
expect 1 'build' "$host" build count/function.c
says 'who gives a file that is no module is told so' 'function.c: is neither a project' 'nor a .wasm or .js'
expect 1 'new' "$host" new count
says 'new does not write over a folder that is there' 'count'
mkdir elsewhere
expect 0 'new --in' "$host" new other --in elsewhere
[ -f elsewhere/other/function.c ] || no 'new --in makes the project in another folder'
ok 'new --in makes the project in another folder'
odd="it's a \"folder\" for \$5"
mkdir "$odd"
expect 0 'new in a folder of an odd name' "$host" new odd --in "$odd"
next=$(sed -n 's/.*next: //p' err)
(PATH=$build:$PATH && eval "$next") >out 2>err || no 'what new says is next'
tail -n +2 out | cmp -s - "$odd/odd/expected.txt" || no 'what new says is next'
ok 'what new says is next can be typed, whatever the folder is called'
for name in '' ../x a/b 'a b' '"' .hidden -- 'a"b'; do
    expect 2 "a bad name: $name" "$host" new --in . -- "$name"
done
ok 'a name that could leave the folder or the quotes is refused'

expect 1 'failure' "$host" run count --in /dev/null --out message.txt
says 'a failure of the function is told, and its message is the result' 'a failure of its own'
grep -q 'the input is empty' message.txt || no 'the message is the result'
head -c 1048577 /dev/zero >big
expect 1 'input' "$host" run count --in big
says 'an input over the budget is refused before anything runs' 'input' 'at most 1048576 bytes'
expect 3 'missing input' "$host" run count --in nowhere
says 'an input that is not there is named' 'nowhere'
expect 2 'no input' "$host" run count
says 'a run without --in is a usage error' '--in'

expect 0 'measure' "$host" measure count/count.image --json
cp out reference.json
[ "$(jq -r .measurement out)" = "$(sha256sum <count/count.image | cut -c1-64)" ] || no 'measurement'
[ "$(jq -r .monitor out)" = "$(sha256sum <"$build/pobf-monitor" | cut -c1-64)" ] || no 'monitor'
[ "$(jq -r .backend out)" = process ] || no 'backend'
[ "$(jq -r '.policy | length' out)" = 64 ] && [ "$(jq -r .name out)" = count ] || no 'policy, name'
[ "$(jq -c .limits out)" = '{"input_max":1048576,"output_max":4096,"arena":65536,"stack":65536,"deadline_ms":1000}' ] ||
    no 'limits'
ok 'measure --json gives reference values: measurement, policy, backend, monitor, name, limits'
expect 0 'measure' "$host" measure count/count.image
grep -q "measurement  *$(jq -r .measurement reference.json)" out || no 'measure says the same to people'
ok 'measure says the same to people'

# The same image from other folders, other environments, an absolute and a relative path.
mkdir -p "deep/er folder"
cp -r count "deep/er folder/renamed"
expect 0 'rebuild' env LANG=de_DE.UTF-8 SOURCE_DATE_EPOCH=5 CPATH=/nowhere TMPDIR="$work" \
    "$host" build "$work/deep/er folder/renamed" --out again.image
cmp -s again.image count/count.image || no 'an image is the same from wherever it is built'
ok 'an image is the same, bit for bit, from wherever it is built'
printf '\n#include "pobf_function.h"\nconst char where[] = __FILE__ " " __DATE__ " " __TIME__;\n' >count/where.c
cp count/where.c "deep/er folder/renamed/where.c"
expect 0 'rebuild' "$host" build count
expect 0 'rebuild' "$host" build "deep/er folder/renamed" --out again.image
cmp -s again.image count/count.image || no '__FILE__ and __TIME__ do not make an image differ'
ok '__FILE__, __DATE__ and __TIME__ do not make an image differ'
rm count/where.c
sed -i 's/"bytes"/"Bytes"/' count/function.c
expect 0 'rebuild' "$host" build count
[ "$(cut -c1-64 out)" != "$(jq -r .measurement reference.json)" ] || no 'control: another source'
ok 'control: one letter of the source makes another measurement'
sed -i 's/"deadline_ms": 1000/"deadline_ms": 1001/' count/pobf.json
expect 0 'rebuild' "$host" build count
expect 0 'measure' "$host" measure count/count.image --json
[ "$(jq -r .policy out)" != "$(jq -r .policy reference.json)" ] || no 'another limit, another policy'
ok 'another limit makes another policy'

# manifest SENTENCE JSON TEXT...: this manifest is refused, and the texts are said
manifest() {
    sentence=$1
    printf '%s' "$2" >count/pobf.json
    shift 2
    expect 1 "$sentence" "$host" build count
    says "$sentence" refused "$@"
}
good='"name":"count","input_max":10,"output_max":10,"arena":0,"stack":65536,"deadline_ms":9'
printf '{%s}' "$good" >count/pobf.json
expect 0 'control: the manifest that the next ones are made from' "$host" build count
ok 'control: the manifest that the bad ones are made from is good'
manifest 'a manifest with a member twice is refused' "{$good,\"arena\":1}" 'duplicate'
manifest 'a manifest with an unknown member is refused' "{$good,\"network\":true}" network
manifest 'a manifest that is no object is refused' '[]' 'one JSON object'
manifest 'a manifest that is cut short is refused' "{$good" 'pobf.json'
manifest 'an empty manifest is refused' '' 'pobf.json'
manifest 'a manifest with something after it is refused' "{$good} x" 'pobf.json'
for field in name input_max output_max arena stack deadline_ms; do
    manifest "a manifest without $field is refused" \
        "$(printf '{%s}' "$good" | jq -c "del(.$field)")" "$field" 'seen nothing'
done
set_to() { printf '{%s}' "$good" | jq -c ".$1 = $2"; }
manifest 'a number as a text is refused' "$(set_to arena '"1"')" arena 'no whole number'
manifest 'a number with a fraction is refused' "$(set_to arena 1.5)" arena 'no whole number'
manifest 'a negative number is refused' "$(set_to arena -1)" arena 'seen -1'
manifest 'a number beyond 64 bits is refused' "{$good,\"x\":99999999999999999999}" 'pobf.json'
manifest 'an input_max of 0 is refused' "$(set_to input_max 0)" input_max 'seen 0'
manifest 'an input_max over 1 GiB is refused' "$(set_to input_max 1073741825)" input_max 1073741824
manifest 'a stack under 16 KiB is refused' "$(set_to stack 16383)" stack 'seen 16383'
manifest 'a deadline of 0 is refused' "$(set_to deadline_ms 0)" deadline_ms
manifest 'a deadline over an hour is refused' "$(set_to deadline_ms 3600001)" deadline_ms
manifest 'a name with a quote is refused' "$(set_to name '"a\"b"')" name
manifest 'a name with a slash is refused' "$(set_to name '"../x"')" name
manifest 'a name with a zero byte is refused' "$(set_to name '"a\u0000b"')" u0000
manifest 'a name of 64 letters is refused' "$(set_to name "\"$(printf '%064d' 0)\"")" name
printf '%s' "$(set_to arena 1073741824)" >count/pobf.json
expect 1 'zone' "$host" build count
says 'limits that together are over 1 GiB are refused' count

printf '{%s}' "$good" >count/pobf.json
rm -f count/count.image
echo 'int pobf_function(void) { return missing; }' >count/function.c
expect 1 'compile' "$host" build count
says "the compiler's errors are shown as they are" 'function.c:1' missing
[ -z "$(find count -name '*.part' -o -name '*.image')" ] || no 'a failed build leaves nothing'
ok 'a failed build leaves nothing behind'
echo 'int pobf_function(void) { return printf("x"); }' >count/function.c
expect 1 'link' "$host" build count
says 'a function that calls the C library is refused by the linker' printf
rm count/*.c
expect 3 'no source' "$host" build count
says 'a project without a source is named' 'no *.c'
expect 3 'no folder' "$host" build nowhere
says 'a project that is not there is named' nowhere
rm count/pobf.json
expect 3 'no manifest' "$host" build count
says 'a project without a manifest is named' pobf.json

echo 'not an image' >junk.image
expect 1 'junk' "$host" measure junk.image
says 'a file that is no image is refused with its defect' junk.image
expect 1 'junk' "$host" run junk.image --in reference.json
says 'a file that is no image is not run' junk.image
head -c 4000 again.image >cut.image
expect 1 'cut' "$host" measure cut.image
says 'an image that is cut short is refused' cut.image
expect 3 'missing' "$host" measure nowhere.image
says 'an image that is not there is named' nowhere.image

expect 0 'doctor' "$host" doctor --json
[ "$(jq -r .serves out)" = true ] && jq -e '.checks | length > 5' out >/dev/null || no 'doctor --json'
expect 0 'doctor' "$host" doctor
grep -q '^ok  *monitor' out || no 'doctor says what it found'
ok 'doctor says what this machine offers'
mkdir alone && cp "$host" alone/
expect 1 'doctor' alone/pobf-host doctor
grep -q '^MISSING  *monitor' out || no 'doctor tells that the monitor is missing'
ok 'doctor tells that the monitor is missing'
expect 3 'run' alone/pobf-host run again.image --in reference.json
says 'nothing runs without the monitor' pobf-monitor
expect 3 'build' env POBF_SHARE=/nowhere "$host" build elsewhere/other
says 'a build without its share folder says how to name it' POBF_SHARE

mkdir -p installed/bin installed/libexec/pobf installed/share/pobf
cp "$host" installed/bin
cp "$build/pobf-monitor" installed/libexec/pobf
(cd "$POBF_SHARE" && cp -r --parents enclave/function framework/wire/manifest.h "$work/installed/share/pobf")
expect 0 'build' "$host" build elsewhere/other
cp out measured
unset POBF_SHARE
expect 0 'installed build' installed/bin/pobf-host build elsewhere/other
cmp -s out measured || no 'an installed host builds the same image'
expect 0 'installed run' installed/bin/pobf-host run elsewhere/other --in elsewhere/other/sample.txt
cmp -s out elsewhere/other/expected.txt || no 'an installed host runs it'
ok 'an installed host finds its parts, and builds the same image'
