#!/bin/sh
# Several processes side by side.
set -eu
backend=process
. tests/cli/host_pool.inc
