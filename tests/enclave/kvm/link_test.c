/*
 * What holds of a link to a monitor process holds of one to a virtual machine: the same tests.
 * LINK: -Wl,--wrap=poll
 */
#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/monitor/link_test.c"
