#!/bin/sh
# The verdict on one proof: every goal of the report valid, no smoke test failed, no function of
# the source without a contract. Frama-C's exit status says none of this.
set -eu
source=$1 report=$2 log=$3
total=$(jq '[."wp:functions"[][] | select(type == "object") | ."wp:main"? // empty | .total] | add // 0' "$report" 2>/dev/null || echo 0)
set -- $(sed -n 's/^\[wp\] Proved goals: *\([0-9]*\) *\/ *\([0-9]*\).*/\1 \2/p' "$log")
proved=${1:-0} goals=${2:-0}
failed=$(grep -cE 'Failed smoke-test|annot-error|missing-spec|\[wp\] \[(Failed|Timeout|Unknown)\]' "$log" || true)
printf '  PROVE  %-40s %s/%s goals\n' "$source" "$proved" "$goals"
if [ "$goals" -eq 0 ] || [ "$proved" != "$goals" ] || [ "$failed" -ne 0 ]; then
    grep -E 'Timeout|Unknown|Failed|Warning|rror' "$log" >&2 || cat "$log" >&2
    exit 1
fi
