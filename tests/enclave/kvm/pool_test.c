/* The same of virtual machines. */
#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/pool/pool_test.c"
