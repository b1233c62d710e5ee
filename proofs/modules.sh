#!/bin/sh
# The modules of this tree that must be proved, one a line: all of framework/, and of the monitor
# the steps that touch a key or clear text.
set -eu
ls framework/*/*.c
ls enclave/monitor/steps.c
