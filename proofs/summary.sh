#!/bin/sh
# The totals of all proofs: one line a person reads, one file ($1/proofs.json) for certificates.
# Refuses where a module has no proof, and where a module relies on a contract of ours that no
# module proves and SOUNDNESS.md does not list: "reasoning against contracts that are never proved".
set -eu
build=$1
proofs/twin.sh $(proofs/modules.sh)
reports= sources=
for source in $(proofs/modules.sh); do
    report=$build/${source%.c}.proved.json
    [ -s "$report" ] && [ -s "$report.csv" ] && [ -e "${report%.json}" ] ||
        { echo "$source: there is no proof of it" >&2; exit 1; }
    reports="$reports $report" sources="$sources $source"
done

count='[.[]."wp:functions"[] | to_entries[] | select(.key != "wp:section") | .value."wp:main"]'
jq -s --arg files "${sources# }" "{proved: ($count | map(.valid // 0) | add), goals: ($count | map(.total) | add),
        modules: length, files: (\$files | split(\" \"))}" $reports >"$build/proofs.json"
[ "$(jq '.goals > 0 and .proved == .goals' "$build/proofs.json")" = true ] ||
    { echo "not everything is proved: $(cat "$build/proofs.json")" >&2; exit 1; }

# What SOUNDNESS.md lists as assumed, with its header.
assumed=$(proofs/assumptions.sh | sed -n 's/^- `\([a-z_0-9]*\)` (\([^)]*\)).*/\2: \1/p')
unproved=$(cat $(printf '%s.csv ' $reports) | awk -F'\t' -v listed="$assumed" '
    BEGIN { n = split(listed, name, "\n"); for (i = 1; i <= n; i++) believed[name[i]] = 1 }
    $1 !~ /^(framework|enclave|verifier)/ || $5 !~ /^(assigns clause|postcondition|termination clause)$/ { next }
    { contract = $1 "/" $2 ": " $4 }
    $6 == "Considered valid" { assumed[contract] = 1; next }
    { proved[contract] = 1 }
    END { for (c in assumed) if (!(c in proved) && !(c in believed)) print c }')
[ -z "$unproved" ] || { printf 'relied on, and never proved:\n%s\n' "$unproved" >&2; exit 1; }

jq -r '"\(.proved) of \(.goals) goals proved in \(.modules) modules, run-time errors and smoke tests included"' \
    "$build/proofs.json"
