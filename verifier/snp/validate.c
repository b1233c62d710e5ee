#include <stdio.h>
#include <string.h>

#include "framework/core/bytes.h"
#include "verifier/snp/snp.h"

enum { TURIN_CHIP_ID_BYTES = 8 };

/* The parts of a TCB version: the byte of the report, the extension of the VEK. */
static const struct part {
    const char *name;
    size_t at; /* before Turin; SIZE_MAX: it has none */
    size_t at_turin;
    const char *suffix;
} parts[] = {
    {"fmc", SIZE_MAX, 0, "3.9"}, {"bootloader", 0, 1, "3.1"}, {"tee", 1, 2, "3.2"},
    {"snp", 6, 3, "3.3"},        {"microcode", 7, 7, "3.8"},
};

enum { PART_COUNT = sizeof parts / sizeof parts[0] };

static enum snp_product product_of(const struct pobf_snp_report *report)
{
    if (report->family == 0x19) {
        return report->model < 0x10 ? SNP_MILAN
               : report->model < 0x20 || (report->model >= 0xa0 && report->model < 0xb0)
                   ? SNP_GENOA
                   : SNP_UNKNOWN;
    }
    return report->family == 0x1a && report->model < 0x20 ? SNP_TURIN : SNP_UNKNOWN;
}

/* A report of version 2 does not name its processor: it is the one of its key. */
static void judge_product(struct snp *snp)
{
    const enum snp_product seen =
        snp->report.version == 2 ? snp->product : product_of(&snp->report);

    if (snp->vek != NULL) {
        check_judge(snp_check(snp, SNP_PRODUCT), seen != SNP_UNKNOWN && seen == snp->product,
                    snp_product_name(snp->product), snp_product_name(seen));
        hardware_claim_text(snp->appraisal->found.claims, "product",
                            snp_product_name(snp->product));
    }
}

/* A DER INTEGER of 0 .. 255; -1 where it is not one. */
static int small_integer(X509 *vek, const char *suffix)
{
    const uint8_t *bytes;
    const size_t size = snp_extension(vek, suffix, &bytes);

    if (size == 3 && bytes[0] == 2 && bytes[1] == 1 && bytes[2] < 0x80) {
        return bytes[2];
    }
    if (size == 4 && bytes[0] == 2 && bytes[1] == 2 && bytes[2] == 0 && bytes[3] >= 0x80) {
        return bytes[3];
    }
    return -1;
}

static size_t place_of(const struct part *part, enum snp_product product)
{
    return product == SNP_TURIN ? part->at_turin : part->at;
}

static void claim_tcb(struct snp *snp)
{
    json_t *tcb = json_object();

    for (size_t i = 0; i < PART_COUNT; i++) {
        const size_t at = place_of(&parts[i], snp->product);

        if (at != SIZE_MAX) {
            hardware_claim_number(tcb, parts[i].name, snp->report.reported_tcb[at]);
        }
    }
    json_object_set_new(snp->appraisal->found.claims, "tcb", tcb);
}

/* The VEK is made for one TCB: the reported one, which the owner of the host may choose lower. */
static void judge_tcb(struct snp *snp)
{
    char expected[CHECK_TEXT_ROOM] = "";
    char seen[CHECK_TEXT_ROOM] = "";
    int same = snp->product != SNP_UNKNOWN;

    if (snp->vek == NULL) {
        return;
    }
    claim_tcb(snp);
    for (size_t i = 0; i < PART_COUNT; i++) {
        const size_t at = place_of(&parts[i], snp->product);
        const int wanted = small_integer(snp->vek, parts[i].suffix);
        const size_t used = strlen(expected);
        const size_t used_seen = strlen(seen);

        if (at != SIZE_MAX) {
            same = same && wanted == snp->report.reported_tcb[at];
            snprintf(expected + used, sizeof expected - used, "%s %d ", parts[i].name, wanted);
            snprintf(seen + used_seen, sizeof seen - used_seen, "%s %d ", parts[i].name,
                     snp->report.reported_tcb[at]);
        }
    }
    check_judge(snp_check(snp, SNP_TCB), same, expected, seen);
}

/* A VLEK is of a cloud, which it names, and of no chip. */
static void judge_cloud(struct snp *snp)
{
    const uint8_t *cloud;
    const size_t size = snp_extension(snp->vek, "5", &cloud);
    const uint8_t *chip;
    const int good = size > 2 && snp_extension(snp->vek, "4", &chip) == 0;

    check_judge(snp_check(snp, SNP_CHIP_ID), good, "the VLEK of a cloud, of no chip",
                good ? "the VLEK of a cloud, of no chip" : "a VLEK that names none, or a chip");
    if (good) {
        char name[CHECK_TEXT_ROOM];

        snprintf(name, sizeof name, "%.*s", (int)(size - 2), (const char *)cloud + 2);
        hardware_claim_text(snp->appraisal->found.claims, "cloud", name);
    }
}

/* Where the owner masks the chip, the key alone tells which it is: no other chip has it. */
static void judge_chip(struct snp *snp)
{
    const uint8_t *chip_id = snp->report.chip_id;
    const uint8_t *chip = NULL;
    const size_t wanted = snp->product == SNP_TURIN ? TURIN_CHIP_ID_BYTES : POBF_SNP_CHIP_ID_BYTES;
    const size_t size = snp_extension(snp->vek, "4", &chip);
    uint8_t padded[POBF_SNP_CHIP_ID_BYTES] = {0};

    if (size != wanted) {
        check_judge(snp_check(snp, SNP_CHIP_ID), 0, "a VCEK that names a chip", "none, or badly");
        return;
    }
    if (pobf_bytes_are_zero(chip_id, POBF_SNP_CHIP_ID_BYTES)) {
        check_judge(snp_check(snp, SNP_CHIP_ID), 1, "the chip of the VCEK, or masked", "masked");
        return;
    }
    memcpy(padded, chip, size);
    check_bytes(snp_check(snp, SNP_CHIP_ID), padded, chip_id, sizeof padded);
}

static void judge_guest(struct snp *snp)
{
    const struct pobf_snp_report *report = &snp->report;
    char policy[32];
    char vmpl[32];

    snprintf(policy, sizeof policy, "0x%llx", (unsigned long long)report->policy);
    snprintf(vmpl, sizeof vmpl, "%lu", (unsigned long)report->vmpl);
    check_judge(snp_check(snp, SNP_POLICY),
                (report->policy >> POBF_SNP_POLICY_ALWAYS & 1) != 0 && report->policy >> 26 == 0,
                "bit 17 set, bits 26 to 63 clear", policy);
    check_judge(snp_check(snp, SNP_VMPL), report->vmpl <= 3, "0, 1, 2 or 3", vmpl);
    hardware_claim_text(snp->appraisal->found.claims, "policy", policy);
}

void snp_validate(struct snp *snp)
{
    judge_product(snp);
    judge_tcb(snp);
    judge_guest(snp);
    if (snp->vek == NULL) {
        return;
    }
    if (snp->report.signing_key == POBF_SNP_KEY_VLEK) {
        judge_cloud(snp);
    } else {
        judge_chip(snp);
    }
}
