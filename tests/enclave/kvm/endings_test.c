/* The same endings in a virtual machine, which serves the next call too. */
#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/monitor/endings_test.c"
