#!/bin/sh
# The totals of all proofs: one line a person reads, one file ($1/proofs.json) for certificates.
set -eu
reports=$(find "$1" -name '*.proved.json.log')
sed -n 's/^\[wp\] Proved goals: *\([0-9]*\) *\/ *\([0-9]*\).*/\1 \2/p' $reports |
    awk '{ p += $1; g += $2 } END { printf "%d %d\n", p, g }' >"$1/proofs.txt"
read -r proved goals <"$1/proofs.txt"
modules=$(echo "$reports" | wc -l)
echo "$proved of $goals goals proved in $modules modules, run-time errors and smoke tests included"
printf '{"proved": %s, "goals": %s, "modules": %s}\n' "$proved" "$goals" "$modules" >"$1/proofs.json"
