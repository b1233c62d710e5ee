#ifndef POBF_VERIFIER_DCAP_LEVEL_H
#define POBF_VERIFIER_DCAP_LEVEL_H

#include "verifier/dcap/dcap.h"

/*
 * How Intel rates a machine: the first TCB level that it reaches. Levels are listed from best to
 * worst; a level that is not understood makes the whole list count for nothing.
 */
struct level {
    enum tcb_status status;   /* TCB_NOT_SUPPORTED: it reaches none of them */
    const json_t *advisories; /* array of text; NULL: none */
    int64_t date;             /* tcbDate; INT64_MIN: none */
};

/*
 * The level of the machine itself. `tee_svn` is a trust domain's TEE_TCB_SVN, NULL for an enclave.
 */
struct level level_of_machine(const json_t *tcb_info, const struct pck *facts,
                              const uint8_t *tee_svn);

/* The level of an enclave or module of this version: tcbLevels by isvsvn. */
struct level level_of_version(const json_t *identity, uint32_t isv_svn);

/* The TDX module's identity "TDX_03" of a major version; NULL where there is none. */
const json_t *level_module(const json_t *tcb_info, uint8_t major);

/* The status of the whole, from that of the machine and that of another part of it. */
enum tcb_status level_converge(enum tcb_status machine, enum tcb_status part);

/* The status of a domain that was launched in one TCB and runs in another. */
enum tcb_status level_relaunch(enum tcb_status launched, enum tcb_status current);

#endif
