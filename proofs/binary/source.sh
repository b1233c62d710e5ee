#!/bin/sh
# One digest of all that the monitors are made of.
set -eu
find contracts framework enclave -name '*.[chS]' -o -name '*.ld' | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1
