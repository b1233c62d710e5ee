#include "framework/wire/snp_report.h"

#include "framework/core/bytes.h"
#include "framework/wire/fixed.h"

/* Nothing but zeros where this version knows no field, in the signature's part too. */
/*@
  requires bytes:  \valid_read(bytes + (0 .. POBF_SNP_REPORT_BYTES - 1));
  terminates       \true;
  exits            \false;
  assigns          \nothing;
  ensures  range:  \result == 0 || \result == 1;
*/
static int reserved_are_zero(const uint8_t *bytes, uint32_t version)
{
    const size_t cpu = version < 3 ? 0x188 : 0x18b;
    const size_t last = version < 5 ? 0x1f8 : 0x208;

    return pobf_bytes_are_zero(bytes + 0x4c, 4) && pobf_bytes_are_zero(bytes + cpu, 0x1a0 - cpu) &&
           bytes[0x1eb] == 0 && bytes[0x1ef] == 0 &&
           pobf_bytes_are_zero(bytes + last, POBF_SNP_SIGNED_BYTES - last) &&
           pobf_bytes_are_zero(bytes + 0x330, POBF_SNP_REPORT_BYTES - 0x330);
}

/*@
  requires report:   \valid(report);
  requires bytes:    \valid_read(bytes + (0 .. POBF_SNP_REPORT_BYTES - 1));
  requires apart:    \separated(report, bytes + (0 .. POBF_SNP_REPORT_BYTES - 1));
  terminates         \true;
  exits              \false;
  assigns            *report;
*/
static void read_numbers(struct pobf_snp_report *report, const uint8_t *bytes)
{
    report->guest_svn = pobf_fixed_u32(bytes + 0x04);
    report->policy = pobf_fixed_u64(bytes + 0x08);
    report->vmpl = pobf_fixed_u32(bytes + 0x30);
    report->signature_algorithm = pobf_fixed_u32(bytes + 0x34);
    report->platform_info = pobf_fixed_u64(bytes + 0x40);
    report->signing_key = pobf_fixed_u32(bytes + 0x48) / 4 % 8;
    report->family = bytes[0x188];
    report->model = bytes[0x189];
    report->stepping = bytes[0x18a];
}

/*@
  requires report:   \valid(report);
  requires bytes:    \valid_read(bytes + (0 .. POBF_SNP_REPORT_BYTES - 1));
  requires apart:    \separated(report, bytes + (0 .. POBF_SNP_REPORT_BYTES - 1));
  terminates         \true;
  exits              \false;
  assigns            *report;
  ensures  places:   snp_report_of(report, bytes);
*/
static void point_at_fields(struct pobf_snp_report *report, const uint8_t *bytes)
{
    report->family_id = bytes + 0x10;
    report->image_id = bytes + 0x20;
    report->current_tcb = bytes + 0x38;
    report->report_data = bytes + 0x50;
    report->measurement = bytes + 0x90;
    report->host_data = bytes + 0xc0;
    report->id_key_digest = bytes + 0xe0;
    report->author_key_digest = bytes + 0x110;
    report->report_id = bytes + 0x140;
    report->report_id_ma = bytes + 0x160;
    report->reported_tcb = bytes + 0x180;
    report->chip_id = bytes + 0x1a0;
    report->committed_tcb = bytes + 0x1e0;
    report->launch_tcb = bytes + 0x1f0;
    report->r = bytes + 0x2a0;
    report->s = bytes + 0x2e8;
}

/*@
  requires report:   \valid(report);
  terminates         \true;
  exits              \false;
  assigns            report->version, report->guest_svn, report->policy, report->vmpl;
  assigns            report->signature_algorithm, report->platform_info, report->signing_key;
  assigns            report->family, report->model, report->stepping;
  ensures  numbers:   no_snp_numbers(report);
*/
static void clear_numbers(struct pobf_snp_report *report)
{
    report->version = 0;
    report->guest_svn = 0;
    report->policy = 0;
    report->vmpl = 0;
    report->signature_algorithm = 0;
    report->platform_info = 0;
    report->signing_key = 0;
    report->family = 0;
    report->model = 0;
    report->stepping = 0;
}

/*@
  requires report:   \valid(report);
  terminates         \true;
  exits              \false;
  assigns            report->family_id, report->image_id, report->current_tcb;
  assigns            report->reported_tcb, report->committed_tcb, report->launch_tcb;
  assigns            report->report_data, report->measurement;
  ensures  places:    no_snp_places(report);
*/
static void clear_places(struct pobf_snp_report *report)
{
    report->family_id = NULL;
    report->image_id = NULL;
    report->current_tcb = NULL;
    report->reported_tcb = NULL;
    report->committed_tcb = NULL;
    report->launch_tcb = NULL;
    report->report_data = NULL;
    report->measurement = NULL;
}

/*@
  requires report:   \valid(report);
  terminates         \true;
  exits              \false;
  assigns            report->host_data, report->id_key_digest, report->author_key_digest;
  assigns            report->report_id, report->report_id_ma, report->chip_id, report->r;
  assigns            report->s;
  ensures  ids:       no_snp_ids(report);
*/
static void clear_identities(struct pobf_snp_report *report)
{
    report->host_data = NULL;
    report->id_key_digest = NULL;
    report->author_key_digest = NULL;
    report->report_id = NULL;
    report->report_id_ma = NULL;
    report->chip_id = NULL;
    report->r = NULL;
    report->s = NULL;
}

/*@
  requires report:   \valid(report);
  terminates         \true;
  exits              \false;
  assigns            *report;
  ensures  numbers:  no_snp_numbers(report);
  ensures  places:   no_snp_places(report);
  ensures  ids:      no_snp_ids(report);
*/
static void clear(struct pobf_snp_report *report)
{
    clear_numbers(report);
    clear_places(report);
    clear_identities(report);
}

enum pobf_status pobf_snp_report_parse(struct pobf_snp_report *report, const uint8_t *bytes,
                                       size_t size)
{
    uint32_t version;

    clear(report);
    if (size != POBF_SNP_REPORT_BYTES) {
        return POBF_E_INPUT;
    }
    version = pobf_fixed_u32(bytes);
    if ((version != 2 && version != 3 && version != 5) || !reserved_are_zero(bytes, version)) {
        return POBF_E_INPUT;
    }
    read_numbers(report, bytes);
    point_at_fields(report, bytes);
    report->version = version;
    return POBF_OK;
}
