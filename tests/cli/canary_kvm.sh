#!/bin/sh
# What a call of any end leaves behind, in a machine of its own.
set -eu
[ -r /dev/kvm ] && [ -w /dev/kvm ] || { echo 'SKIP: no /dev/kvm'; exit 0; }
backend=kvm
. tests/cli/canary.inc
