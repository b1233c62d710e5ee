#include "framework/wire/hcl.h"

#include "framework/core/bytes.h"
#include "framework/wire/fixed.h"

enum { HEADER_BYTES = 32, REPORT_BYTES = 1184, HEAD_BYTES = 20, JSON_AT = 1236 };
#define SIGNATURE 0x414c4348U /* "HCLA" */

/* What is constant in the header. */
/*@
  requires bytes:  \valid_read(bytes + (0 .. HEADER_BYTES - 1));
  terminates       \true;
  exits            \false;
  assigns          \nothing;
*/
static int is_header(const uint8_t *bytes)
{
    const uint32_t version = pobf_fixed_u32(bytes + 4);

    return pobf_fixed_u32(bytes) == SIGNATURE && (version == 1 || version == 2) &&
           pobf_fixed_u32(bytes + 12) == 2 && pobf_bytes_are_zero(bytes + 16, 16);
}

enum pobf_status pobf_hcl_parse(struct pobf_hcl *hcl, const uint8_t *bytes, size_t size)
{
    const uint8_t *head = bytes + HEADER_BYTES + REPORT_BYTES;
    size_t json;

    hcl->report_type = 0;
    hcl->hash_type = 0;
    pobf_span_clear(&hcl->report);
    pobf_span_clear(&hcl->runtime);
    if (size < JSON_AT || !is_header(bytes)) {
        return POBF_E_INPUT;
    }
    json = pobf_fixed_u32(head + 16);
    if (json == 0 || json > size - JSON_AT || pobf_fixed_u32(head) != json + HEAD_BYTES ||
        pobf_fixed_u32(head + 4) != 1 ||
        !pobf_bytes_are_zero(head + HEAD_BYTES + json, size - JSON_AT - json)) {
        return POBF_E_INPUT;
    }
    hcl->report_type = pobf_fixed_u32(head + 8);
    hcl->hash_type = pobf_fixed_u32(head + 12);
    hcl->report.at = HEADER_BYTES;
    hcl->report.size = REPORT_BYTES;
    hcl->runtime.at = JSON_AT;
    hcl->runtime.size = json;
    return POBF_OK;
}
