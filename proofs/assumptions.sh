#!/bin/sh
# What the proofs believe without a proof, one line each, from the sources themselves: contracts of
# functions that we do not have, or that a ground keeps and nobody proved, axioms (there are none), and
# assembly that only a contract describes.
#   assumptions.sh           print the list
#   assumptions.sh --check  is the list in SOUNDNESS.md the same? It cannot grow or change unseen
#   assumptions.sh --update  write the list into SOUNDNESS.md
set -eu
cd "$(dirname "$0")/.."
soundness=proofs/SOUNDNESS.md
monitor=$(ls enclave/monitor/ground.h enclave/monitor/apart.[hS] enclave/process/wiped_call.S 2>/dev/null || true)
list() {
    for header in contracts/*.h $(echo "$monitor" | grep 'ground\.h$'); do
        awk -v header="$header" '
            /^(\/\*| \*) Source: / { source = $0; sub(/^.* Source: */, "", source); sub(/ *\*\/$/, "", source) }
            /^\/\*@/ { contract = 1 }
            /^(POBF_MUST_CHECK )?[a-z].*[ *][a-z_0-9]+\(/ && !/^static/ {
                name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
                if (contract || header ~ /^contracts/) printf "- `%s` (%s): %s\n", name, header, source
                contract = 0
            }' "$header"
    done
    grep -nE '(^|[^a-z_])(axiom|lemma|admit) ' contracts/* framework/*/*.[ch] |
        sed 's/^\([^:]*\):[0-9]*: */- \1: /' || true
    grep -cE '__asm__' framework/*/*.[ch] | grep -v ':0$' |
        sed 's/^\(.*\):\([0-9]*\)$/- \1: \2 line of assembly, assumed to write to nothing/'
    for header in $(echo "$monitor" | grep 'apart\.h$'); do
        sed -n 's/.*__asm__("\(apart_[a-z_]*\)").*/\1/p' "$header" |
            sed "s,.*,- \`&\` ($header): the step on the vault's stack; clears that and the registers and says 1,"
    done
    printf -- '- all of it, word for word: SHA-256 %s\n' \
        "$(cat contracts/*.h contracts/*.acsl $monitor | sha256sum | cut -c1-64)"
}
written() { sed -n '/<!-- assumptions: begin -->/,/<!-- assumptions: end -->/p' $soundness | sed '1d;$d'; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
list >"$work/list"
case ${1:-print} in
print) cat "$work/list" ;;
--check)
    written | diff - "$work/list" ||
        { echo "$soundness: the list of assumptions is not what the sources say" >&2; exit 1; } ;;
--update)
    sed -e "/<!-- assumptions: begin -->/r $work/list" \
        -e '/<!-- assumptions: begin -->/,/<!-- assumptions: end -->/{/^<!--/!d}' $soundness >"$work/new"
    cat "$work/new" >$soundness ;;
*) echo "usage: assumptions.sh [--check|--update]" >&2; exit 2 ;;
esac
