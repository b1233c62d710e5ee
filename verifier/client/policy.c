#include "verifier/client/policy.h"

#include <string.h>

#include "edge/cli/talk.h"
#include "verifier/trust/trust.h"

static int load_reference(struct policy *policy)
{
    struct input file;
    const char *defect;
    int code = input_read(&file, policy->reference_path);

    if (code == INPUT_GO_ON &&
        reference_parse(&policy->reference, file.bytes, file.size, &defect) != POBF_OK) {
        code = talk_error(POBF_E_MISSING, policy->reference_path, defect);
    }
    input_free(&file);
    return code;
}

int policy_load(struct policy *policy)
{
    int code = INPUT_GO_ON;

    if (policy->certificate_key_path != NULL && policy->certificate_path == NULL &&
        !policy->takes_operand) {
        return talk_error(POBF_E_USAGE, "--certificate-key", "needs --certificate");
    }
    if (policy->reference_path != NULL) {
        code = load_reference(policy);
    }
    if (code == INPUT_GO_ON) {
        code = input_read(&policy->certificate, policy->certificate_path);
    }
    if (code == INPUT_GO_ON && policy->certificate_key_path != NULL) {
        code = input_key(&policy->certificate_key, policy->certificate_key_path);
    }
    return code;
}

void policy_close(struct policy *policy)
{
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
    };
}
