#include "verifier/client/inspect_enclave.h"

#include <stdio.h>

#include "edge/cli/object.h"
#include "verifier/client/input.h"
#include "verifier/client/verdict.h"
#include "verifier/report/claims.h"
#include "verifier/sgx/sgx.h"

static void say_enclave(json_t *facts, const struct sgx_enclave *enclave)
{
    json_object_set_new(facts, "mrenclave", claims_hex(enclave->mrenclave, SGX_DIGEST_BYTES));
    json_object_set_new(facts, "size", json_integer((json_int_t)enclave->size));
    json_object_set_new(facts, "ssa_frame_pages",
                        json_integer((json_int_t)enclave->ssa_frame_pages));
    json_object_set_new(facts, "pages", json_integer((json_int_t)enclave->pages));
    json_object_set_new(facts, "measured_bytes", json_integer((json_int_t)(256 * enclave->chunks)));
}

static void say_sigstruct(json_t *facts, const struct sgx_sigstruct *sigstruct)
{
    json_object_set_new(facts, "mrsigner", claims_hex(sigstruct->mrsigner, SGX_DIGEST_BYTES));
    json_object_set_new(facts, "date", json_sprintf("%08x", sigstruct->date));
    json_object_set_new(facts, "isv_prod_id", json_integer(sigstruct->product));
    json_object_set_new(facts, "isv_svn", json_integer(sigstruct->version));
    json_object_set_new(facts, "allows_debug", json_boolean(sigstruct->allows_debug));
    json_object_set_new(facts, "attributes",
                        json_sprintf("%016llx of %016llx, xfrm %016llx of %016llx",
                                     (unsigned long long)sigstruct->flags,
                                     (unsigned long long)sigstruct->flags_mask,
                                     (unsigned long long)sigstruct->xfrm,
                                     (unsigned long long)sigstruct->xfrm_mask));
}

static void judge(struct checks *checks, json_t *facts, const struct input *stream,
                  const struct input *sigstruct)
{
    struct check *measured =
        checks_add(checks, "sgx.measurement", 1, "give an .sgxs stream, whole");
    struct sgx_enclave enclave;
    struct sgx_sigstruct signer;
    const char *defect = NULL;
    const enum pobf_status status = sgx_measure(&enclave, &defect, stream->bytes, stream->size);

    check_judge(measured, status == POBF_OK, "ECREATE, EADD, EEXTEND, in order",
                defect != NULL ? defect : "just that");
    if (status == POBF_OK) {
        say_enclave(facts, &enclave);
    }
    if (sigstruct->bytes != NULL) {
        sgx_judge_sigstruct(&signer, checks, sigstruct->bytes, sigstruct->size,
                            status == POBF_OK ? &enclave : NULL);
        say_sigstruct(facts, &signer);
    }
}

static int tell(const struct checks *checks, json_t *facts, int as_json)
{
    const enum checks_verdict verdict = checks_verdict(checks);
    const int code = checks_exit_code(verdict);

    if (as_json) {
        object_print(json_pack("{s:s, s:b, s:s, s:i, s:o, s:o}", "kind", "SGX enclave", "judged", 1,
                               "verdict", checks_verdict_word(verdict), "exit_code", code, "checks",
                               checks_json(checks), "says", facts));
        return code;
    }
    checks_print(checks, 1);
    json_dumpf(facts, stdout, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
    printf("\nSGX enclave: %s\n", checks_verdict_word(verdict));
    json_decref(facts);
    return code;
}

int inspect_enclave(const char *stream, const char *sigstruct, int as_json)
{
    static struct checks checks;
    struct input enclave;
    struct input signature = {NULL, 0};
    json_t *facts = json_object();
    int code = input_read(&enclave, stream);

    if (code == INPUT_GO_ON) {
        code = input_read(&signature, sigstruct);
    }
    if (code == INPUT_GO_ON) {
        judge(&checks, facts, &enclave, &signature);
        code = tell(&checks, facts, as_json);
    } else {
        json_decref(facts);
    }
    input_free(&enclave);
    input_free(&signature);
    return code;
}
