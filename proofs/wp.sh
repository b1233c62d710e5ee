#!/bin/sh
# Prove one module: every goal of every function in $1, with run-time error checks, or fail.
# Writes the totals of each function to $2 (JSON); keeps the provers' answers in $2.cache.
# Frama-C exits with 0 when goals are left unproved, so the verdict is counted from its JSON.
set -eu
source=$1 report=$2
mkdir -p "$(dirname "$report")"
# Every run in a folder of its own: Frama-C names its session after the current one otherwise.
log=$report.log
: "${WHY3CONFIG:=$(dirname "$0")/why3.conf}" && export WHY3CONFIG
frama-c -c11 -machdep gcc_x86_64 -cpp-extra-args="-I. -I/usr/include -CC" \
    -kernel-warn-key annot:missing-spec=abort \
    -wp -wp-rte -rte-no-pointer-call -wp-model Typed -wp-smoke-tests \
    -wp-prover "${POBF_PROVERS:-cvc4,z3}" -wp-timeout 60 -wp-steps 1500000 -wp-par "${POBF_WP_PAR:-2}" \
    -wp-cache "${POBF_WP_CACHE:-update}" -wp-session "$report.session" \
    -wp-report-json "$report" "$source" >"$log" 2>&1 || { cat "$log"; exit 1; }
exec proofs/gate.sh "$source" "$report" "$log"
