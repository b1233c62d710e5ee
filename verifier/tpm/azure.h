#ifndef POBF_VERIFIER_TPM_AZURE_H
#define POBF_VERIFIER_TPM_AZURE_H

#include "verifier/hardware/hardware.h"

/*
 * Azure's confidential VMs: hardware vouches for a paravisor, which keeps a vTPM for the guest. The
 * hardware's report data is the hash of the runtime JSON; in that is the vTPM's AK; by that is the
 * quote signed. On SNP the report is in the HCL report; on TDX a TD quote comes beside it, and its
 * report data must be that of the TDREPORT in the HCL report. --nonce is compared with the quote's
 * extraData, --report-data with the runtime JSON's user-data.
 */
extern const struct hardware_platform azure_platform;

/*
 *   name        id                     field                mandatory  advice
 */
#define AZURE_CHECKS(X)                                                                            \
    X(PARSE, "azure.parse", "evidence", 1,                                                         \
      "give HCL report and TPM quote, and on TDX the TD quote, as JSON")                           \
    X(HCL, "azure.hcl", "hcl_report", 1, "give the HCL report as it is in the vTPM's NV index")    \
    X(RUNTIME, "azure.runtime", "hcl_report.runtime", 1,                                           \
      "do not trust this: its runtime data is not JSON with one RSA key HCLAkPub")                 \
    X(BINDING, "azure.report_data", "report.report_data", 1,                                       \
      "do not trust this: the hardware vouches for other runtime data, and so for another AK")     \
    X(TD_QUOTE, "azure.td_quote", "td_quote", 0,                                                   \
      "give the TD quote of this very TD report, as Azure's service makes it")

enum azure_place {
#define X(name, id, field, mandatory, advice) AZURE_##name,
    AZURE_CHECKS(X)
#undef X
        AZURE_COUNT
};

#endif
