#include <stdio.h>
#include <string.h>

#include "verifier/dcap/dcap.h"

static const struct hardware_check checks[DCAP_COUNT] = {
#define X(name, id, field, mandatory, advice) [DCAP_##name] = {id, field, mandatory, advice},
    DCAP_CHECKS(X)
#undef X
};

struct check *dcap_check(struct dcap *dcap, enum dcap_place place)
{
    return hardware_check_at(dcap->appraisal, dcap->first + place);
}

int dcap_passed(const struct dcap *dcap, enum dcap_place place)
{
    return hardware_passed(dcap->appraisal, dcap->first + place);
}

int dcap_is_tdx(const struct dcap *dcap)
{
    return dcap->quote.body_type == POBF_QUOTE_TD10 || dcap->quote.body_type == POBF_QUOTE_TD15;
}

static void say_enclave(struct dcap *dcap)
{
    const struct pobf_sgx_report *sgx = &dcap->sgx;
    struct hardware_found *found = &dcap->appraisal->found;
    json_t *claims = found->claims;

    hardware_data_set(&found->report_data, sgx->report_data, 64);
    hardware_data_set(&found->measurement, sgx->mrenclave, 32);
    found->debug = (sgx->attributes[0] & POBF_SGX_FLAG_DEBUG) != 0;
    hardware_claim_bytes(claims, "mrenclave", sgx->mrenclave, 32);
    hardware_claim_bytes(claims, "mrsigner", sgx->mrsigner, 32);
    hardware_claim_bytes(claims, "attributes", sgx->attributes, 16);
    hardware_claim_bytes(claims, "cpu_svn", sgx->cpu_svn, 16);
    hardware_claim_bytes(claims, "config_id", sgx->config_id, 64);
    hardware_claim_bytes(claims, "family_id", sgx->family_id, 16);
    hardware_claim_number(claims, "isv_prod_id", sgx->isv_prod_id);
    hardware_claim_number(claims, "isv_svn", sgx->isv_svn);
    hardware_claim_number(claims, "config_svn", sgx->config_svn);
    hardware_claim_number(claims, "misc_select", sgx->misc_select);
}

static void say_domain(struct dcap *dcap)
{
    const struct pobf_td_report *td = &dcap->td;
    struct hardware_found *found = &dcap->appraisal->found;
    json_t *claims = found->claims;
    char name[] = "rtmr0";

    hardware_data_set(&found->report_data, td->report_data, 64);
    hardware_data_set(&found->measurement, td->mrtd, 48);
    found->debug = (td->td_attributes[0] & 1) != 0;
    hardware_claim_bytes(claims, "mrtd", td->mrtd, 48);
    for (size_t i = 0; i < POBF_RTMR_COUNT; i++, name[4]++) {
        hardware_claim_bytes(claims, name, td->rtmr + i * POBF_RTMR_BYTES, POBF_RTMR_BYTES);
    }
    hardware_claim_bytes(claims, "mrseam", td->mrseam, 48);
    hardware_claim_bytes(claims, "mrsignerseam", td->mrsignerseam, 48);
    hardware_claim_bytes(claims, "seam_attributes", td->seam_attributes, 8);
    hardware_claim_bytes(claims, "td_attributes", td->td_attributes, 8);
    hardware_claim_bytes(claims, "xfam", td->xfam, 8);
    hardware_claim_bytes(claims, "mrconfigid", td->mrconfigid, 48);
    hardware_claim_bytes(claims, "mrowner", td->mrowner, 48);
    hardware_claim_bytes(claims, "mrownerconfig", td->mrownerconfig, 48);
    hardware_claim_bytes(claims, "tee_tcb_svn", td->tee_tcb_svn, 16);
    if (td->tee_tcb_svn2 != NULL) {
        hardware_claim_bytes(claims, "tee_tcb_svn2", td->tee_tcb_svn2, 16);
        hardware_claim_bytes(claims, "mrservicetd", td->mrservicetd, 48);
    }
}

/* Who asks for one TEE is not content with the other; evidence around a quote may hold either. */
static void judge_tee(struct dcap *dcap)
{
    const char *wanted = dcap->appraisal->platform;
    const char *seen = dcap_is_tdx(dcap) ? "tdx" : "sgx";
    const int is_other = strcmp(wanted, dcap_is_tdx(dcap) ? "sgx" : "tdx") == 0;

    check_judge(dcap_check(dcap, DCAP_TEE), !is_other, is_other ? wanted : seen, seen);
}

static void say_what_it_says(struct dcap *dcap)
{
    const struct pobf_quote *quote = &dcap->quote;

    hardware_claim_number(dcap->appraisal->found.claims, "version", quote->version);
    pobf_sgx_report_read(&dcap->qe, quote->qe_report);
    if (dcap_is_tdx(dcap)) {
        pobf_td_report_read(&dcap->td, quote->body, quote->body_type);
        say_domain(dcap);
    } else {
        pobf_sgx_report_read(&dcap->sgx, quote->body);
        say_enclave(dcap);
    }
    dcap->appraisal->found.debug_is_known = 1;
    dcap_check(dcap, DCAP_MODULE)->mandatory = dcap_is_tdx(dcap);
}

static int all_passed(const struct dcap *dcap)
{
    for (size_t i = 0; i < DCAP_COUNT; i++) {
        if (checks[i].mandatory && !dcap_passed(dcap, (enum dcap_place)i)) {
            return 0;
        }
    }
    return !dcap_is_tdx(dcap) || dcap_passed(dcap, DCAP_MODULE);
}

int dcap_appraise_quote(struct hardware_appraisal *appraisal, const uint8_t *bytes, size_t size)
{
    struct dcap dcap = {.appraisal = appraisal};
    char seen[CHECK_TEXT_ROOM];
    enum pobf_status status;

    dcap.first = hardware_list(appraisal, checks, DCAP_COUNT);
    status = pobf_quote_parse(&dcap.quote, bytes, size);
    snprintf(seen, sizeof seen, "%zu bytes%s", size, status == POBF_OK ? "" : " of another layout");
    check_judge(dcap_check(&dcap, DCAP_PARSE), status == POBF_OK,
                "version 3, 4 or 5, all parts whole", seen);
    if (status == POBF_OK) {
        judge_tee(&dcap);
        say_what_it_says(&dcap);
        dcap_open_roots(&dcap);
        collateral_open(&dcap.collateral, appraisal);
        dcap_verify(&dcap);
        dcap_validate(&dcap);
        collateral_close(&dcap.collateral);
        certs_clear(&dcap.own);
    }
    return all_passed(&dcap);
}

/* The version and the type of the TEE, as the header says them. */
static int detect(const uint8_t *bytes, size_t size, uint8_t tee)
{
    return size > POBF_QUOTE_HEADER_BYTES && bytes[0] >= 3 && bytes[0] <= 5 && bytes[1] == 0 &&
           bytes[3] == 0 && bytes[4] == tee && bytes[5] == 0 && bytes[6] == 0 && bytes[7] == 0;
}

static int detect_sgx(const uint8_t *bytes, size_t size)
{
    return detect(bytes, size, 0);
}

static int detect_tdx(const uint8_t *bytes, size_t size)
{
    return detect(bytes, size, 0x81);
}

static void appraise(struct hardware_appraisal *appraisal)
{
    const struct hardware_item *evidence = &appraisal->input->evidence;

    (void)dcap_appraise_quote(appraisal, evidence->bytes, evidence->size);
}

const struct hardware_platform sgx_platform = {"sgx", detect_sgx, appraise};
const struct hardware_platform tdx_platform = {"tdx", detect_tdx, appraise};
