#include "verifier/hardware/hardware.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "verifier/hardware/common.h"

size_t hardware_list(struct hardware_appraisal *appraisal, const struct hardware_check *checks,
                     size_t count)
{
    const size_t first = appraisal->checks.count;

    for (size_t i = 0; i < count; i++) {
        struct check *check =
            checks_add(&appraisal->checks, checks[i].id, checks[i].mandatory, checks[i].advice);

        check->field = checks[i].field;
    }
    return first;
}

struct check *hardware_check_at(struct hardware_appraisal *appraisal, size_t place)
{
    static struct check spare;

    return place < appraisal->checks.count ? &appraisal->checks.item[place] : &spare;
}

int hardware_passed(const struct hardware_appraisal *appraisal, size_t place)
{
    return place < appraisal->checks.count && appraisal->checks.item[place].result == CHECK_PASS;
}

const struct certs *hardware_roots(const struct hardware_appraisal *appraisal, struct certs *own,
                                   enum roots vendor)
{
    if (appraisal->input->roots != NULL) {
        return appraisal->input->roots;
    }
    return roots_add(own, vendor) == POBF_OK ? own : NULL;
}

void hardware_data_set(struct hardware_data *data, const uint8_t *bytes, size_t size)
{
    memset(data, 0, sizeof *data);
    if (size <= sizeof data->bytes) {
        memcpy(data->bytes, bytes, size);
        data->size = size;
    }
}

void hardware_claim_bytes(json_t *claims, const char *name, const uint8_t *bytes, size_t size)
{
    char text[2 * HARDWARE_CLAIM_MAX + 1];

    if (size <= HARDWARE_CLAIM_MAX) {
        json_object_set_new(claims, name,
                            json_string(sodium_bin2hex(text, sizeof text, bytes, size)));
    }
}

void hardware_claim_number(json_t *claims, const char *name, uint64_t number)
{
    json_object_set_new(claims, name, json_integer((json_int_t)number));
}

void hardware_claim_text(json_t *claims, const char *name, const char *text)
{
    json_object_set_new(claims, name, json_string(text));
}

void hardware_advisory(struct hardware_appraisal *appraisal, const char *name)
{
    struct hardware_found *found = &appraisal->found;

    for (size_t i = 0; i < found->advisory_count; i++) {
        if (strcmp(found->advisories[i], name) == 0) {
            return;
        }
    }
    if (found->advisory_count == HARDWARE_ADVISORIES_MAX ||
        strlen(name) >= HARDWARE_ADVISORY_ROOM) {
        appraisal->checks.overflow = 1; /* one that cannot be listed cannot be judged */
        return;
    }
    snprintf(found->advisories[found->advisory_count++], HARDWARE_ADVISORY_ROOM, "%s", name);
}

/* JSON, or a public key: the platform reads it. */
static int is_for_platform(const struct hardware_item *item)
{
    static const char key[] = "-----BEGIN PUBLIC KEY-----";

    return item->size > 0 &&
           (item->bytes[0] == '{' ||
            (item->size >= sizeof key - 1 && memcmp(item->bytes, key, sizeof key - 1) == 0));
}

/* Every certificate and list that came along. */
static size_t take_certs(struct certs *certs, const struct hardware_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_for_platform(&items[i]) &&
            certs_add(certs, items[i].bytes, items[i].size) != POBF_OK) {
            return i;
        }
    }
    return count;
}

static void judge_endorsements(struct hardware_appraisal *appraisal)
{
    const struct hardware_input *input = appraisal->input;
    const size_t endorsements =
        take_certs(&appraisal->certs, input->endorsements, input->endorsement_count);
    const size_t collateral =
        take_certs(&appraisal->certs, input->collateral, input->collateral_count);
    const int bad_endorsement = endorsements < input->endorsement_count;
    char seen[CHECK_TEXT_ROOM] = "just those";

    if (bad_endorsement || collateral < input->collateral_count) {
        snprintf(seen, sizeof seen, "%s %zu is neither, is damaged, or is one too many",
                 bad_endorsement ? "endorsement" : "collateral",
                 (bad_endorsement ? endorsements : collateral) + 1);
    }
    if (input->endorsement_count + input->collateral_count > 0) {
        check_judge(hardware_check_at(appraisal, COMMON_ENDORSEMENTS),
                    !bad_endorsement && collateral == input->collateral_count,
                    "certificates, revocation lists, JSON", seen);
    }
}

static const struct hardware_platform *platform_of(const char *name,
                                                   const struct hardware_item *evidence)
{
    return strcmp(name, "auto") == 0 ? platforms_detect(evidence->bytes, evidence->size)
                                     : hardware_find(name);
}

static void judge_format(struct hardware_appraisal *appraisal,
                         const struct hardware_platform *platform)
{
    const struct hardware_item *evidence = &appraisal->input->evidence;
    char seen[CHECK_TEXT_ROOM];

    snprintf(seen, sizeof seen, "%zu bytes that %s", evidence->size,
             platform == NULL ? "no platform prints" : "may be of it");
    check_judge(hardware_check_at(appraisal, COMMON_FORMAT), platform != NULL && evidence->size > 0,
                platform == NULL ? "evidence of a platform" : platform->name, seen);
}

void hardware_appraise(struct hardware_appraisal *appraisal, const struct hardware_input *input,
                       const char *platform)
{
    const struct hardware_platform *row = platform_of(platform, &input->evidence);

    *appraisal = (struct hardware_appraisal){.input = input, .accepted_until = INT64_MAX};
    appraisal->platform = row == NULL ? "" : row->name;
    appraisal->found.claims = json_object();
    common_list(appraisal);
    judge_endorsements(appraisal);
    judge_format(appraisal, row);
    if (hardware_passed(appraisal, COMMON_FORMAT)) {
        row->appraise(appraisal);
    }
    common_judge(appraisal);
    common_verdict(appraisal);
}

void hardware_clear(struct hardware_appraisal *appraisal)
{
    certs_clear(&appraisal->certs);
    json_decref(appraisal->found.claims);
    appraisal->found.claims = NULL;
}

int hardware_exit_code(const struct hardware_appraisal *appraisal)
{
    if (appraisal->accepted) {
        return 0;
    }
    return appraisal->verdict == HARDWARE_NONE ? 3 : 1;
}

const char *hardware_verdict_word(enum hardware_verdict verdict)
{
    switch (verdict) {
    case HARDWARE_AFFIRMING:
        return "affirming";
    case HARDWARE_WARNING:
        return "warning";
    case HARDWARE_CONTRAINDICATED:
        return "contraindicated";
    case HARDWARE_NONE:
    default:
        return "none";
    }
}
