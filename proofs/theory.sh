#!/bin/sh
# Check the theory in proofs/coq: generate the two tables from the C headers, compile, ask Coq of each
# theorem what it rests on, and have coqchk, a small checker of its own, check everything again.
# One line a theorem. Refuses an axiom, wherever it is, an unfinished proof, a theorem of claims.txt that is
# not there, and a switch that weakens Coq.
#   theory.sh BUILD [FOLDER]    0: checked; 1: refused; 3: Coq is missing. Leaves BUILD/theory.json.
set -eu
build=$1 theory=${2:-proofs/coq}
for tool in coqc coqchk coqdep jq; do
    command -v $tool >/dev/null || { echo "theory: $tool is not installed" >&2; exit 3; }
done
refuse() { echo "theory: $*" >&2; exit 1; }
work=$build/theory
rm -rf "$work" "$build/theory.json"
mkdir -p "$work"
cp "$theory"/*.v "$theory/claims.txt" "$work/"
for table in "$theory"/*.v.in; do
    [ -e "$table" ] || break
    ${CC:-gcc} -E -P -x c -I. "$table" | sed '1,/^@@$/d' >"$work/$(basename "$table" .in)"
done
cd "$work"

# Comments may speak of axioms; sentences may not be any.
words='Admitted|admit|Axioms?|Conjectures?|Parameters?|Primitive|Abort|give_up|bypass_check'
unfit="(^|[^A-Za-z_])($words)([^A-Za-z_]|\$)"
unfit="$unfit|Unset .*(Guard|Positivity|Universe)|Declare ML Module|Load |Drop\."
for file in *.v; do
    perl -0pe '1 while s/\(\*(?:(?!\(\*|\*\)).)*\*\)//s' "$file" | grep -nE "$unfit" >&2 &&
        refuse "$file: admitted without a proof"
done

modules=$(coqdep -sort -Q . Pobf *.v)
for file in $modules; do
    coqc -q -w +all -Q . Pobf "$file" >"$file.log" 2>&1 ||
        { cat "$file.log" >&2; refuse "$file does not prove"; }
done

theorems=$(for file in $modules; do
    sed -n "s/^ *Theorem \([A-Za-z_']*\).*/$(basename "$file" .v).\1/p" "$file"
done)
[ -s claims.txt ] || refuse "claims.txt is empty"
for name in $(cut -d' ' -f1 claims.txt); do
    echo "$theorems" | grep -qE "\.$name\$" || refuse "there is no theorem $name"
done
{
    echo 'From Pobf Require' $(basename -as .v $modules).
    printf 'Print Assumptions %s.\n' $theorems
} >Ask.v
coqc -q -Q . Pobf Ask.v >answers 2>&1 || { cat answers >&2; refuse "Coq does not know a theorem"; }
closed=$(grep -c '^Closed under the global context$' answers || true)
[ "$closed" -eq "$(echo "$theorems" | wc -l)" ] && [ "$(wc -l <answers)" -eq "$closed" ] ||
    { cat answers >&2; refuse "a theorem rests on an axiom"; }

coqchk -silent -o -Q . Pobf $(basename -as .v $modules | sed 's/^/Pobf./') >checked 2>&1 ||
    { cat checked >&2; refuse "coqchk does not agree"; }
[ "$(grep -c '^\* .*: <none>$' checked)" -eq 4 ] && grep -q '^\* Axioms: <none>$' checked ||
    { cat checked >&2; refuse "coqchk sees something that is assumed"; }

for name in $theorems; do
    printf '  THEOREM  %s\n' "$name"
done
jq -n --arg coq "$(coqc --print-version | cut -d' ' -f1)" --argjson theorems "$(echo "$theorems" | wc -l)" \
    --arg digest "$(cat $modules | sha256sum | cut -c1-64)" \
    '{coq: $coq, theorems: $theorems, axioms: 0, sha256: $digest}' >../theory.json
jq -r '"\(.theorems) theorems, no axiom, checked by coqc and coqchk (Coq \(.coq))"' ../theory.json
