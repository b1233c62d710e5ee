#include "verifier/arm/arm.h"

#include <stdio.h>

#include "framework/wire/component.h"

enum { LIFECYCLE_STATE = 0xff00, LIFECYCLE_SECURED = 0x3000 };

void arm_judge_lifecycle(struct hardware_appraisal *appraisal, size_t place, uint64_t lifecycle)
{
    const int secured = (lifecycle & LIFECYCLE_STATE) == LIFECYCLE_SECURED;
    char seen[CHECK_TEXT_ROOM];

    snprintf(seen, sizeof seen, "0x%04llx", (unsigned long long)lifecycle);
    check_judge(hardware_check_at(appraisal, place), secured, "0x3000 to 0x30ff: secured", seen);
    appraisal->found.debug = !secured;
    appraisal->found.debug_is_known = 1;
    hardware_claim_number(appraisal->found.claims, "lifecycle", lifecycle);
}

void arm_claim_bytes(json_t *claims, const char *name, const uint8_t *bytes,
                     const struct pobf_span *span)
{
    if (span->size != 0) {
        hardware_claim_bytes(claims, name, bytes + span->at, span->size);
    }
}

/* jansson refuses what is not UTF-8: then there is no such claim. */
void arm_claim_text(json_t *claims, const char *name, const uint8_t *bytes,
                    const struct pobf_span *span)
{
    if (span->size != 0) {
        json_object_set_new(claims, name, json_stringn((const char *)bytes + span->at, span->size));
    }
}

json_t *arm_components(const uint8_t *bytes, const struct pobf_span *components)
{
    json_t *list = json_array();
    struct pobf_component component;

    for (size_t i = 0; pobf_component_read(&component, bytes, components, i); i++) {
        json_t *one = json_object();

        arm_claim_text(one, "type", bytes, &component.type);
        arm_claim_bytes(one, "measurement", bytes, &component.measurement);
        arm_claim_text(one, "version", bytes, &component.version);
        arm_claim_bytes(one, "signer", bytes, &component.signer);
        arm_claim_text(one, "algorithm", bytes, &component.algorithm);
        json_array_append_new(list, one);
    }
    return list;
}
