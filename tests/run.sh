#!/bin/sh
# Run one test: $1 is the stamp to touch when it passes, the rest is the command.
# A test skips by printing lines that begin with "SKIP: "; the summary counts them.
set -eu
ok=$1
shift
mkdir -p "$(dirname "$ok")"
if "$@" >"$ok.log" 2>&1; then
    mv "$ok.log" "$ok"
    printf '  OK     %s\n' "$1"
else
    cat "$ok.log" >&2
    printf '  FAIL   %s\n' "$1" >&2
    exit 1
fi
