#!/bin/sh
# Run one test: $1 is the build folder, $2 the stamp that holds its output once it has passed, the
# rest is the command. A test skips by printing lines that begin with "SKIP: "; the summary counts
# them.
set -eu
POBF_BUILD=$1 ok=$2
export POBF_BUILD
shift 2
mkdir -p "$(dirname "$ok")"
if "$@" >"$ok.log" 2>&1; then
    mv "$ok.log" "$ok"
    printf '  OK     %s\n' "$1"
else
    cat "$ok.log" >&2
    printf '  FAIL   %s\n' "$1" >&2
    exit 1
fi
