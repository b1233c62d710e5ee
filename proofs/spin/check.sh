#!/bin/sh
# Explore the model of a task's life with spin: no promise is broken whatever crashes when, and each seeded
# bug is found, so that the search would see one.
#   check.sh BUILD    0: checked; 1: refused; 3: spin is missing
set -eu
work=$1/spin model=$PWD/proofs/spin/task.pml
for tool in spin gcc; do
    command -v $tool >/dev/null || { echo "spin: $tool is not installed" >&2; exit 3; }
done
refuse() { echo "spin: $*" >&2; exit 1; }
mkdir -p "$work"
cd "$work"

# explore BUG: 0 where the whole space holds, 1 where a promise is broken; whatever else is no answer
explore() {
    spin -DBUG="$1" -a "$model" >out 2>&1 && gcc -O2 -DSAFETY -o pan pan.c >out 2>&1 && ./pan -m100000 >out 2>&1 ||
        { cat out >&2; refuse "the model cannot be explored"; }
    ! grep -q 'assertion violated\|invalid end state (' out || return 1
    grep -q 'errors: 0$' out && ! grep -q 'not completed\|too small\|truncated' out ||
        { cat out >&2; refuse "the search is not whole"; }
}
explore 0 || { grep 'assertion violated\|invalid end' out >&2; refuse "a promise is broken"; }
states=$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' out)
[ "$states" -gt 100000 ] || refuse "there is too little to see: $states states"

bugs=$(sed -n 's/^#define \([A-Z_]*\) *\([0-9][0-9]*\) *\/\*.*/\1=\2/p' "$model")
[ "$(echo "$bugs" | wc -l)" -ge 8 ] || refuse "there are too few seeded bugs"
for bug in $bugs; do
    ! explore "${bug#*=}" || refuse "the seeded bug ${bug%=*} is not found"
    echo "  FOUND    ${bug%=*}"
done
echo "$states states of two tasks and three crashes: every promise holds; $(echo "$bugs" | wc -l) seeded bugs found"
