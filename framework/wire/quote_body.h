#ifndef POBF_FRAMEWORK_WIRE_QUOTE_BODY_H
#define POBF_FRAMEWORK_WIRE_QUOTE_BODY_H

#include "framework/wire/quote.h"

/*
 * What a quote says: the report of an SGX enclave, or that of a trust domain. Every byte string is
 * at a fixed place, so there is nothing that could fail.       Intel SDM 3D, REPORT; TDX Module ABI.
 */
enum { POBF_SGX_FLAG_INIT = 0x01, POBF_SGX_FLAG_DEBUG = 0x02 }; /* of the first attribute byte */
enum { POBF_RTMR_COUNT = 4, POBF_RTMR_BYTES = 48 };

/* A pointer is into the body. */
struct pobf_sgx_report {
    uint32_t misc_select;
    uint32_t isv_prod_id;
    uint32_t isv_svn;
    uint32_t config_svn;
    const uint8_t *cpu_svn;     /* 16 */
    const uint8_t *attributes;  /* 16 */
    const uint8_t *mrenclave;   /* 32 */
    const uint8_t *mrsigner;    /* 32 */
    const uint8_t *config_id;   /* 64 */
    const uint8_t *family_id;   /* 16 */
    const uint8_t *report_data; /* 64 */
};

struct pobf_td_report {
    const uint8_t *tee_tcb_svn;     /* 16 */
    const uint8_t *mrseam;          /* 48 */
    const uint8_t *mrsignerseam;    /* 48 */
    const uint8_t *seam_attributes; /* 8 */
    const uint8_t *td_attributes;   /* 8 */
    const uint8_t *xfam;            /* 8 */
    const uint8_t *mrtd;            /* 48 */
    const uint8_t *mrconfigid;      /* 48 */
    const uint8_t *mrowner;         /* 48 */
    const uint8_t *mrownerconfig;   /* 48 */
    const uint8_t *rtmr;            /* 192: four registers */
    const uint8_t *report_data;     /* 64 */
    const uint8_t *tee_tcb_svn2;    /* 16: of the TDX module that runs now; NULL before TDX 1.5 */
    const uint8_t *mrservicetd;     /* 48; NULL before TDX 1.5 */
};

/*@
  predicate sgx_report_of{L}(struct pobf_sgx_report *r, uint8_t *body) =
    \at(r->cpu_svn, L) == body + 0 && \at(r->attributes, L) == body + 48 &&
    \at(r->mrenclave, L) == body + 64 && \at(r->mrsigner, L) == body + 128 &&
    \at(r->config_id, L) == body + 192 && \at(r->family_id, L) == body + 304 &&
    \at(r->report_data, L) == body + 320;

  predicate td_report_of{L}(struct pobf_td_report *r, uint8_t *body) =
    \at(r->tee_tcb_svn, L) == body + 0 && \at(r->mrseam, L) == body + 16 &&
    \at(r->mrsignerseam, L) == body + 64 && \at(r->seam_attributes, L) == body + 112 &&
    \at(r->td_attributes, L) == body + 120 && \at(r->xfam, L) == body + 128 &&
    \at(r->mrtd, L) == body + 136 && \at(r->mrconfigid, L) == body + 184 &&
    \at(r->mrowner, L) == body + 232 && \at(r->mrownerconfig, L) == body + 280 &&
    \at(r->rtmr, L) == body + 328 && \at(r->report_data, L) == body + 520;
*/

/*@
  requires report:  \valid(report);
  requires body:    \valid_read(body + (0 .. POBF_QUOTE_SGX_BYTES - 1));
  requires apart:   \separated(report, body + (0 .. POBF_QUOTE_SGX_BYTES - 1));
  terminates        \true;
  exits             \false;
  assigns           *report;
  ensures  places:  sgx_report_of(report, body);
*/
void pobf_sgx_report_read(struct pobf_sgx_report *report, const uint8_t *body);

/* `type` is POBF_QUOTE_TD10 or POBF_QUOTE_TD15. */
/*@
  requires report:  \valid(report);
  requires type:    type == POBF_QUOTE_TD10 || type == POBF_QUOTE_TD15;
  requires body:    \valid_read(body + (0 .. quote_body_size(type) - 1));
  requires apart:   \separated(report, body + (0 .. quote_body_size(type) - 1));
  terminates        \true;
  exits             \false;
  assigns           *report;
  ensures  places:  td_report_of(report, body);
  ensures  later:   type == POBF_QUOTE_TD15 ==>
                    report->tee_tcb_svn2 == body + 584 && report->mrservicetd == body + 600;
  ensures  absent:  type == POBF_QUOTE_TD10 ==>
                    report->tee_tcb_svn2 == \null && report->mrservicetd == \null;
*/
void pobf_td_report_read(struct pobf_td_report *report, const uint8_t *body,
                         enum pobf_quote_body type);

#endif
