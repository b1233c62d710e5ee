#!/bin/sh
# Several virtual machines side by side.
set -eu
[ -r /dev/kvm ] && [ -w /dev/kvm ] || { echo 'SKIP: no /dev/kvm'; exit 0; }
backend=kvm
. tests/cli/host_pool.inc
