#ifndef POBF_ENCLAVE_TEE_TSM_H
#define POBF_ENCLAVE_TEE_TSM_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

/*
 * A report of the confidential machine that this system is the guest of: AMD SEV-SNP, Intel TDX, Arm CCA.
 *                                      Linux, Documentation/ABI/testing/configfs-tsm-report
 *
 *   inblob       what the report is over, at most 64 bytes; written
 *   privlevel    from which VMPL; written where it is asked for, not below privlevel_floor
 *   outblob      the report, as `pobf appraise` takes it
 *   auxblob      what the host keeps beside it: certificates; may be missing
 *   provider     "sev_guest", "tdx_guest", "arm_cca_guest"
 *   generation   counts what is written: who else writes to the same entry is seen by it
 */
#define TSM_REPORTS "/sys/kernel/config/tsm/report"
enum { TSM_INBLOB_MAX = 64, TSM_BLOB_MAX = 128 * 1024, TSM_PROVIDER_ROOM = 32 };

struct tsm_options {
    const char *reports; /* TSM_REPORTS, or a stand-in */
    int privlevel;       /* -1: as it is               */
};

struct tsm_report {
    uint8_t *outblob; /* owned */
    size_t outblob_size;
    uint8_t *auxblob; /* owned; NULL: there is none */
    size_t auxblob_size;
    char provider[TSM_PROVIDER_ROOM];
};

/*
 * Ask for a report over `data`. POBF_E_MISSING where this system is no such guest, POBF_E_REFUSED where the
 * level is below the floor, POBF_E_STATE where somebody else wrote to the entry meanwhile, POBF_E_SPACE where
 * data or report are too long, POBF_E_SYSTEM for all else. Then *report is all zeros. Clear it afterwards.
 */
POBF_MUST_CHECK enum pobf_status tsm_ask(struct tsm_report *report,
                                         const struct tsm_options *options, const uint8_t *data,
                                         size_t size);
void tsm_clear(struct tsm_report *report);

#endif
