#!/bin/sh
# The check of the theory refuses what is not proved: small theories that are wrong, each in one way,
# and one that is right; and the theory itself, with a table bent that it is generated from.
set -eu
for tool in coqc coqchk jq; do
    command -v $tool >/dev/null || { echo "SKIP: $tool is not installed"; exit 0; }
done
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
mkdir "$work/small"
echo 'one  the theorem that is claimed' >"$work/small/claims.txt"

check() { proofs/theory.sh "$work/build" "$work/small" >"$work/log" 2>&1; }
# Check the theory on stdin; $1 says what is wrong with it, $2 what the refusal must say.
refuses() {
    cat >"$work/small/Small.v"
    if check; then
        echo "the check accepts $1:" >&2
        cat "$work/small/Small.v" >&2
        exit 1
    fi
    grep -q "$2" "$work/log" || { echo "$1 is refused for another reason:" >&2; cat "$work/log" >&2; exit 1; }
    [ ! -e "$work/build/theory.json" ] || { echo "$1 leaves a result" >&2; exit 1; }
    echo "ok: the check refuses $1"
}

echo 'Theorem one : 1 + 1 = 2. Proof. reflexivity. Qed. (* no Axiom here *)' >"$work/small/Small.v"
check || { cat "$work/log" >&2; exit 1; }
[ "$(jq -r '.theorems, .axioms' "$work/build/theory.json" | xargs)" = '1 0' ]
echo 'ok: the check accepts a theory that is right'
refuses 'a false theorem' 'Small.v does not prove' <<EOF
Theorem one : 1 + 1 = 3. Proof. reflexivity. Qed.
EOF
refuses 'an axiom' 'admitted without a proof' <<EOF
Axiom any : False. Theorem one : 1 + 1 = 3. Proof. destruct any. Qed.
EOF
refuses 'an axiom behind a comment' 'admitted without a proof' <<EOF
(* (* *) *) Axiom any : False. (* *) Theorem one : 1 + 1 = 2. Proof. reflexivity. Qed.
EOF
refuses 'a proof that is admitted' 'admitted without a proof' <<EOF
Theorem one : 1 + 1 = 3. Admitted.
EOF
refuses 'a proof that gives up' 'admitted without a proof' <<EOF
Theorem one : 1 + 1 = 3. Proof. give_up. Qed.
EOF
refuses 'a hypothesis outside a section' 'does not prove\|assumed\|axiom' <<EOF
Hypothesis any : False. Theorem one : 1 + 1 = 3. Proof. destruct any. Qed.
EOF
refuses "an axiom of Coq's own library" 'rests on an axiom' <<EOF
From Coq Require Import Classical.
Theorem one : forall p, p \/ ~ p. Proof. apply classic. Qed.
EOF
refuses 'a switch that weakens Coq' 'admitted without a proof' <<EOF
Unset Guard Checking.
Fixpoint any (n : nat) : False := any n.
Theorem one : 1 + 1 = 3. Proof. destruct (any 0). Qed.
EOF
refuses 'a claim that is not there' 'there is no theorem one' <<EOF
Theorem two : 1 + 1 = 2. Proof. reflexivity. Qed.
EOF
refuses 'a claim that is only a comment' 'there is no theorem one\|Coq does not know' <<EOF
(*
Theorem one : 1 + 1 = 2.
*)
EOF
rm "$work/small/claims.txt"
refuses 'a theory that claims nothing' 'claims.txt' <<EOF
Theorem one : 1 + 1 = 2. Proof. reflexivity. Qed.
EOF

# The theory itself, and the C headers that its tables come from.
mkdir "$work/tree"
cp -r contracts framework verifier proofs "$work/tree"
# $1: what is wrong; $2: the header; $3: how it is bent.
bent() {
    sed -i "$3" "$work/tree/$2"
    ! cmp -s "$2" "$work/tree/$2" || { echo "$1: nothing was bent" >&2; exit 1; }
    if (cd "$work/tree" && proofs/theory.sh "$work/build") >"$work/log" 2>&1; then
        echo "the theory does not see $1" >&2
        exit 1
    fi
    grep -q 'does not prove' "$work/log" || { cat "$work/log" >&2; exit 1; }
    cp "$2" "$work/tree/$2"
    echo "ok: the theory refuses $1"
}
bent 'a life without COMPUTE' contracts/lifecycle.h 's/X(LOADED, COMPUTE, COMPUTED)/X(LOADED, COMPUTE, SEALED)/'
bent 'a way back into LOADED' contracts/lifecycle.h 's/X(SEALED, FORGET, FORGOTTEN)/X(SEALED, FORGET, LOADED)/'
bent 'a verdict without the signature of the receipt' verifier/appraisal/judge.h \
    's/"receipt.signature", INVOCATION/"receipt.signature", NEVER/'
bent 'a verdict that does not look at the monitor' verifier/appraisal/judge.h \
    's/"evidence.monitor", EVIDENCE/"evidence.monitor", NEVER/'
bent 'a check that is gone' verifier/appraisal/judge.h 's/X(RECEIPT_KEY, /X(RECEIPT_KEYS, /'
