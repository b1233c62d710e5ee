#!/bin/sh
# The modules of this tree that must be proved, one a line: all of framework/; of a monitor the steps of a boot, a
# call, its order, its steps and its release, the window and the vault, and the loop that serves; the platform `sim`; of
# a verifier the verdict.
# One that is named and not there has no proof, and is refused.
set -eu
ls framework/*/*.c
if [ -d enclave/monitor ]; then
    printf "enclave/monitor/%s.c\n" boot call order release serve steps vault window
    echo enclave/platform/sim.c
fi
if [ -d verifier/appraisal ]; then
    echo verifier/appraisal/verdict.c
fi
