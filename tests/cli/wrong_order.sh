#!/bin/sh
# The wrong order of steps does not compile. Each file of tests/must_not_compile names the error that
# it must meet; the control, which is in the right order, must compile.
set -eu
flags='-std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -I. -O1 -c -o /dev/null'
log=$(mktemp) && trap 'rm -f "$log"' EXIT
for compiler in gcc clang; do
    command -v $compiler >/dev/null || { echo "SKIP: $compiler is not installed"; continue; }
    for file in tests/must_not_compile/*.c; do
        name=$(basename "$file" .c | tr '_' ' ')
        expect=$(sed -n '1s,^/\* EXPECT: \(.*\) \*/$,\1,p' "$file")
        if $compiler $flags "$file" 2>"$log"; then
            [ "$name" = control ] || { echo "$file: $compiler accepts it" >&2; exit 1; }
            echo "ok: $compiler compiles the right order"
        elif [ "$name" = control ] || [ -z "$expect" ] || ! grep -q "Werror[,=].*$expect" "$log" ||
            [ "$(grep -c 'error:' "$log")" -ne 1 ]; then
            echo "$file: $compiler refuses it, but not for the reason expected:" >&2
            cat "$log" >&2
            exit 1
        else
            echo "ok: $compiler refuses: $name"
        fi
    done
done
