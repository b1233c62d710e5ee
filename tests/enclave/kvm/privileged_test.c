/* The same instructions where the function's ring 3 is all but one page away from a ring 0. */
#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/monitor/privileged_test.c"
