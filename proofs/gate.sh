#!/bin/sh
# The verdict on one proof. Nothing here is taken from a word of success: it is counted, and what is
# missing refuses. Of the module $1, judged from the files that wp.sh left at $2:
#   - every goal is valid, smoke tests too, and there are some of both       ($2, $2.log)
#   - every property in our files is proved; assumed are only contracts of functions that are
#     defined elsewhere, and only where a header states them                 ($2.csv)
#   - every function that is defined has a contract: terminates, exits, assigns   ($2.csv, $2.log)
#   - no annotation admits anything
# $3, if any, is a folder whose headers may state such contracts too.
set -eu
source=$1 report=$2 headers=${3:-}
say() { echo "$source: $*" >&2; verdict=1; }
verdict=0
for file in "$report" "$report.csv" "$report.log"; do
    [ -s "$file" ] || { say "no proof: $file is missing"; exit 1; }
done

each='(."wp:functions" // {})[] | to_entries[] | select(.key != "wp:section")'
goals=$(jq "[$each | .value.\"wp:main\".total] | add // 0" "$report")
valid=$(jq "[$each | .value.\"wp:main\".valid // 0] | add // 0" "$report")
smoke=$(jq '[(."wp:functions" // {})[] | keys[] | select(contains("_wp_smoke_"))] | length' "$report")
[ "$goals" -gt "$smoke" ] || say "nothing to prove"
[ "$smoke" -gt 0 ] || say "no smoke test"
if [ "$valid" -ne "$goals" ]; then
    say "$((goals - valid)) of $goals goals are not proved"
    jq -r "$each | select(.value.\"wp:main\" | .valid != .total) | \"  \" + .key" "$report" >&2
fi
line=$(sed -n 's/^\[wp\] Proved goals: *\([0-9]*\) *\/ *\([0-9]*\).*/\1 \2/p' "$report.log" | head -1)
[ -n "$line" ] && [ "${line% *}" = "${line#* }" ] || say "the prover's own count is: ${line:-missing}"
if grep -E '\[Failed\]|annot-error' "$report.log" >&2; then
    say "see the log: $report.log"
fi

defined=$(sed -n 's/^\[rte:annot\] annotating function //p' "$report.log" | sort -u)
[ -n "$defined" ] || say "no function is defined"
awk -F'\t' -v defined="$defined" -v source="$source" -v headers="$headers" '
    BEGIN { n = split(defined, name, /[ \n]+/); for (i = 1; i <= n; i++) here[name[i]] = 1 }
    NR == 1 || $1 ~ /^FRAMAC_SHARE/ { next }
    $5 == "termination clause" { terminates[$4] = 1 }
    $5 == "assigns clause" { assigns[$4] = 1 }
    $5 == "postcondition" && $7 == "\\false" { exits[$4] = 1 }
    $6 == "Valid" || $6 == "Partially proven" { next }
    $6 == "Considered valid" && !($4 in here) &&
        ($1 "/" $2 ~ /^(contracts|framework|enclave|verifier)\/.*\.h$/ || (headers != "" && $1 == headers)) &&
        ($5 == "assigns clause" || $5 == "from clause" || $5 == "postcondition" ||
         $5 == "termination clause") { next }
    { printf "%s/%s:%s: %s: %s: %s: %s\n", $1, $2, $3, $4, $5, $6, $7; bad = 1 }
    END {
        for (f in here)
            if (!(f in terminates) || !(f in assigns) || !(f in exits)) {
                printf "%s: %s has no whole contract (terminates, exits, assigns)\n", source, f
                bad = 1
            }
        exit bad
    }' "$report.csv" >&2 || say "a property is not proved"
{ echo "$source"; awk -F'\t' 'NR > 1 && $1 !~ /^FRAMAC_SHARE/ { print $1 "/" $2 }' "$report.csv"; } |
    sort -u | tr '\n' '\0' | xargs -0 awk '
        /(^|[^a-z_])(axiom|lemma|admit)[ {]/ { printf "%s:%d: %s\n", FILENAME, FNR, $0; bad = 1 }
        END { exit bad }' >&2 || say "admitted without a proof, or not to be read"

[ $verdict -ne 0 ] || printf '  PROVE  %-40s %s/%s goals\n' "$source" "$valid" "$goals"
exit $verdict
