/* As often, and as never again, in a virtual machine. */
#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/monitor/soak_test.c"
