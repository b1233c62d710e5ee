#!/bin/sh
# Prove one module: every goal of every function in $1, run-time errors and smoke tests included, or
# fail. Leaves beside $2 what the verdict is counted from: $2 (goals), $2.csv (every property and
# its status) and $2.log. Frama-C exits with 0 when goals are left unproved; gate.sh does not.
#
# CVC4 alone proves nearly all; Z3 is asked only where something is left. Steps, not seconds, are the
# limit that counts, so that a busy machine gives the same verdict.
# POBF_WP_CACHE=rebuild asks the provers again, whatever the cache says. POBF_PROVERS names others.
set -eu
source=$1 report=$2
proofs=$(dirname "$0")
: "${WHY3CONFIG:=$proofs/why3.conf}" && export WHY3CONFIG
mkdir -p "$(dirname "$report")"
rm -f "$report" "$report.csv" "$report.log"
prove() {
    frama-c -c11 -machdep gcc_x86_64 -cpp-extra-args="-I. -I/usr/include -CC" \
        -kernel-warn-key annot:missing-spec=abort \
        -wp -wp-rte -rte-no-pointer-call -wp-model Typed -wp-smoke-tests \
        -wp-prover "$1" -wp-timeout 180 -wp-steps 1500000 -wp-par "${POBF_WP_PAR:-2}" \
        -wp-cache "${POBF_WP_CACHE:-update}" -wp-session "$report.session" \
        -wp-report-json "$report" "$source" -then -report-csv "$report.csv" >"$report.log" 2>&1 ||
        { cat "$report.log" >&2; exit 1; }
}
for provers in ${POBF_PROVERS:-cvc4 cvc4,z3}; do
    prove "$provers"
    ! "$proofs/gate.sh" "$source" "$report" >/dev/null 2>&1 || break
done
exec "$proofs/gate.sh" "$source" "$report"
