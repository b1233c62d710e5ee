#!/bin/sh
# `make mutants` can fail. In a copy of the tree, one mutant at a time: a caller who relies on the promise
# notices that it is gone; without that caller the mutant survives and is named; what is excused must be
# a survivor; and where the tree does not pass as it is, or a tool is missing, nothing counts. What was
# answered before is asked again where the text is another.
set -eu
for tool in frama-c cvc4 z3 python3 jq; do
    command -v $tool >/dev/null || { echo "SKIP: $tool is not installed"; exit 0; }
done
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
mkdir "$work/tree" "$work/build" "$work/tmp"
tar -cf - --exclude=./build --exclude=./.git . | tar -xf - -C "$work/tree"
cd "$work/tree"
find tests -name '*_test.c' ! -path tests/framework/core/wipe_test.c -delete # one will do
mv tests/proofs/provider.c "$work/provider.c"
mutant='framework/chain/provider.h: pobf_provider_seal: ensures dropped: ensures unsaid'
excuses=proofs/mutants/equivalent.txt

# gives CODE SENTENCE: a run ends with this exit code, leaves the tree as it was, and nothing else
gives() {
    find . -type f | sort | xargs sha256sum >"$work/before"
    seen=0
    JOBS=1 COUNT=1 SEED=1 ONLY="$mutant" TMPDIR="$work/tmp" PATH="${path:-$PATH}" \
        python3 -B proofs/mutants/run.py "$work/build" >"$work/out" 2>&1 || seen=$?
    find . -type f | sort | xargs sha256sum | cmp -s - "$work/before" || { echo "$2: the tree was changed" >&2; exit 1; }
    [ -z "$(ls "$work/tmp")" ] || { echo "$2: something is left" >&2; exit 1; }
    [ $seen -eq "$1" ] || { echo "$2: exit $seen, expected $1" >&2; cat "$work/out" >&2; exit 1; }
    [ "$1" -ne 3 ] || [ ! -e "$work/build/mutants.json" ] || { echo "$2: it leaves a result" >&2; exit 1; }
    echo "ok: $2"
}
result() { [ "$(jq -c "$1" "$work/build/mutants.json")" = "$2" ] || { cat "$work/build/mutants.json" >&2; exit 1; }; }

gives 1 'a promise on which nobody relies is dropped unnoticed, and named'
result '[.total, .survivors[0].file, .score]' '[1,"framework/chain/provider.h",0]'
key=$(sed -n 's/^survives: //p' "$work/out")

printf '%s\n    for this test\n' "$key" >>$excuses
gives 0 'a survivor with a reason is excused'
result '[.total, .equivalent, (.survivors | length)]' '[1,1,0]'

cp "$work/provider.c" tests/proofs/provider.c
gives 3 'an excuse for what is noticed is refused'

sed -i '$d' $excuses && sed -i '$d' $excuses
gives 0 'a caller who relies on the promise notices'
result '[.total, .killed, (.survivors | length), .score, .remembered]' '[1,{"proof":1},0,100,0]'

export POBF_MUTANT_CACHE="$work/answers"
gives 0 'a developer may have the answers kept'
result '.remembered' 0
gives 0 'what was answered before is not asked again'
result '[.killed, .remembered > 0]' '[{"proof":1},true]'
rm tests/proofs/provider.c
gives 1 'another text is asked of again'
result '.survivors[0].file' '"framework/chain/provider.h"'
cp "$work/provider.c" tests/proofs/provider.c
for answer in "$work"/answers/*; do
    [ -d "$answer" ] || echo null >"$answer"
done
gives 1 'control: the cache holds forged answers'
unset POBF_MUTANT_CACHE
gives 0 'which nobody asks who does not name it'
result '[.killed, .remembered]' '[{"proof":1},0]'

printf 'framework/core/wipe.c: pobf_wipe: no such mutant\n    for this test\n' >>$excuses
gives 3 'an excuse for no mutant is refused'
sed -i '$d' $excuses && sed -i '$d' $excuses

sed -i 's/assert spent: provider.hpke.aead.uses == 0/assert spent: provider.hpke.aead.uses == 1/' tests/proofs/provider.c
gives 3 'where the tree itself does not prove, nothing counts'
cp "$work/provider.c" tests/proofs/provider.c

mkdir "$work/bin"
ln -s "$(python3 -c 'import sys; print(sys.executable)')" "$work/bin/python3"
for tool in sh make gcc env; do
    ln -s "$(command -v $tool)" "$work/bin/$tool"
done
path=$work/bin
gives 3 'where a tool is missing, nothing counts'
