#!/bin/sh
# The proof pipeline refuses what is not proved: modules that are wrong, each in one way, and one
# that is right. And: the lists of assumptions and the picture of the life cycle are the sources'.
set -eu
command -v frama-c >/dev/null || { echo 'SKIP: frama-c is not installed'; exit 0; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
export WHY3CONFIG="$PWD/proofs/why3.conf" POBF_PROVERS=cvc4
contract='terminates \true; exits \false; assigns \nothing;'

# Prove the module on stdin; $1 says what is wrong with it, $2 what the refusal must say.
refuses() {
    cat >"$work/module.c"
    if (cd "$work" && "$OLDPWD/proofs/wp.sh" module.c module.json) >"$work/log" 2>&1; then
        echo "the pipeline accepts $1:" >&2
        cat "$work/module.c" >&2
        exit 1
    fi
    grep -q "$2" "$work/log" || { echo "$1 is refused for another reason:" >&2; cat "$work/log" >&2; exit 1; }
    echo "ok: the pipeline refuses $1"
}
accepts() {
    cat >"$work/module.c"
    (cd "$work" && "$OLDPWD/proofs/wp.sh" module.c module.json) >"$work/log" 2>&1 ||
        { cat "$work/log" >&2; exit 1; }
    echo "ok: the pipeline accepts $1"
}

accepts 'a module that is right' <<EOF
/*@ requires small: 0 <= x < 100; $contract ensures next: \result == x + 1; */
int next(int x);
int next(int x) { return x + 1; }
EOF
refuses 'a false ensures' 'ensures_wrong' <<EOF
/*@ requires small: 0 <= x < 100; $contract ensures wrong: \result == x + 2; */
int next(int x);
int next(int x) { return x + 1; }
EOF
refuses 'a run-time error that may happen' 'signed_overflow' <<EOF
/*@ $contract */
int next(int x);
int next(int x) { return x + 1; }
EOF
refuses 'a function without a contract' 'has no whole contract' <<EOF
int next(int x);
int next(int x) { return x < 100 ? x + 1 : 0; }
EOF
refuses 'a contract that does not say that it terminates' 'has no whole contract' <<EOF
/*@ exits \false; assigns \nothing; */
int next(int x);
int next(int x) { return x < 100 ? x + 1 : 0; }
EOF
refuses 'a contract that does not say what it changes' 'has no whole contract' <<EOF
/*@ terminates \true; exits \false; */
int next(int x);
int next(int x) { return x < 100 ? x + 1 : 0; }
EOF
refuses 'a call of a function without a contract' 'Neither code nor specification' <<EOF
int other(int x);
/*@ $contract */
int next(int x);
int next(int x) { return other(x); }
EOF
refuses 'a contract that is assumed outside a header' 'Considered valid' <<EOF
/*@ $contract ensures any: \result == 42; */
int other(int x);
/*@ $contract ensures any: \result == 42; */
int next(int x);
int next(int x) { return other(x); }
EOF
refuses 'an unsound requires' 'wp_smoke' <<EOF
/*@ requires never: x < 0 && x > 0; $contract ensures any: \result == 42; */
int next(int x);
int next(int x) { return x; }
EOF
refuses 'an admitted fact' 'admitted without a proof' <<EOF
/*@ $contract ensures any: \result == 42; */
int next(int x);
int next(int x)
{
    //@ admit any: x == 42;
    return x;
}
EOF
refuses 'an axiom' 'admitted without a proof' <<EOF
/*@ axiomatic Any { axiom any: \forall integer x; x == 42; } */
/*@ $contract ensures any: \result == 42; */
int next(int x);
int next(int x) { return x; }
EOF
refuses 'a loop that may run for ever' 'termination clause: Unknown\|loop' <<EOF
/*@ $contract */
int next(int x);
int next(int x) { while (x != 0) { x = x > 0 ? x : -1; } return x; }
EOF
refuses 'a write that is not in assigns' 'assigns' <<EOF
static int kept;
/*@ $contract */
int next(int x);
int next(int x) { kept = x; return 0; }
EOF
refuses 'a module that does not parse' 'syntax error\|user error' <<EOF
int next(int x) { return x
EOF
refuses 'an empty module' 'nothing to prove\|is missing\|no function' <<EOF
EOF

# A report that was tampered with, or that is not there.
accepts 'a module to be tampered with' <<EOF
/*@ requires small: 0 <= x < 100; $contract ensures next: \result == x + 1; */
int next(int x);
int next(int x) { return x + 1; }
EOF
for part in json json.csv json.log; do
    mv "$work/module.$part" "$work/kept"
    if proofs/gate.sh "$work/module.c" "$work/module.json" 2>/dev/null; then
        echo "the gate accepts a proof without its $part" >&2
        exit 1
    fi
    mv "$work/kept" "$work/module.$part"
done
echo 'ok: the gate refuses a proof of which a part is missing'
sed -i 's/"valid": *1/"timeout": 1/' "$work/module.json"
if proofs/gate.sh "$work/module.c" "$work/module.json" 2>/dev/null; then
    echo 'the gate accepts a goal that timed out' >&2
    exit 1
fi
echo 'ok: the gate refuses a goal that timed out'

proofs/assumptions.sh --check
echo 'ok: SOUNDNESS.md lists the assumptions that the sources make'
cp -r proofs contracts framework enclave "$work/"
"$work/proofs/assumptions.sh" --check
printf '/* Source: nowhere */\n/*@ assigns \\nothing; */\nint ground_new(int x);\n' >>"$work/enclave/monitor/ground.h"
if "$work/proofs/assumptions.sh" --check >/dev/null 2>&1; then
    echo 'a new assumption of a ground goes unseen' >&2
    exit 1
fi
"$work/proofs/assumptions.sh" --update
printf '/* Source: nowhere */\nint crypto_new(int x);\n' >>"$work/contracts/sodium.h"
if "$work/proofs/assumptions.sh" --check >/dev/null 2>&1; then
    echo 'a new assumption goes unseen' >&2
    exit 1
fi
echo 'ok: a new assumption is seen'
