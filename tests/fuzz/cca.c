#include "framework/wire/cca.h"
#include "framework/wire/sign1.h"
#include "tests/fuzz/foreign.h"

size_t seed(uint8_t *out, size_t room)
{
    return foreign_seed(out, room, foreign_cca);
}

static void parse_platform(const uint8_t *bytes, size_t size, const struct pobf_span *token)
{
    struct pobf_sign1 sign1;
    struct pobf_cca_platform platform;

    memset(&platform, 0, sizeof platform);
    if (pobf_sign1_parse(&sign1, bytes, token, POBF_SIGN1_TAGGED) == POBF_OK &&
        pobf_cca_platform_parse(&platform, bytes, &sign1.payload) == POBF_OK) {
        promise_inside(&platform.claim[POBF_CCA_CHALLENGE], size);
        promise(pobf_component_count(bytes, &platform.claim[POBF_CCA_COMPONENTS]) > 0);
    } else {
        promise(fuzz_all_zero(&platform, sizeof platform));
    }
}

static void parse_realm(const uint8_t *bytes, size_t size, const struct pobf_span *token)
{
    struct pobf_sign1 sign1;
    struct pobf_cca_realm realm;
    struct pobf_span span;

    memset(&realm, 0, sizeof realm);
    if (pobf_sign1_parse(&sign1, bytes, token, POBF_SIGN1_TAGGED) == POBF_OK &&
        pobf_cca_realm_parse(&realm, bytes, &sign1.payload) == POBF_OK) {
        for (size_t i = 0; i < POBF_CCA_COORDINATES; i++) {
            promise_inside(&realm.point[i], size);
            promise(realm.point[i].size == POBF_CCA_NUMBER_BYTES);
        }
        promise(pobf_cca_register(&span, bytes, &realm.claim[POBF_CCA_REALM_REGISTERS],
                                  POBF_CCA_REGISTERS - 1));
    } else {
        promise(fuzz_all_zero(&realm, sizeof realm));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pobf_cca cca;

    memset(&cca, 0, sizeof cca);
    if (pobf_cca_parse(&cca, bytes, size) != POBF_OK) {
        promise(fuzz_all_zero(&cca, sizeof cca));
        return 0;
    }
    promise_inside(&cca.token[POBF_CCA_PLATFORM], size);
    promise_inside(&cca.token[POBF_CCA_REALM], size);
    parse_platform(bytes, size, &cca.token[POBF_CCA_PLATFORM]);
    parse_realm(bytes, size, &cca.token[POBF_CCA_REALM]);
    return 0;
}
