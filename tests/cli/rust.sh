#!/bin/sh
# What a developer does with Rust: a new project, the example; a panic; that the image is the same
# wherever it is built; what does not get to be one.
set -eu
setup/install.sh rust >/dev/null
. tests/cli/project.inc
. "$POBF_SHARE/tests/cli/wasm.inc"

expect 0 'new' "$host" new count --lang rust
expect 0 'run' "$host" run count --in count/sample.txt
cmp -s out count/expected.txt || no 'a new project gives what is expected'
says 'a new project builds and runs at once, and is billed' 'the function returned' ' steps'
! grep -q hint err || no 'it has all of its memory from the start'
: >in.txt
image=count/count.image
run 'a failure says why' 1 'exit status 1
the input is empty'
expect 2 'new' "$host" new other --lang rust --with-contracts
[ ! -e other ] || no 'a folder was left'
cp -r "$POBF_SHARE/examples/cohort" .
expect 0 'build' "$host" build cohort
image=cohort/cohort.image
cp cohort/sample.csv in.txt
run 'the example cohort' 0 "$(cat cohort/expected.csv)"
printf 'a,b\n1\n' >in.txt
run 'and what is no table for it' 1 'exit status 1
row 1: it has not 2 cells'

# A panic, with its message and without; a module beside main.rs; arguments; the stack of Wasm.
mkdir panic
manifest panic ',"stderr":"seal","arguments":["panic","7"]' | sed 's/"memory":[0-9]*/"memory":2097152/' >panic/pobf.json
cat >panic/main.rs <<'RS'
mod index;
use std::io::Read;

fn down(n: u64) -> u64 {
    let room = [n; 64];
    let kept = unsafe { std::ptr::read_volatile(&room[1]) };
    if n == 0 { 0 } else { down(n - 1) + kept + room[(kept % 64) as usize] }
}

fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    let argument: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    match text.trim() {
        "deep" => println!("{}", down(1 << 40)),
        "file" => println!("{}", std::fs::read_to_string("/etc/hostname").is_err()),
        text => println!("{} {}", argument, index::letter(text, argument)),
    }
}
RS
echo 'pub fn letter(text: &str, at: usize) -> u8 { text.as_bytes()[at] }' >panic/index.rs
expect 0 'build' "$host" build panic
cp panic/panic.image first.image
image=panic/panic.image
printf secret-A >in.txt
run 'what does not panic is a result' 0 '7 65'
printf secret >in.txt
run 'a panic is a trap, and its message follows where the manifest seals it' 1 "trap: unreachable in w2c___rust_start_panic
thread 'main' panicked at 'index out of bounds: the len is 6 but the index is 7', index.rs:1:46
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace"
! grep -q 'index\|secret' err || no 'the host is told of it'
printf deep >in.txt
expect 1 'an endless descent' "$host" run "$image" --in in.txt
grep -q '^trap: call stack exhausted in w2c__ZN8function4down17' out || no 'an endless descent'
ok 'an endless descent ends before it writes over anything, and is named'
printf file >in.txt
run 'there are no files of the host' 0 true
sed -i 's/"seal"/"drop"/' panic/pobf.json
expect 0 'build' "$host" build panic
printf secret >in.txt
run 'and nowhere else' 1 'trap: unreachable in w2c___rust_start_panic'

# The same image wherever it is built, whatever rustc is in PATH.
mkdir -p "a b/bin" "a b/tmp"
cp -r panic "a b/p"
sed -i 's/"drop"/"seal"/' "a b/p/pobf.json"
rm "a b/p/panic.image"
printf '#!/bin/sh\nexit 1\n' >"a b/bin/rustc"
chmod +x "a b/bin/rustc"
expect 0 'build' env TMPDIR="$work/a b/tmp" PATH="$work/a b/bin:$PATH" RUSTFLAGS=-Copt-level=0 "$host" build "a b/p"
cmp -s first.image "a b/p/panic.image" || no 'built elsewhere it is the same, bit for bit'
ok 'built elsewhere, with another rustc in PATH, it is the same, bit for bit'
echo 'pub fn letter(text: &str, at: usize) -> u8 { text.as_bytes()[at + 1] }' >"a b/p/index.rs"
expect 0 'build' "$host" build "a b/p"
! cmp -s first.image "a b/p/panic.image" || no 'control: another source'
ok 'control: another source is another image'

# What does not get to be an image.
# fails SENTENCE TEXT...: main.rs on stdin is no function, for these reasons
fails() {
    rm -rf bad && mkdir bad
    manifest bad | sed 's/"memory":[0-9]*/"memory":2097152/' >bad/pobf.json
    cat >bad/main.rs
    sentence=$1
    shift
    expect 1 "$sentence" "$host" build bad
    [ ! -e bad/bad.image ] || no "$sentence: an image was left"
    says "$sentence" "$@"
}
fails 'an error of the compiler is shown with its place' 'main.rs:2:' 'mismatched types' <<'RS'
fn main() {
    let n: u32 = "one";
}
RS
fails 'a crate that is not there is named' 'serde' <<'RS'
use serde::Serialize;
fn main() {}
RS
echo secret >outside.txt
fails 'what is outside of the project cannot be packed' 'outside.txt' <<'RS'
fn main() { println!("{}", include_str!("../outside.txt")); }
RS
sed -i 's/"memory":2097152/"memory":65536/' bad/pobf.json
echo 'fn main() {}' >bad/main.rs
expect 1 'too little memory' "$host" build bad
says 'a memory that is too small for its stack is told' 'initial memory too small'
rm bad/main.rs && mkdir bad/main.rs
expect 1 'a folder' "$host" build bad
says 'a folder is no source' 'main.rs'
