#include "verifier/client/policy.h"

#include <string.h>
#include <time.h>

#include "edge/cli/talk.h"
#include "verifier/trust/trust.h"

/* Its subjects are reference values: then it is the certificate that is relied on. */
static int take_certificate(struct policy *policy, const struct input *file)
{
    if (policy->certificate_path != NULL) {
        return talk_error(POBF_E_USAGE, policy->reference_path,
                          "is a certificate, and so is that of --certificate: give one");
    }
    policy->certificate = *file;
    policy->certificate_path = policy->reference_path;
    policy->reference_path = NULL;
    return INPUT_GO_ON;
}

static int load_reference(struct policy *policy)
{
    struct input file;
    const char *defect;
    int code = input_read(&file, policy->reference_path);

    if (code == INPUT_GO_ON && certificate_is(file.bytes, file.size)) {
        return take_certificate(policy, &file);
    }
    if (code == INPUT_GO_ON &&
        reference_parse(&policy->reference, file.bytes, file.size, &defect) != POBF_OK) {
        code = talk_error(POBF_E_MISSING, policy->reference_path, defect);
    }
    input_free(&file);
    return code;
}

/* The reference values of the platform itself, for evidence that has it vouch. */
static int load_platform_reference(struct policy *policy)
{
    int code;

    if (policy->platform_reference_key_path != NULL && policy->platform_reference_path == NULL) {
        return talk_error(POBF_E_USAGE, "--platform-reference-key", "needs --platform-reference");
    }
    code = input_read(&policy->platform_reference, policy->platform_reference_path);
    return code == INPUT_GO_ON
               ? input_read(&policy->platform_reference_key, policy->platform_reference_key_path)
               : code;
}

static int load_collateral(struct policy *policy)
{
    const int code =
        files_add_list(&policy->collateral, FILES_COLLATERAL, &policy->collateral_paths);

    return code == INPUT_GO_ON ? files_arrange(&policy->collateral) : code;
}

static int load_endorsements(struct policy *policy)
{
    int code = INPUT_GO_ON;

    for (size_t i = 0; i < policy->endorsement_paths.count && code == INPUT_GO_ON; i++) {
        code = input_read(&policy->endorsement[i], policy->endorsement_paths.value[i]);
        policy->endorsement_item[i] =
            (struct hardware_item){policy->endorsement[i].bytes, policy->endorsement[i].size};
    }
    return code;
}

static int load_platform_policy(struct policy *policy)
{
    struct input *file = &policy->platform_policy_file;
    const char *defect;
    int code;

    if (strcmp(policy->platform_policy_path, POLICY_AFFIRMING) == 0) {
        return INPUT_GO_ON;
    }
    code = input_read(file, policy->platform_policy_path);
    if (code == INPUT_GO_ON &&
        policy_parse(&policy->platform_policy, file->bytes, file->size, &defect) != POBF_OK) {
        code = talk_error(POBF_E_MISSING, policy->platform_policy_path, defect);
    }
    return code;
}

/* What a platform's evidence is judged by. Where nothing is given, none is accepted. */
static int load_platform(struct policy *policy)
{
    int code = load_endorsements(policy);

    policy_affirming(&policy->platform_policy);
    if (code == INPUT_GO_ON && policy->platform_policy_path != NULL) {
        code = load_platform_policy(policy);
    }
    if (code == INPUT_GO_ON) {
        code = load_platform_reference(policy);
    }
    if (code == INPUT_GO_ON) {
        code = load_collateral(policy);
    }
    policy->platform = (struct hardware_input){
        .endorsements = policy->endorsement_item,
        .endorsement_count = policy->endorsement_paths.count,
        .named_count = policy->endorsement_paths.count,
        .at = policy->at != 0 ? (int64_t)policy->at : (int64_t)time(NULL),
        .policy = &policy->platform_policy,
        .collateral = policy->collateral.item[FILES_COLLATERAL],
        .collateral_count = policy->collateral.item_count[FILES_COLLATERAL],
        .reference = {policy->platform_reference.bytes, policy->platform_reference.size},
        .reference_key = {policy->platform_reference_key.bytes,
                          policy->platform_reference_key.size},
    };
    return code;
}

static int load_certificate(struct policy *policy)
{
    int code = INPUT_GO_ON;

    if (policy->certificate_key_path != NULL && policy->certificate_path == NULL &&
        !policy->takes_operand) {
        return talk_error(POBF_E_USAGE, "--certificate-key", "needs --certificate");
    }
    if (policy->certificate.bytes == NULL) { /* else it was given as reference values */
        code = input_read(&policy->certificate, policy->certificate_path);
    }
    if (code == INPUT_GO_ON && policy->certificate_key_path != NULL) {
        code = input_public_key(&policy->certificate_key, policy->certificate_key_path);
    }
    return code;
}

int policy_load(struct policy *policy)
{
    int code;

    if (policy->at > INT64_MAX) {
        return talk_error(POBF_E_USAGE, "--at", "takes seconds since 1970");
    }
    code = load_platform(policy);
    if (code == INPUT_GO_ON && policy->reference_path != NULL) {
        code = load_reference(policy);
    }
    return code == INPUT_GO_ON ? load_certificate(policy) : code;
}

void policy_close(struct policy *policy)
{
    for (size_t i = 0; i < policy->endorsement_paths.count; i++) {
        input_free(&policy->endorsement[i]);
    }
    files_close(&policy->collateral);
    policy_clear(&policy->platform_policy);
    input_free(&policy->platform_policy_file);
    input_free(&policy->platform_reference);
    input_free(&policy->platform_reference_key);
    input_free(&policy->certificate);
    key_close(policy->certificate_key);
    policy->certificate_key = NULL;
}

struct appraisal_policy policy_of(const struct policy *policy)
{
    return (struct appraisal_policy){
        .reference = policy->reference_path != NULL ? &policy->reference : NULL,
        .certificate_key = policy->certificate_key,
        .sim_root = trust_sim_root,
        .accept_sim = policy->accept_sim,
        .platform = &policy->platform,
    };
}
