#!/bin/sh
# What is proved is what is compiled: nothing in the modules $1... may let the prover's preprocessor see
# another text than the compiler's, or keep from it what runs. So there is no conditional but the one that names
# an attribute, no other attribute (it could run code, or put another body in a function's place), no
# assembly but an empty line, no name that the implementation owns but those below, no include from outside.
# Names file and line of what may not be. 0: none; 1: some; 3: the compiler cannot tell.
set -eu
attribute='#if defined(__GNUC__) && !defined(__clang__) && !defined(__FRAMAC__)
__attribute__((noipa))
#else
__attribute__((noinline))
#endif'
work=$(mktemp) && trap 'rm -f "$work"' EXIT
verdict=0
for source; do
    # Spliced lines and other spellings of # could hide a directive from what follows.
    if grep -nE '\\$|%:|\?\?' "$source" | sed "s,^\([0-9]*\):.*,$source:\1: a spelling that hides text," | grep . >&2; then
        verdict=1
    fi
    # Comments go, lines stay.
    gcc -fpreprocessed -dD -E "$source" 2>/dev/null >"$work" || { echo "$source: gcc cannot read it" >&2; exit 3; }
    awk -v source="$source" -v attribute="$attribute" '
        function bad(why) { printf "%s:%d: %s\n", source, at, why; failed = 1 }
        BEGIN { n = split(attribute, allowed, "\n") }
        /^# [0-9]+ "/ { at = $2 - 1; next }
        { at++; sub(/[ \t]+$/, "") }
        step > 0 && $0 != allowed[step + 1] { bad("a conditional: the prover may see another text"); step = 0 }
        step > 0 { step = step + 1 == n ? 0 : step + 1; next }
        $0 == allowed[1] { step = 1; next }
        /^[ \t]*#/ {
            if (/^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif)/)
                bad("a conditional: the prover may see another text")
            else if (!/^#include "(contracts|framework|enclave|verifier)\/[a-z0-9_\/]+\.(h|acsl)"$/ &&
                     !/^#include "pobf_[a-z]+\.h"$/ && !/^#include <[a-z]+\.h>$/ &&
                     !/^#(define|undef) / && !/^#pragma GCC diagnostic /)
                bad("a directive that modules do not need: " $0)
        }
        /__asm__/ && !/^ *__asm__ volatile\("" : : "r"\([a-z]+\) : "memory"\);$/ {
            bad("assembly, which no prover reads; only an empty one that keeps stores may be here")
        }
        {
            rest = $0
            while (match(rest, /[A-Za-z0-9_]+/)) {
                word = substr(rest, RSTART, RLENGTH)
                rest = substr(rest, RSTART + RLENGTH)
                if (word ~ /^_[_A-Z]/ && word !~ /^(__asm__|__volatile__|_Static_assert|_Bool)$/)
                    bad("a name that compiler and prover may read otherwise: " word)
            }
        }
        END { exit failed }' "$work" >&2 || verdict=1
done
exit $verdict
