#!/bin/sh
# Run every benchmark: medians and ratios, all of one run of this machine.
set -eu
build=$1
for source in tests/bench/*.c; do
    program=$build/${source%.c}
    echo "# ${source##*/}"
    "$program" "$build"
done
