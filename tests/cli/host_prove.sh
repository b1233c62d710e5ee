#!/bin/sh
# What a developer does with contracts: make a project that has some, prove it, break it, and read where.
set -eu
build=$(realpath "$1")
POBF_SHARE=$PWD
export POBF_SHARE
host=$build/pobf-host
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tmp"
TMPDIR=$work/tmp
export TMPDIR
cd "$work"

ok() { echo "ok: $1"; }
no() { echo "FAILED: $1" >&2; cat out err >&2; exit 1; }
# gives CODE SENTENCE COMMAND...: the command ends with this code, and leaves no temporary folder
gives() {
    code=$1 sentence=$2
    shift 2
    seen=0
    "$@" >out 2>err || seen=$?
    [ "$seen" -eq "$code" ] || no "$sentence (exit code $seen, expected $code)"
    [ -z "$(ls "$TMPDIR")" ] || no "$sentence: a temporary folder is left"
    ok "$sentence"
}
says() { grep -qF -e "$1" out err || no "it says: $1"; }
line_of() { grep -nF -e "$2" "$1/function.c" | head -n 1 | cut -d: -f1; }

gives 0 'a project with contracts is made' "$host" new count --with-contracts
gives 0 'it runs at once' "$host" run count --in count/sample.txt
cmp -s out count/expected.txt || no 'and gives what is expected'
gives 2 'a time of nothing is a usage error' "$host" prove count --timeout-s 0
gives 3 'a project that is not there cannot be judged' "$host" prove nowhere

# A tool that is missing, or another version of it, is not "not proved".
mkdir bin
for tool in env sh awk sed cut head dirname gcc jq cat; do
    ln -s "$(command -v $tool)" bin/
done
gives 3 'without Frama-C nobody can tell' env PATH="$work/bin" "$host" prove count --sarif old.sarif
says 'frama-c is not installed: apt-get install'
[ "$(jq -c '.runs[0] | [.invocations[0].executionSuccessful, .results]' old.sarif)" = '[false,[]]' ] ||
    no 'and SARIF says that it was not told'
if ! command -v frama-c >/dev/null; then
    echo 'SKIP: frama-c is not installed'
    exit 0
fi
printf '#!/bin/sh\necho 24.0\n' >bin/frama-c && chmod +x bin/frama-c
gives 3 'with another Frama-C nobody can tell' env PATH="$work/bin:$PATH" "$host" prove count --junit old.xml
says 'frama-c: expected version'
grep -q 'errors="1"' old.xml || no 'and JUnit says so'

gives 0 'the project that was made proves' "$host" prove count --json --sarif good.sarif --junit good.xml
[ "$(jq -r .verdict out)" = yes ] && jq -e '.goals > 50 and .proved == .goals' out >/dev/null || no 'all of it'
jq -e '[.runs[0].results[].kind] | length > 50 and all(. == "pass")' good.sarif >/dev/null || no 'SARIF: all pass'
grep -q 'failures="0" errors="0"' good.xml || no 'JUnit: none failed'
[ "$(ls count)" = "$(printf 'README.md\ncount.image\nexpected.txt\nfunction.c\npobf.json\nsample.txt')" ] ||
    no 'a proof leaves nothing in the project'

mkdir broken # the first of its functions alone: the others take their time
sed '/^}/q' count/function.c >broken/function.c
sed -i 's/if (call->output_size < call->output_room)/if (call->output_size <= call->output_room)/' broken/function.c
gives 1 'a body that is broken is not proved' "$host" prove broken --timeout-s 1 --sarif bad.sarif --junit bad.xml
says 'NOT PROVED'
store=$(($(line_of broken 'call->output_size <= call->output_room)') + 1))
says "function.c:$store: put_text: mem_access: not proved"
says "function.c:$(line_of broken 'loop invariant fits'): put_text: fits: loop invariant: not proved"
jq -e --argjson line "$store" '.version == "2.1.0" and (.runs | length) == 1 and
    (.runs[0] | .tool.driver.name == "pobf-host prove" and .invocations[0].executionSuccessful and
     ([.tool.driver.rules[].id] as $rules | all(.results[]; .ruleId as $id | $rules | index($id))) and
     all(.results[]; (.message.text | length > 0) and
         ((.kind == "pass" and .level == "none") or (.kind == "fail" and .level == "error")) and
         .locations[0].physicalLocation.artifactLocation.uri == "function.c") and
     any(.results[]; .kind == "fail" and .locations[0].physicalLocation.region.startLine == $line))' \
    bad.sarif >/dev/null || no 'SARIF has the place'
grep -q "<testcase classname=\"mem_access\" name=\"put_text\" file=\"function.c\" line=\"$store\"><failure" bad.xml ||
    no 'JUnit has the place'
for file in good.xml bad.xml old.xml; do
    if command -v xmllint >/dev/null; then
        xmllint --noout "$file" || no "$file is XML"
    else
        echo 'SKIP: xmllint is not installed'
    fi
done

mkdir lost && cat >lost/function.c <<'END'
#include "pobf_function.h"
/*@ requires memory: \valid(call); terminates \true; exits \false; assigns \nothing;
    ensures always_one: \result == 1; */
int pobf_function(struct pobf_call *call)
{
    return call->input_size == 0;
}
END
gives 1 'a promise that does not hold is named by its label' "$host" prove lost --timeout-s 1
says 'function.c:3: pobf_function: always_one: postcondition: not proved'
sed 's/ensures always_one.*/ensures same: \\result == (call->input_size == 0) \&\& cube(3); *\//' lost/function.c >function.c
mv function.c lost/function.c
gives 1 'a contract that Frama-C cannot read is refused with its line' "$host" prove lost
says 'function.c:3: frama-c: annotation'
cat >lost/function.c <<'END'
#include "pobf_function.h"
int pobf_function(struct pobf_call *call)
{
    return call == NULL;
}
END
gives 1 'a function without a contract is not proved' "$host" prove lost
says 'has no whole contract'
cat >lost/function.c <<'END'
#include "pobf_function.h"
/*@ terminates \true; exits \false; assigns \nothing; ensures zero: \result == 0; */
int pobf_function(struct pobf_call *call)
{
#ifdef __FRAMAC__
    return 0;
#else
    return call->input_size != 0;
#endif
}
END
gives 1 'a body that is another one for the prover is refused' "$host" prove lost
says 'function.c:5: a conditional'
cat >lost/function.c <<'END'
#include "pobf_function.h"
/*@ requires hard: 2 < n && 2 < a && 2 < b && 2 < c; terminates \true; exits \false; assigns \nothing;
    ensures fermat: \result == 0 || a * a * a + b * b * b != c * c * c; */
static int hard(unsigned n, unsigned a, unsigned b, unsigned c)
{
    return (n + a + b + c) != 0;
}
END
mkdir named && cp lost/function.c 'named/-x y.c'
gives 1 'a name that is no plain name is refused' "$host" prove named
says 'a module: name'
gives 1 'a goal that runs out of time is not proved' "$host" prove lost --timeout-s 1
says 'hard: fermat: postcondition: not proved'
