#!/bin/sh
# All that the proof of module $1 comes from, as one digest: its text with every header, contract and macro,
# the scripts that prove and judge it, their settings, and the versions of the tools. The same key is the
# same proof. $2, if any, is a folder of headers. 3: a tool is missing, or the text cannot be read.
set -eu
source=$1 headers=${2:-}
proofs=$(dirname "$0")
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
gcc -std=c11 -E -CC -dD -D__FRAMAC__ -I. ${headers:+-I"$headers"} "$source" >"$work/text" 2>/dev/null || exit 3
"$proofs/tools.sh" frama-c why3 cvc4 z3 >"$work/tools" 2>/dev/null || exit 3
echo "$source, $headers, ${POBF_PROVERS:-}, ${POBF_SMOKE_STEPS:-}, ${POBF_WP_TIMEOUT:-}" >"$work/settings"
gcc --version >>"$work/tools"
cat "$work/text" "$work/tools" "$work/settings" "$proofs/wp.sh" "$proofs/gate.sh" "$proofs/why3.conf" |
    sha256sum | cut -c1-64
