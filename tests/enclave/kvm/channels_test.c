/* The same channels, between two calls in one virtual machine. */
#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/monitor/channels_test.c"
