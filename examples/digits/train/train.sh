#!/bin/sh
# Print weights.h: train/train.sh >weights.h. Of the digits that fetch.sh prints (or of a file of
# these) the last 450 are left out: they show what the network makes of what it has not seen.
set -eu
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ $# -gt 0 ]; then cat "$1"; else "$here/fetch.sh"; fi >"$work/all"
# One rounding an operation, as on any other machine.
gcc -O2 -ffp-contract=off -o "$work/train" "$here/train.c"
head -n -450 "$work/all" | "$work/train"
