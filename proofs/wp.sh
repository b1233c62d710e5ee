#!/bin/sh
# Prove one module: every goal of every function in $1, run-time errors and smoke tests included, or
# fail. Leaves beside $2 what the verdict is counted from: $2 (goals), $2.csv (every property and
# its status) and $2.log. Frama-C exits with 0 when goals are left unproved; gate.sh does not.
#
# CVC4 alone proves nearly all; Z3 is asked only where something is left. Steps, not seconds, are the
# limit that counts, so that a busy machine gives the same verdict. A smoke test tries to prove false
# and should not find a proof: it is given fewer steps, or it would search in vain for most of the time.
#   POBF_WP_CACHE=rebuild   ask the provers again, whatever the cache says
#   POBF_SMOKE_STEPS=N      search longer for contradictions (20000)
#   POBF_PROVERS=LIST       ask these, in this order (cvc4 cvc4,z3)
#   POBF_WP_TIMEOUT=S       give up on a goal after so long (180); what is given up is not proved
#   POBF_PROOF_CACHE=DIR    for developers: a proof of the same key (key.sh) is taken from there, else left there.
#                           Whoever can write there can forge one, so nothing that is released is proved with it
# $3, if any, is a folder of headers that the source includes, and whose contracts it may rely on.
set -eu
source=$1 report=$2 headers=${3:-}
proofs=$(dirname "$0")
: "${WHY3CONFIG:=$proofs/why3.conf}" && export WHY3CONFIG
: "${OCAMLRUNPARAM:=o=400}" && export OCAMLRUNPARAM # memory for time: Frama-C collects garbage less often
mkdir -p "$(dirname "$report")"
rm -f "$report" "$report.csv" "$report.log"
kept=
if [ -n "${POBF_PROOF_CACHE:-}" ] && [ "${POBF_WP_CACHE:-}" != rebuild ]; then
    key=$("$proofs/key.sh" "$source" "$headers") && kept=$POBF_PROOF_CACHE/$key
fi
if [ -n "$kept" ] && [ -d "$kept" ]; then
    cp "$kept/json" "$report" && cp "$kept/csv" "$report.csv" && cp "$kept/log" "$report.log"
    exec "$proofs/gate.sh" "$source" "$report" "$headers"
fi
# Simplifications that cost more of Frama-C's time than they spare the solver's.
plain='-wp-no-pruning -wp-no-ground'
wp() { # log, then what is special about this run
    log=$1 && shift
    frama-c -c11 -machdep gcc_x86_64 -cpp-extra-args="-I. ${headers:+-I$headers} -I/usr/include -CC" \
        -kernel-warn-key annot:missing-spec=abort \
        -wp -wp-rte -rte-no-pointer-call -wp-model Typed $plain -wp-par "${POBF_WP_PAR:-2}" \
        -wp-cache "${POBF_WP_CACHE:-update}" -wp-session "$report.session" "$@" >"$log" 2>&1 ||
        { cat "$log" >&2; exit 1; }
}
only_smoke='-@ensures,-@requires,-@assigns,-@assert,-@invariant,-@variant,-@terminates,-@exits'
wp "$report.smoke.log" -wp-smoke-tests -wp-prop="$only_smoke" -wp-prover cvc4 \
    -wp-steps "${POBF_SMOKE_STEPS:-20000}" -wp-report-json "$report.smoke" "$source"
for provers in ${POBF_PROVERS:-cvc4 cvc4,z3}; do
    wp "$report.log" -wp-prover "$provers" -wp-timeout "${POBF_WP_TIMEOUT:-180}" -wp-steps 1500000 \
        -wp-report-json "$report.goals" "$source" -then -report-csv "$report.csv"
    jq -s '{"wp:functions": ((.[0]."wp:functions" // {}) * (.[1]."wp:functions" // {}))}' \
        "$report.goals" "$report.smoke" >"$report"
    ! "$proofs/gate.sh" "$source" "$report" "$headers" >/dev/null 2>&1 || break
done
"$proofs/gate.sh" "$source" "$report" "$headers"
if [ -n "$kept" ]; then
    mkdir -p "$POBF_PROOF_CACHE"
    new=$(mktemp -d "$POBF_PROOF_CACHE/new.XXXXXX")
    cp "$report" "$new/json" && cp "$report.csv" "$new/csv" && cp "$report.log" "$new/log"
    mv -T "$new" "$kept" 2>/dev/null || rm -rf "$new" # another proof of the same was quicker
fi
