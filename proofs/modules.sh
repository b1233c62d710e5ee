#!/bin/sh
# The modules of this tree that must be proved, one a line: all of framework/, of a monitor the steps
# of a call and their order, of a verifier the verdict. One that is named and not there has no proof, and is refused.
set -eu
ls framework/*/*.c
if [ -d enclave/monitor ]; then
    printf "%s\n" enclave/monitor/order.c enclave/monitor/steps.c
fi
if [ -d verifier/appraisal ]; then
    echo verifier/appraisal/verdict.c
fi
