#include <stdio.h>

#include "verifier/snp/snp.h"

static const struct hardware_check checks[SNP_COUNT] = {
#define X(name, id, field, mandatory, advice) [SNP_##name] = {id, field, mandatory, advice},
    SNP_CHECKS(X)
#undef X
};

struct check *snp_check(struct snp *snp, enum snp_place place)
{
    return hardware_check_at(snp->appraisal, snp->first + place);
}

int snp_passed(const struct snp *snp, enum snp_place place)
{
    return hardware_passed(snp->appraisal, snp->first + place);
}

static int has_bit(uint64_t number, int bit)
{
    return (number >> bit & 1) != 0;
}

static void claim_fields(json_t *claims, const struct pobf_snp_report *report)
{
    hardware_claim_number(claims, "version", report->version);
    hardware_claim_number(claims, "guest_svn", report->guest_svn);
    hardware_claim_number(claims, "vmpl", report->vmpl);
    json_object_set_new(claims, "smt", json_boolean(has_bit(report->policy, POBF_SNP_POLICY_SMT)));
    json_object_set_new(claims, "migration",
                        json_boolean(has_bit(report->policy, POBF_SNP_POLICY_MIGRATION)));
    json_object_set_new(claims, "single_socket",
                        json_boolean(has_bit(report->policy, POBF_SNP_POLICY_SINGLE_SOCKET)));
    hardware_claim_bytes(claims, "family_id", report->family_id, 16);
    hardware_claim_bytes(claims, "image_id", report->image_id, 16);
    hardware_claim_bytes(claims, "host_data", report->host_data, 32);
    hardware_claim_bytes(claims, "id_key_digest", report->id_key_digest, 48);
    hardware_claim_bytes(claims, "author_key_digest", report->author_key_digest, 48);
    hardware_claim_bytes(claims, "report_id", report->report_id, 32);
    hardware_claim_bytes(claims, "report_id_ma", report->report_id_ma, 32);
    hardware_claim_bytes(claims, "chip_id", report->chip_id, POBF_SNP_CHIP_ID_BYTES);
    hardware_claim_bytes(claims, "current_tcb", report->current_tcb, POBF_SNP_TCB_BYTES);
    hardware_claim_bytes(claims, "committed_tcb", report->committed_tcb, POBF_SNP_TCB_BYTES);
    hardware_claim_bytes(claims, "launch_tcb", report->launch_tcb, POBF_SNP_TCB_BYTES);
}

/* AMD publishes no verdict on firmware: a policy's minimum_tcb is what there is to judge it by. */
static void say_what_it_says(struct snp *snp)
{
    struct hardware_found *found = &snp->appraisal->found;
    const struct pobf_snp_report *report = &snp->report;

    hardware_data_set(&found->report_data, report->report_data, 64);
    hardware_data_set(&found->measurement, report->measurement, 48);
    found->debug = has_bit(report->policy, POBF_SNP_POLICY_DEBUG);
    found->debug_is_known = 1;
    found->tcb_status = TCB_UNRATED;
    claim_fields(found->claims, report);
}

static int all_passed(const struct snp *snp)
{
    for (size_t i = 0; i < SNP_COUNT; i++) {
        if (checks[i].mandatory && !snp_passed(snp, (enum snp_place)i)) {
            return 0;
        }
    }
    return 1;
}

int snp_appraise_report(struct hardware_appraisal *appraisal, const uint8_t *bytes, size_t size)
{
    struct snp snp = {.appraisal = appraisal, .bytes = bytes};
    char seen[CHECK_TEXT_ROOM];
    enum pobf_status status;

    snp.first = hardware_list(appraisal, checks, SNP_COUNT);
    status = pobf_snp_report_parse(&snp.report, bytes, size);
    snprintf(seen, sizeof seen, "%zu bytes%s", size,
             status == POBF_OK ? "" : ", or another version, or reserved bytes that are not zero");
    check_judge(snp_check(&snp, SNP_PARSE), status == POBF_OK,
                "1184 bytes, version 2, 3 or 5, nothing left over", seen);
    if (status == POBF_OK) {
        say_what_it_says(&snp);
        snp_verify(&snp);
        snp_validate(&snp);
    }
    return all_passed(&snp);
}

static int detect(const uint8_t *bytes, size_t size)
{
    return size == POBF_SNP_REPORT_BYTES && bytes[0] >= 2 && bytes[0] <= 5 && bytes[1] == 0 &&
           bytes[2] == 0 && bytes[3] == 0;
}

static void appraise(struct hardware_appraisal *appraisal)
{
    const struct hardware_item *evidence = &appraisal->input->evidence;

    (void)snp_appraise_report(appraisal, evidence->bytes, evidence->size);
}

const struct hardware_platform snp_platform = {"snp", detect, appraise};
