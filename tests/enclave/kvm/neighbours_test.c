/* Two virtual machines side by side. */
#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/monitor/neighbours_test.c"
