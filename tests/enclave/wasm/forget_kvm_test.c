#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/wasm/forget_test.c"
