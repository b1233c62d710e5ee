/* What is refused on the process backend is refused before there is a virtual machine, too. */
#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/monitor/refusal_test.c"
