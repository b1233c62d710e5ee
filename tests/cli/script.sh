#!/bin/sh
# What a developer does with JavaScript: a new project, the examples, what a script is given and what it
# may return; errors at the build and in a call; and that nothing of a call is there in the next one.
set -eu
setup/install.sh wasm >/dev/null
. tests/cli/project.inc
. "$POBF_SHARE/tests/cli/wasm.inc"
# script NAME: an image of the script on stdin
script() {
    image=$1.image
    cat >"$1.js"
    printf '{"name":"%s","interface":"wasi","input_max":65536,"output_max":65536,"memory":16777216,
"stack":1048576,"fuel":1000000000,"deadline_ms":10000,"stderr":"seal"}' "$1" >"$1.json"
    expect 0 "build $1" "$host" build "$1.js"
}
# fails SENTENCE TEXT...: the script on stdin is no function, for these reasons
fails() {
    cat >bad.js
    manifest bad | sed 's/"memory":[0-9]*/"memory":16777216/; s/"stack":[0-9]*/"stack":1048576/' >bad.json
    sentence=$1
    shift
    expect 1 "$sentence" "$host" build bad.js
    [ ! -e bad.image ] || no "$sentence: an image was left"
    says "$sentence" "$@"
}

# What stands in the folder of the build by the names that the build has for its own files.
for decoy in script script-name prelude.js snapshot; do echo 'export default () => "decoy";' >$decoy; done

# Without npm, and without a file that is the engine, there is none.
mkdir -p empty none
echo 'export default (text) => text;' >echo.js
for tool in sh gcc wasm2c wasm-validate tar; do ln -s "$(command -v $tool)" none/; done
expect 3 'no npm' env POBF_CACHE="$work/empty" PATH="$work/none" "$host" build echo.js
says 'without npm it says what it is for' 'npm' 'POBF_CACHE'
echo other >"empty/quickjs-wasi-3.6.2.wasm"
expect 1 'another engine' env POBF_CACHE="$work/empty" "$host" build echo.js
says 'another engine is refused' 'SHA-256 of the engine'
rm "empty/quickjs-wasi-3.6.2.wasm" && mkfifo "empty/quickjs-wasi-3.6.2.wasm" pipe.js
expect 3 'a pipe' timeout 60 env POBF_CACHE="$work/empty" "$host" build echo.js
says 'a pipe in the place of the engine is not waited for' 'quickjs-wasi-3.6.2.wasm: it is no plain file'
expect 3 'a pipe' timeout 60 "$host" build pipe.js
says 'nor one in the place of the script' 'pipe.js: it is no plain file'
rm "empty/quickjs-wasi-3.6.2.wasm"
mkdir false
ln -s "$(command -v sh)" false/
# brings CODE SENTENCE COMMAND TEXT...: an npm that does that instead; there is no tar, so nothing unpacks what it brings
brings() {
    code=$1 sentence=$2
    printf '#!/bin/sh\n%s\n' "$3" >false/npm
    chmod +x false/npm
    shift 3
    expect "$code" "$sentence" timeout 60 env POBF_CACHE="$work/empty" PATH="$work/false" "$host" build echo.js
    says "$sentence" "$@"
}
tgz=quickjs-wasi-3.6.2.tgz
brings 3 'a package that is a pipe is not waited for' "/usr/bin/mkfifo $tgz" "$tgz: it is no plain file"
brings 1 'a package without an end has one' "/bin/cat /dev/zero >$tgz" 'it cannot be fetched'
brings 1 'another package is refused before it is unpacked' "/usr/bin/head -c 9999 /dev/zero >$tgz" 'SHA-256 of the package'
[ ! -e echo.image ] || no 'there is no image'
if [ ! -e "$POBF_CACHE/quickjs-wasi-3.6.2.wasm" ] && ! npm view quickjs-wasi@3.6.2 version >/dev/null 2>&1; then
    echo 'SKIP: npm cannot fetch the engine of JavaScript'
    exit 0
fi

# A new project.
expect 0 'new' "$host" new count --lang js
expect 0 'run' "$host" run count --in count/sample.txt
cmp -s out count/expected.txt || no 'a new project gives what is expected'
says 'a new project builds and runs at once' 'the function returned'
ok 'and files beside it that are named as those of the build are not in its image'
: >in.txt
image=count/count.image
run 'what is thrown is told to whom the answer is for' 1 'exception in the script
Error: the input is empty
    at default (function.js:17:15)
    at call (prelude.js:44:65)'
mkdir -p a/count
cp count/pobf.json count/function.js a/count
expect 0 'build' env TMPDIR="$work/a" "$host" build a/count
cmp -s count/count.image a/count/count.image || no 'built elsewhere it is the same, bit for bit'
ok 'built elsewhere it is the same, bit for bit'
expect 0 'inspect' "$build/pobf" inspect --image count/count.image
ok 'inspect affirms its image'

# What is there is not made again: only gcc is, to be asked who it is.
mkdir few
ln -s "$(command -v gcc)" few/
cp count/count.image first.image
again() { expect "$2" "$1" env PATH="$work/few" "$host" run count --in count/sample.txt; }
again 'run again' 0
cmp -s out count/expected.txt && cmp -s first.image count/count.image || no 'run again'
ok 'a script that nobody changed is not built again'
expect 3 'without a cache' env POBF_CACHE=off PATH="$work/few" "$host" run count --in count/sample.txt
says 'but where the cache is off it is' 'it cannot be run'
sed -i 's/is empty/is Empty/' count/function.js
again 'another script' 3
sed -i 's/is Empty/is empty/' count/function.js
again 'the script as it was' 0
sed -i 's/"deadline_ms": 10000/"deadline_ms": 10001/' count/pobf.json
again 'another manifest' 3
sed -i 's/"deadline_ms": 10001/"deadline_ms": 10000/' count/pobf.json
mv count/function.js count/other.js
again 'another name' 3
mv count/other.js count/function.js
again 'the script as it was' 0
echo >>count/count.image
again 'another image' 3
says 'but where script, manifest or image is another one it is' 'wasm-validate'
expect 0 'build' "$host" build count
cmp -s first.image count/count.image || no 'and comes out the same'
ok 'and comes out the same'

# The examples.
for example in transform redact classify; do
    cp -r "$POBF_SHARE/examples/$example" .
    expect 0 "build $example" "$host" build "$example"
    image=$example/$example.image
    cp "$example"/sample.* in.txt
    run "the example $example" 0 "$(cat "$example/expected.json")"
done

# What a script is given and may return; what is initialised, and that no call changes it.
script keep <<'JS'
const kept = [];
let promised;
Promise.resolve("before").then((text) => (promised = text));
console.log("this is for nobody");
export default async (text) => {
  const before = [...kept, globalThis.kept, Object.prototype.kept, String(Math.random())];
  kept.push(text);
  globalThis.kept = text;
  Object.prototype.kept = text;
  Math.abs = () => text;
  await null;
  if (text === "look") {
    return [kept, globalThis.kept, {}.kept, Math.abs(-1), Date.now(), promised].join();
  }
  return before.join() + new Date(0).getTimezoneOffset();
};
JS
printf look >in.txt
run 'in a call, all that it keeps is there' 0 'look,look,look,look,0,before'
# forgets BACKEND: two calls at one boot, and the second one sees what the first one saw
served=
forgets() {
    printf canary >in.txt
    "$host" measure keep.image --backend "$1" --json >reference.json
    rm -f port
    "$host" serve keep.image --backend "$1" --trustlets 1 --listen 127.0.0.1:0 --port-file port \
        >serve.out 2>serve.err &
    served=$!
    await [ -s port ] || no "the host starts on $1"
    url=http://127.0.0.1:$(cat port)
    for call in first second; do
        curl -s "$url/healthz" | grep -o '"boot_ids":[^]]*' >"boot.$call"
        expect 0 "$call call" "$build/pobf" call "$url" --in in.txt --out "$call" \
            --reference reference.json --insecure-accept-sim
    done
    kill "$served"
    wait "$served" || no 'SIGTERM ends the host'
    served=
    cmp -s boot.first boot.second && [ -s boot.first ] || no 'both calls were at one boot'
    grep -q '^,,0\.[0-9]*0$' first || no "the first call sees nothing yet (it gave: $(cat first))"
    cmp -s first second || no "the second call sees what was kept: $(cat second)"
    ok "the next call at the same boot sees nothing of it, on $1"
}
trap '[ -z "$served" ] || kill "$served" 2>/dev/null || true; rm -rf "$work"' EXIT
for backend in $backends; do forgets "$backend"; done
script bytes <<'JS'
export const input = "bytes";
export default (bytes) => (bytes.length === 0 ? new ArrayBuffer(0) : bytes.map((byte) => byte + 1).subarray(1));
JS
printf 'zHAL\000' >in.txt
expect 0 'call' "$host" run "$image" --in in.txt
printf 'IBM\001' | cmp -s - out || no 'bytes are bytes'
ok 'bytes are bytes, also a part of them'
: >in.txt
run 'and may be none' 0 ''
script text <<'JS'
export default (text) => {
  switch (text) {
    case "number": return 1.5;
    case "nothing": return undefined;
    case "wait": return new Promise(() => {});
    case "reject": return Promise.reject(new RangeError("far"));
    case "spin": for (;;);
    case "deep": { const down = (n) => down(n + 1) + 1; return down(0); }
    case "much": { const all = []; for (;;) all.push("x".repeat(1 << 16) + all.length); }
    case "large": return "x".repeat(70000);
    case "wide": return "é".repeat(9000000);
    case "half": return "a\ud800b";
    case "shorter": { const room = new ArrayBuffer(4, { maxByteLength: 4 }); const view = new Uint8Array(room).fill(65); room.resize(2); return view; }
    case "eval": return eval("1 + 1") + typeof require + typeof fetch + typeof process;
    default: return `${text}, ${text.length}`;
  }
};
JS
# call SENTENCE INPUT CODE TEXT
call() { printf %s "$2" >in.txt; run "$1" "$3" "$4"; }
call 'text is UTF-8' 'naïve' 0 'naïve, 5'
call 'what is neither text nor bytes is JSON' number 0 1.5
call 'what is not is an exception' nothing 1 "exception in the script
TypeError: the result is neither bytes nor text, and there is no JSON of it
    at shape (prelude.js:26:17)
    at call (prelude.js:45:77)"
call 'a promise that nothing settles' wait 1 'a promise that nothing settles in the script'
call 'it has the language, and no environment' eval 0 '2undefinedundefinedundefined'
printf reject >in.txt
expect 1 'reject' "$host" run "$image" --in in.txt
grep -q '^RangeError: far' out || no 'a promise that is rejected is an exception'
ok 'a promise that is rejected is an exception'
printf spin >in.txt
expect 1 'spin' "$host" run "$image" --in in.txt
grep -q '^trap: out of fuel' out || no 'an endless loop runs out of fuel'
ok 'an endless loop runs out of fuel'
printf deep >in.txt
expect 1 'deep' "$host" run "$image" --in in.txt
grep -q '^RangeError: Maximum call stack size exceeded' out || no 'an endless descent is an exception'
ok 'an endless descent is an exception, before the stack ends'
printf much >in.txt
expect 1 'much' "$host" run "$image" --in in.txt
grep -q '^exception in the script' out || no 'memory that ends is an exception'
ok 'memory that ends is an exception'
printf wide >in.txt
expect 1 'wide' "$host" run "$image" --in in.txt
grep -q '^InternalError: out of memory' out || no 'a text that has no room as UTF-8 is an exception'
ok 'a text that has no room as UTF-8 is an exception'
call 'half of a pair is no text' half 0 "$(printf 'a\357\277\275b')"
call 'bytes are as many as there are in the end' shorter 0 AA
printf large >in.txt
ends 'a result that is larger than the manifest allows' 'more output than the manifest allows'
sed -i 's/"seal"/"drop"/' text.json
expect 0 'build' "$host" build text.js
call 'without a policy for stderr, nothing that was thrown is told' reject 1 'exception in the script'
expect 1 'run --explain' "$host" run text.js --in in.txt --explain
grep -q '^RangeError: far' out && grep -q 'text.js:6:[0-9]*)' out || no 'who has the source is told what it was, and where'
ok 'who has the source is told what it was, and where'
script json <<'JS'
export const input = "json";
export default (value) => value.list.length;
JS
call 'JSON is a value' '{"list":[1,2,3]}' 0 3
printf '{"list":' >in.txt
expect 1 'no JSON' "$host" run "$image" --in in.txt
grep -q '^SyntaxError' out || no 'what is no JSON is an exception'
ok 'what is no JSON is an exception'

# What is no function is found when it is built, with its line and column.
fails 'a syntax error' 'SyntaxError' 'bad.js:2:' 'it cannot be initialised' <<'JS'
const one = 1;
const two = = 2;
JS
fails 'an error while it is evaluated' 'ReferenceError' 'bad.js:1:' <<'JS'
export default nothing;
JS
fails 'no default export' 'there is no function that is the default export' <<'JS'
export const other = (text) => text;
JS
fails 'an input that there is none of' 'export const input: it is' <<'JS'
export const input = "xml";
export default (text) => text;
JS
fails 'another module' 'other.js' <<'JS'
import { other } from "./other.js";
export default other;
JS
fails 'a script without an end' 'trap: out of fuel' 'bad.js: it cannot be initialised: it used up all of its "fuel"' <<'JS'
for (;;);
JS
sed 's/"fuel":[0-9]*/"fuel":1000000000000000/; s/"deadline_ms":[0-9]*/"deadline_ms":300/' bad.json >late.json
cp bad.js late.js
sed -i 's/"bad"/"late"/' late.json
expect 1 'late' timeout 100 "$host" build late.js
says 'or one that has more fuel than time' 'late.js: it cannot be initialised: "deadline_ms" was over'
