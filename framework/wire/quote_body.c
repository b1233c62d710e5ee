#include "framework/wire/quote_body.h"

#include "framework/wire/fixed.h"

void pobf_sgx_report_read(struct pobf_sgx_report *report, const uint8_t *body)
{
    report->misc_select = pobf_fixed_u32(body + 16);
    report->isv_prod_id = pobf_fixed_u16(body + 256);
    report->isv_svn = pobf_fixed_u16(body + 258);
    report->config_svn = pobf_fixed_u16(body + 260);
    report->cpu_svn = body;
    report->attributes = body + 48;
    report->mrenclave = body + 64;
    report->mrsigner = body + 128;
    report->config_id = body + 192;
    report->family_id = body + 304;
    report->report_data = body + 320;
}

void pobf_td_report_read(struct pobf_td_report *report, const uint8_t *body,
                         enum pobf_quote_body type)
{
    report->tee_tcb_svn = body;
    report->mrseam = body + 16;
    report->mrsignerseam = body + 64;
    report->seam_attributes = body + 112;
    report->td_attributes = body + 120;
    report->xfam = body + 128;
    report->mrtd = body + 136;
    report->mrconfigid = body + 184;
    report->mrowner = body + 232;
    report->mrownerconfig = body + 280;
    report->rtmr = body + 328;
    report->report_data = body + 520;
    report->tee_tcb_svn2 = type == POBF_QUOTE_TD15 ? body + 584 : NULL;
    report->mrservicetd = type == POBF_QUOTE_TD15 ? body + 600 : NULL;
}
