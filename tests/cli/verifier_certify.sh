#!/bin/sh
# Certifying what must not be certified: sources that do not reproduce, bring a judge of their own, are not
# proved, leave something, or lie about it. No refusal leaves a certificate or a temporary folder. The source
# is a small one, with its own harness; a whole run is tests/verifier/certificate/whole_run.sh.
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
. tests/cli/await.inc
. tests/cli/certify.inc
cd "$work"
TMPDIR=$work/tmp
mkdir "$TMPDIR"
export TMPDIR
"$verifier" keygen --out key >out 2>err
small_source installed
POBF_SHARE=$work/installed
export POBF_SHARE
POBF_SHARE=$root "$build/pobf-host" new count >out 2>err
variant() { rm -rf source && cp -r installed source; }
count='--function count'

variant
refuses 2 'a function must be named' 'needs --function' source
refuses 2 'one source at a time' usage source source $count
! "$verifier" certify source $count --key key --out - --json >out 2>err && says 'cannot take both' ||
    no 'an object and a certificate need a place each'
refuses 2 'no part of a mutant' 'from 1 to 100' source $count --sample 0
refuses 3 'a source that is not there cannot be judged' 'no such folder' nowhere $count

mkdir bin && ln -s /usr/bin/* bin/ && rm -f bin/frama-c
all=$PATH PATH=$work/bin
refuses 3 'a prover that is absent is named' 'frama-c is not installed' source $count
PATH=$all
if ! command -v frama-c >/dev/null || ! command -v coqchk >/dev/null; then
    echo 'SKIP: frama-c or coq is not installed'
    exit 0
fi
rm -rf bin && mkdir bin && printf '#!/bin/sh\necho This is CVC4 version 1.7\n' >bin/cvc4 && chmod +x bin/cvc4
cp installed/proofs/why3.conf why3.conf
sed -i "s,/usr/bin/cvc4,$work/bin/cvc4," installed/proofs/why3.conf
refuses 3 'a prover of another version is named' 'cvc4: expected version 1.8, seen 1.7' source $count
cp why3.conf installed/proofs/why3.conf

# What the source may not bring: every file of the harness is the verifier's own.
harness() { # harness SENTENCE SAYS: the variant is refused before anything is built
    refuses 1 "$1" "refused: $2" source $count --sarif "$work/sarif"
    ! grep -q building err || no "$1: nothing is built"
}
cat >source/proofs/wp.sh <<'END'
#!/bin/sh
touch "$2"
END
harness 'a proof driver of its own is refused' 'proofs/wp.sh: expected the file that this verifier has, seen another'
jq -e '.runs[0].results | any(.ruleId == "harness" and .kind == "fail" and
    .locations[0].physicalLocation.artifactLocation.uri == "proofs/wp.sh")' sarif >/dev/null || no 'SARIF names the file'
variant && sed -i '/ensures/d' source/framework/core/wipe.h
harness 'a contract that was removed is refused' 'framework/core/wipe.h: .*seen another'
variant && sed -i '0,/==>/s/==>/||/' source/contracts/forgotten.acsl && echo '/* weaker */' >>source/contracts/forgotten.acsl
harness 'a contract that was weakened is refused' 'contracts/forgotten.acsl: .*seen another'
variant && rm source/proofs/coq/One.v
harness 'a theory that is gone is refused' 'proofs/coq/One.v: .*seen none'
variant && echo ok >source/proofs/extra.mk
harness 'a harness with one file more is refused' 'proofs/extra.mk: '
variant && (cd source && git init -q && mkdir -p build/framework/core && echo '{}' >build/framework/core/wipe.proved.json &&
    git add -f . && git -c user.name=a -c user.email=a@b commit -qm a) >/dev/null
harness 'a log of proofs that comes with the source is refused' 'build/framework/core/wipe.proved.json: '
variant && cp source/Makefile source/GNUmakefile
harness 'a second Makefile is refused' 'GNUmakefile: '
variant && echo '#define static' >source/stdint.h
harness "a header in the place of the system's is refused" 'stdint.h: '
variant && echo x >"source/enclave/main/\$(shell id).c"
harness 'a name that make would run is refused' '.*shell id'
variant && echo x >source/.gitconfig
harness 'settings of a tool are refused' '.gitconfig: '

variant && cat >>source/framework/core/wipe.c <<'END'
#ifdef __FRAMAC__
#define kept 0
#else
#define kept 1
#endif
END
refuses 1 'a body that is another one for the prover is refused' 'wipe.c:[0-9]*: a conditional' \
    source $count --sarif "$work/sarif"
jq -e '.runs[0].results | any(.kind == "fail")' sarif >/dev/null || no 'SARIF says so'

# Time and path are pinned when an image is built, and what builds it reads its own files alone.
cp -r count moving
echo "#include \"$work/outside.h\"" >>moving/function.c
echo 'static const int n __attribute__((used)) = 1;' >outside.h
gcc -fsyntax-only -Iinstalled/enclave/function moving/function.c 2>err || no 'control: a compiler outside of a cage takes it'
variant
refuses 1 'a function that takes in what is not its own is not built' 'outside.h: Permission denied' source --function moving
variant && sed -i 's/int main/const char *volatile moment = __TIMESTAMP__ __TIME__;\nint main/' source/enclave/main/monitor.c
refuses 1 'a monitor that holds the time does not reproduce' 'refused: pobf-monitor: .* differ first at byte' source $count

# A developer's cache in which the right module's proof was put in the place of this one's: nobody asks it.
variant && sed -i 's/secret\[i\] = 0;/(void)secret[i];/' source/framework/core/wipe.c
prove_with_cache() {
    (cd "$1" && POBF_PROOF_CACHE=$work/cache/pobf proofs/wp.sh framework/core/wipe.c "$work/proved.json") >out 2>err
}
prove_with_cache installed || no 'the right module is proved'
mv cache/pobf/* "cache/pobf/$(cd source && proofs/key.sh framework/core/wipe.c)"
prove_with_cache source || no 'control: the cache holds a forged proof'
POBF_PROOF_CACHE=$work/cache/pobf XDG_CACHE_HOME=$work/cache
export POBF_PROOF_CACHE XDG_CACHE_HOME
refuses 1 'a wipe whose statement was removed is not proved' 'framework/core/wipe.c:[0-9]+: pobf_wipe: zero: ' \
    source $count --sarif "$work/sarif" --junit "$work/junit"
says 'both builds are the same, bit for bit' # the control: what is refused is the proof
jq -e '.runs[0].results | any(.ruleId == "reproducible" and .kind == "pass") and any(.kind == "fail" and
    .locations[0].physicalLocation.artifactLocation.uri == "framework/core/wipe.c")' sarif >/dev/null || no 'SARIF names the place'
grep -q '<testcase [^>]*name="pobf_wipe: zero" file="framework/core/wipe.c" line="[0-9]*"><failure' junit || no 'JUnit names the place'

variant && sed -i '/pobf_wipe(secret/d' source/enclave/main/monitor.c
refuses 1 'a wipe that is lost from the program is seen in the program' 'refused: the binary check' source $count
says 'residue: 16 bytes'
says 'proved: ' # the control: the source is proved

variant && cat >source/enclave/main/host.sh <<'END'
#!/bin/sh
[ "$1" != build ] || exec cp "$0" "$4"
exec "$(dirname "$0")/host" "$@"
END
refuses 1 'an image that was swapped is refused' "refused: image by the source's own host" source $count
variant && sed -i 's/secret\[i\] = 0;/secret[i] = (uint8_t)0;/' source/framework/core/wipe.c
refuses 1 'a mutant that survives is named' 'framework/core/wipe.c:21: survives: constant' source $count --json
jq -es 'length == 1 and (.[0] | .verdict == "no" and .certificate == null and .exit_code == 1 and
    any(.findings[]; .holds == false))' out >/dev/null || no 'the object says no'

variant
"$verifier" certify source $count --key key --out certificate --sample 10 --sarif "$work/sarif" --junit junit --json \
    >out 2>err || no 'control: the source that the others were made from is certified'
jq -es 'length == 1 and (.[0] | .verdict == "yes" and .certificate == "certificate" and .exit_code == 0 and
    .goals > 0 and .proved == .goals and all(.findings[]; .holds))' out >/dev/null || no 'the object says yes'
ok 'control: the source that the others were made from is certified'
jq -e '[.runs[0].results[].kind] | length > 5 and all(. == "pass")' sarif >/dev/null || no 'SARIF: all pass'
grep -q 'failures="0" errors="0"' junit || no 'JUnit: none failed'
"$build/pobf" inspect certificate --json | jq .says >facts || no 'its facts can be read'
jq -e '.levels | .PROVED.modules[0].goals > 0 and (.PROVED.specification | length) == 64 and .PROVED.theory.theorems == 1 and
    .PROVED.mutants.sample == 10 and .OBSERVED.binary.differing_bytes == 0 and
    (.VERIFIED_AT_RUN_TIME.checks | index("receipt.mismatches")) and (.ATTESTED.checks | index("evidence.platform"))' facts >/dev/null ||
    no 'it states four levels'
jq -e '[.configuration[].name] | contains(["frama-c", "cvc4", "coqc", "assumptions"])' facts >/dev/null || no 'and its tools'
ok 'it states four levels, each by itself, and the tools'
"$build/pobf" verify certificate --certificate-key key.pub >out 2>err || no 'it verifies'
says 'PROVED .* goals'
says 'OBSERVED .* 0 bytes'
says 'VERIFIED AT RUN TIME .* not here'
says 'ATTESTED .* not here'
ok 'pobf verify tells the four levels apart'
jq '{measurement: ("0" * 64), policy, monitor}' facts >other
seen=0
"$build/pobf" verify certificate --certificate-key key.pub --reference other >out 2>err || seen=$?
[ $seen = 1 ] || no "a certificate of another image is refused (exit $seen)"
says 'certificate.measurement'
ok 'a certificate of another image is refused, by name'

rm certificate
"$verifier" certify source $count --key key --out certificate >out 2>err &
running=$!
builds() { ls "$TMPDIR"/*/a/tree/build >/dev/null 2>&1; }
await builds || no 'it has begun to build'
kill "$running"
seen=0
wait "$running" || seen=$?
running=
[ "$seen" = 3 ] || no "an interrupted run cannot tell (exit $seen)"
says interrupted
[ -z "$(ls "$TMPDIR")" ] || no 'an interrupted run leaves no temporary folder'
[ ! -e certificate ] || no 'an interrupted run leaves no certificate'
ok 'an interrupted run leaves no certificate and no temporary folder'
