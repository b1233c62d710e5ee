#!/bin/sh
# What a call of any end leaves behind, on the process backend.
set -eu
backend=process
. tests/cli/canary.inc
