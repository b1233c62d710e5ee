#!/bin/sh
# Count what passed and what was skipped, from the stamps that hold each test's output.
set -eu
stamps=$(find "$1/tests" -name '*.ok')
passed=$(cat $stamps /dev/null | grep -cE '^\[       OK \]|^ok: ' || true)
skipped=$(cat $stamps /dev/null | grep -c '^SKIP: ' || true)
cat $stamps /dev/null | grep '^SKIP: ' | sort | uniq -c || true
echo "$passed passed, 0 failed, $skipped skipped"
