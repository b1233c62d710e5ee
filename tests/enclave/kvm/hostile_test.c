/* What a function cannot do in a process it cannot do in a virtual machine: the same tests. */
#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/monitor/hostile_test.c"
