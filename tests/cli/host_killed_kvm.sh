#!/bin/sh
# A host that is killed at any moment, with machines of its own.
set -eu
[ -r /dev/kvm ] && [ -w /dev/kvm ] || { echo 'SKIP: no /dev/kvm'; exit 0; }
backend=kvm
. tests/cli/host_killed.inc
