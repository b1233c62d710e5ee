#!/bin/sh
# A host that is killed at any moment, on the process backend.
set -eu
backend=process
. tests/cli/host_killed.inc
