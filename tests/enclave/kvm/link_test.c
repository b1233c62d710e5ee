/*
 * What holds of a link to a monitor process holds of one to a virtual machine: the same tests.
 * LINK: -Wl,--wrap=poll
 */
#define HARNESS_MONITOR "pobf-trustlet"
#define HARNESS_PROGRAM "trustlet.elf" /* pobf-trustlet makes the machine that runs it */
#include "tests/enclave/monitor/link_test.c"
