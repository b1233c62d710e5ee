#ifndef POBF_VERIFIER_HARDWARE_TCB_H
#define POBF_VERIFIER_HARDWARE_TCB_H

#include <stddef.h>

/*
 * How the firmware of a platform stands, in the words of Intel's collateral, best first. Platforms
 * whose vendor publishes no such list are unrated, or are held against the policy's minimum.
 *
 *   name    word    verdict that it allows
 */
#define TCB_STATUSES(X)                                                                            \
    X(NONE, "", NONE)                                                                              \
    X(UNRATED, "Unrated", AFFIRMING)                                                               \
    X(UP_TO_DATE, "UpToDate", AFFIRMING)                                                           \
    X(SW_HARDENING, "SWHardeningNeeded", WARNING)                                                  \
    X(CONFIGURATION, "ConfigurationNeeded", WARNING)                                               \
    X(CONFIGURATION_SW_HARDENING, "ConfigurationAndSWHardeningNeeded", WARNING)                    \
    X(RELAUNCH, "TDRelaunchAdvised", WARNING)                                                      \
    X(RELAUNCH_CONFIGURATION, "TDRelaunchAdvisedConfigurationNeeded", WARNING)                     \
    X(OUT_OF_DATE, "OutOfDate", WARNING)                                                           \
    X(OUT_OF_DATE_CONFIGURATION, "OutOfDateConfigurationNeeded", WARNING)                          \
    X(REVOKED, "Revoked", CONTRAINDICATED)                                                         \
    X(NOT_SUPPORTED, "TcbNotSupported", CONTRAINDICATED)

enum tcb_status {
#define X(name, word, verdict) TCB_##name,
    TCB_STATUSES(X)
#undef X
        TCB_STATUS_COUNT
};

const char *tcb_word(enum tcb_status status);

enum tcb_tier { TCB_TIER_NONE, TCB_TIER_AFFIRMING, TCB_TIER_WARNING, TCB_TIER_CONTRAINDICATED };

enum tcb_tier tcb_tier(enum tcb_status status);

/* TCB_NONE where it is none of these words. */
enum tcb_status tcb_find(const char *word);

#endif
