#!/bin/sh
# The life cycle, drawn from its table (contracts/lifecycle.h) and from nothing else.
#   lifecycle.sh           a Mermaid state diagram
#   lifecycle.sh --dot     the same for Graphviz
#   lifecycle.sh --check  is the block in README.md the same?
#   lifecycle.sh --update  write the block into README.md
set -eu
cd "$(dirname "$0")/.."
cpp() { ${CC:-gcc} -E -P -x c -I. "$1"; }
mermaid() {
    printf '```mermaid\nstateDiagram-v2\n    direction LR\n    [*] --> FORGOTTEN\n'
    cpp proofs/lifecycle.mermaid.in | tr '@' '\n' | sed -n 's/^ *\(.* --> .*[A-Z]\) *$/    \1/p'
    printf '```\n'
}
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
mermaid >"$work/block"
case ${1:-print} in
print) cat "$work/block" ;;
--dot) cpp proofs/lifecycle.dot.in | sed -n '/digraph/,$p' ;;
--check)
    sed -n '/<!-- lifecycle: begin -->/,/<!-- lifecycle: end -->/p' README.md | sed '1d;$d' |
        diff - "$work/block" || { echo "README.md: the life cycle is not the table's" >&2; exit 1; } ;;
--update)
    sed -e "/<!-- lifecycle: begin -->/r $work/block" \
        -e '/<!-- lifecycle: begin -->/,/<!-- lifecycle: end -->/{/^<!--/!d}' README.md >"$work/new"
    cat "$work/new" >README.md ;;
*) echo "usage: lifecycle.sh [--dot|--check|--update]" >&2; exit 2 ;;
esac
