#!/bin/sh
# The table of tests/README.md, "How forgetting failed elsewhere": no line of the list is left out,
# and what owns it is there.
set -eu
table=tests/README.md
rows=$(mktemp) && trap 'rm -f "$rows"' EXIT
no() { echo "$table: $*" >&2; exit 1; }

# line, file, test: the first, third and fourth column; a row may stand for several lines.
rows_of() { sed -n 's/^| \([ma0-9, ]*\) |.*| `\([^`]*\)` | `\([^`]*\)` |$/\1\t\2\t\3/p' "$1"; }

# 0 where a file of tests/ has it; a C program names a test twice, where it is and where it is run.
holds() {
    case $1 in
    *_test.c) [ "$(grep -cF -e "$2" "tests/$1" 2>/dev/null)" -ge 2 ] ;;
    *) grep -qF -e "$2" "tests/$1" 2>/dev/null ;;
    esac
}

rows_of $table >"$rows"
for line in $(seq -f 'm%g' 23) $(seq -f 'a%g' 7) $(seq 16); do
    cut -f1 "$rows" | tr -d ' ' | tr , '\n' | grep -qx "$line" || no "line $line has no owner"
done
echo 'ok: every line of the list has an owner'
while IFS="$(printf '\t')" read -r line file test; do
    holds "$file" "$test" || no "line $line: tests/$file has no: $test"
done <"$rows"
echo 'ok: every owner is there'
! holds framework/core/wipe_test.c a_test_that_nobody_wrote && ! holds cli/canary.inc 'nobody says' ||
    no 'control: what is not there is found'
echo 'ok: control: what is not there is not found'
