#!/bin/sh
# The tools whose word a proof takes: for each a line "name, program, version", separated by tabs.
# Their versions are pinned, those of the provers in why3.conf, the others in tools.txt.
#   tools.sh NAME...    0: each is there, in its version; 3: one is not, which is named on stderr
set -eu
proofs=$(dirname "$0")
verdict=0
missing() { echo "$*" >&2; verdict=3; }
pinned() { # "program version" of $1
    case $1 in
    cvc4 | z3)
        awk -F' = ' -v name="$1" '{ gsub(/"/, "") }
            /^\[/ { found = 0 } $1 == "name" && tolower($2) == name { found = 1 }
            found && $1 == "path" { path = $2 } found && $1 == "version" { print path, $2 }' \
            "$proofs/why3.conf" ;;
    *)
        wanted=$(sed -n "s/^$1 //p" "$proofs/tools.txt")
        echo "$(command -v "$1" || echo "$1") $wanted" ;;
    esac
}
seen() { # the version that $1, the program of $2, tells
    case $2 in
    frama-c) "$1" -version ;;
    why3) "$1" --version | sed 's/.*version //' ;;
    coqc) "$1" --print-version | cut -d' ' -f1 ;;
    cvc4) "$1" --version | sed -n 's/^This is CVC4 version \([^ ]*\).*/\1/p' ;;
    z3) "$1" --version | sed 's/^Z3 version \([^ ]*\).*/\1/' ;;
    *) "$1" --version | head -n 1 ;;
    esac
}
for name; do
    wanted=$(pinned "$name")
    program=${wanted%% *} wanted=${wanted#* }
    if ! [ -x "$program" ]; then
        missing "$name is not installed: apt-get install -y --no-install-recommends frama-c-base why3 cvc4 z3 coq jq"
        continue
    fi
    version=$(seen "$program" "$name" 2>/dev/null || true)
    if [ -n "$wanted" ] && [ "$version" != "$wanted" ]; then
        missing "$name: expected version $wanted, seen ${version:-none} ($program)"
        continue
    fi
    printf '%s\t%s\t%s\n' "$name" "$program" "$version"
done
exit $verdict
