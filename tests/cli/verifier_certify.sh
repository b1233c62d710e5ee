#!/bin/sh
# Certifying what must not be certified: trees and functions that do not reproduce, are not proved,
# or lie about it. No refusal leaves a certificate, or a temporary folder. (A whole run takes as
# long as all proofs do: tests/verifier/certificate/whole_run.sh.)
set -eu
build=$(realpath "$1")
root=$PWD
verifier=$build/pobf-verifier
work=$(mktemp -d)
running=
stop() {
    [ -z "$running" ] || kill "$running" 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
cd "$work"
TMPDIR=$work/tmp
export TMPDIR
mkdir "$TMPDIR"

ok() { echo "ok: $1"; }
no() { echo "FAILED: $1" >&2; cat out err >&2 2>/dev/null; exit 1; }
says() { grep -q -- "$1" out err || no "it says: $1"; }
refuses() { # refuses CODE SENTENCE SAYS ARGUMENT...: certify ends with this code, and leaves nothing
    code=$1 sentence=$2 words=$3 seen=0
    shift 3
    "$verifier" certify "$@" --out certificate >out 2>err || seen=$?
    [ "$seen" = "$code" ] || no "$sentence (exit $seen, expected $code)"
    says "$words"
    [ ! -e certificate ] || no "$sentence: there is a certificate"
    [ -z "$(ls "$TMPDIR")" ] || no "$sentence: a temporary folder is left"
    ok "$sentence"
}
copy_of_the_tree() { # copy_of_the_tree NAME
    mkdir "$1"
    if [ -e "$root/.git" ]; then
        (cd "$root" && git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$work/$1")
    else
        (cd "$root" && find . -type f ! -path './build/*' -print0 | xargs -0 cp --parents -t "$work/$1")
    fi
}

"$verifier" keygen --out key >out 2>err
copy_of_the_tree tree
refuses 2 'a function must be named' 'needs --function' tree --key key
refuses 2 'one source at a time' 'usage' tree tree --function tree/examples/sequence --key key
refuses 3 'a source that is not there cannot be judged' 'no such folder' nowhere --function tree/examples/sequence --key key
refuses 3 'a function that is not there cannot be judged' 'no such folder' tree --function nowhere --key key
refuses 3 'a key that is not there is noticed first' 'nokey' tree --function tree/examples/sequence --key nokey
refuses 1 'a public key cannot sign' 'cannot sign' tree --function tree/examples/sequence --key key.pub
mkdir empty linked && ln -s /etc/passwd linked/function.c
refuses 3 'an empty folder is no function' 'holds no file' tree --function empty --key key
refuses 1 'a link in a source is refused' 'is no regular file' tree --function linked --key key

# Time and path are pinned when an image is built, so this one takes in a file that is not its own.
cp -r tree/examples/sequence moving
echo "#include \"$work/outside.h\"" >>moving/function.c
(
    count=0
    while [ -d "$TMPDIR" ]; do
        count=$((count + 1))
        echo "static const int count __attribute__((used)) = $count;" >next.h
        mv next.h outside.h
        sleep 0.2
    done
) &
running=$!
refuses 1 'a function that takes in what is not its own does not reproduce' 'refused: image: .* differ first at byte' \
    tree --function moving --key key
kill "$running" && wait "$running" || true
running=

cp -r tree timed
echo 'static const char when[] __attribute__((used)) = __TIME__;' >>timed/enclave/main/pobf-monitor.c
refuses 1 'a monitor that holds the time does not reproduce' 'refused: pobf-monitor: .* differ first at byte' \
    timed --function tree/examples/sequence --key key

cp -r tree later
echo 'static const char when[] __attribute__((used)) = __TIME__;' >>later/enclave/trustlet/random.c
refuses 1 'a monitor of a virtual machine that holds the time does not reproduce' \
    'refused: trustlet.elf: .* differ first at byte' later --function tree/examples/sequence --key key

cp -r tree swapped
sed -i 's/backend != POBF_BACKEND_KVM/backend != POBF_BACKEND_NONE/; s/"pobf-trustlet"/"pobf-monitor"/' swapped/enclave/host/backend.c
refuses 1 'a host that measures another monitor than the one that was built is not certified' \
    'what pobf-host measures: it is not what was built' swapped --function tree/examples/sequence --key key

# The time is short here, so these trees prove one module, which one breaks, and the other calls all.
cp -r tree broken
sed -i 's,^proved .*,proved := $B/framework/core/wipe.proved,' broken/Makefile
cp -r broken lying
cat >>broken/framework/core/wipe.c <<'END'
int pobf_wipe_nothing(void);
/*@ terminates \true; exits \false; assigns \nothing; ensures false: \result == 1; */
int pobf_wipe_nothing(void)
{
    return 0;
}
END
cat >lying/proofs/summary.sh <<'END'
#!/bin/sh
echo '{"proved": 999, "goals": 999, "modules": 99}' >"$1/proofs.json"
END
if command -v frama-c >/dev/null; then
    refuses 1 'a contract that does not hold is not certified' 'refused: the proofs' \
        broken --function broken/examples/sequence --key key
    says 'both builds are the same, bit for bit' # the control: what follows is about the proofs
    says 'wipe_nothing'
    refuses 1 'a tree that proves one module and claims all is refused' 'expected a proof, seen none' \
        lying --function lying/examples/sequence --key key
else
    echo 'SKIP: frama-c is not installed'
fi

"$verifier" certify tree --function tree/examples/sequence --key key --out certificate >out 2>err &
running=$!
for _ in $(seq 100); do
    ls "$TMPDIR"/*/a/tree/build >/dev/null 2>&1 && break
    sleep 0.1
done
ls "$TMPDIR"/*/a/tree/build >/dev/null 2>&1 || no 'it has begun to build'
kill "$running"
seen=0
wait "$running" || seen=$?
running=
[ "$seen" = 3 ] || no "an interrupted run cannot tell (exit $seen)"
says 'interrupted'
[ -z "$(ls "$TMPDIR")" ] || no 'an interrupted run leaves no temporary folder'
[ ! -e certificate ] || no 'an interrupted run leaves no certificate'
ok 'an interrupted run leaves no certificate and no temporary folder'
