#include <string.h>
#include <strings.h>

#include <sodium.h>

#include "verifier/dcap/dcap.h"
#include "verifier/dcap/level.h"

enum { FIELD_MAX = 48, TCB_INFO_VERSION = 3, QE_IDENTITY_VERSION = 2 };

/* Hexadecimal of exactly `size` bytes. */
static int take_hex(uint8_t *bytes, size_t size, const json_t *object, const char *name)
{
    const char *hex = json_string_value(json_object_get(object, name));
    size_t taken = 0;

    return hex != NULL && sodium_hex2bin(bytes, size, hex, strlen(hex), NULL, &taken, NULL) == 0 &&
           taken == size;
}

static int has_bytes(const json_t *object, const char *name, const uint8_t *bytes, size_t size)
{
    uint8_t wanted[FIELD_MAX];

    return take_hex(wanted, size, object, name) && memcmp(wanted, bytes, size) == 0;
}

/* The same under a mask; bits outside it are not Intel's to say. */
static int has_masked(const json_t *object, const char *name, const char *mask_name,
                      const uint8_t *bytes, size_t size)
{
    uint8_t wanted[FIELD_MAX];
    uint8_t mask[FIELD_MAX];
    int same = take_hex(wanted, size, object, name) && take_hex(mask, size, object, mask_name);

    for (size_t i = 0; same && i < size; i++) {
        same = (bytes[i] & mask[i]) == (wanted[i] & mask[i]);
    }
    return same;
}

static int has_text(const json_t *object, const char *name, const char *text)
{
    const char *value = json_string_value(json_object_get(object, name));

    return value != NULL && strcmp(value, text) == 0;
}

static int has_number(const json_t *object, const char *name, uint32_t number)
{
    const json_t *value = json_object_get(object, name);

    return json_is_integer(value) && json_integer_value(value) == number;
}

/* Is the TCB info that of this processor and TEE? */
static void judge_tcb_match(struct dcap *dcap)
{
    const json_t *info = dcap->tcb_info->says;
    const char *defect = NULL;

    if (!has_text(info, "id", dcap_is_tdx(dcap) ? "TDX" : "SGX")) {
        defect = "that of another TEE";
    } else if (!has_number(info, "version", TCB_INFO_VERSION) || !has_number(info, "tcbType", 0)) {
        defect = "one of another version or type";
    } else if (!has_bytes(info, "fmspc", dcap->facts.fmspc, sizeof dcap->facts.fmspc)) {
        defect = "that of another processor (FMSPC)";
    } else if (!has_bytes(info, "pceId", dcap->facts.pceid, sizeof dcap->facts.pceid)) {
        defect = "that of another PCE";
    }
    check_judge(dcap_check(dcap, DCAP_TCB_MATCH), defect == NULL,
                "that of this TEE, processor and PCE", defect == NULL ? "just that" : defect);
}

/* Is the quoting enclave the one that Intel names? Its report says, and the PCK signed that. */
static void judge_qe_match(struct dcap *dcap)
{
    const json_t *identity = dcap->qe_identity->says;
    const uint8_t *report = dcap->quote.qe_report;
    const char *defect = NULL;

    if (!has_text(identity, "id", dcap_is_tdx(dcap) ? "TD_QE" : "QE") ||
        !has_number(identity, "version", QE_IDENTITY_VERSION)) {
        defect = "the identity of another enclave, or one of another version";
    } else if (!has_masked(identity, "miscselect", "miscselectMask", report + 16, 4)) {
        defect = "another MISCSELECT";
    } else if (!has_masked(identity, "attributes", "attributesMask", dcap->qe.attributes, 16)) {
        defect = "other attributes";
    } else if (!has_bytes(identity, "mrsigner", dcap->qe.mrsigner, 32)) {
        defect = "another MRSIGNER";
    } else if (!has_number(identity, "isvprodid", dcap->qe.isv_prod_id)) {
        defect = "another ISVPRODID";
    }
    check_judge(dcap_check(dcap, DCAP_QE_MATCH), defect == NULL, "Intel's quoting enclave",
                defect == NULL ? "just that" : defect);
}

/* The module's identity; before it had major versions, the TCB info had just one. */
static const json_t *module_of(const struct dcap *dcap, const uint8_t *tee_svn)
{
    const json_t *info = dcap->tcb_info->says;

    return tee_svn[1] > 0 ? level_module(info, tee_svn[1]) : json_object_get(info, "tdxModule");
}

static void judge_module(struct dcap *dcap)
{
    const json_t *module = module_of(dcap, dcap->td.tee_tcb_svn);
    const int good =
        module != NULL && has_bytes(module, "mrsigner", dcap->td.mrsignerseam, 48) &&
        has_masked(module, "attributes", "attributesMask", dcap->td.seam_attributes, 8);

    check_judge(dcap_check(dcap, DCAP_MODULE), good, "a TDX module that Intel names",
                good             ? "just that"
                : module == NULL ? "a version that Intel does not name"
                                 : "another signer, or other attributes");
}

static void add_advisories(struct dcap *dcap, const struct level *level)
{
    size_t i;
    json_t *text;

    json_array_foreach(level->advisories, i, text)
    {
        hardware_advisory(dcap->appraisal, json_string_value(text));
    }
}

/* What the whole is worth with this TEE_TCB_SVN: the machine, its TDX module, its quoting enclave. */
static enum tcb_status rate(struct dcap *dcap, const uint8_t *tee_svn, int is_launch)
{
    const json_t *info = dcap->tcb_info->says;
    const struct level machine = level_of_machine(info, &dcap->facts, tee_svn);
    const struct level qe = level_of_version(dcap->qe_identity->says, dcap->qe.isv_svn);
    struct level module = {TCB_UP_TO_DATE, NULL, INT64_MIN};

    if (tee_svn != NULL && tee_svn[1] > 0) {
        module = level_of_version(level_module(info, tee_svn[1]), tee_svn[0]);
    }
    if (is_launch && machine.status != TCB_NOT_SUPPORTED) {
        add_advisories(dcap, &machine);
        add_advisories(dcap, &module);
        add_advisories(dcap, &qe);
    }
    return level_converge(level_converge(machine.status, module.status), qe.status);
}

static void judge_level(struct dcap *dcap)
{
    const int is_tdx = dcap_is_tdx(dcap);
    enum tcb_status status = rate(dcap, is_tdx ? dcap->td.tee_tcb_svn : NULL, 1);

    if (is_tdx && dcap->td.tee_tcb_svn2 != NULL) {
        status = level_relaunch(status, rate(dcap, dcap->td.tee_tcb_svn2, 0));
    }
    dcap->appraisal->found.tcb_status = status;
    check_judge(dcap_check(dcap, DCAP_TCB_LEVEL), status != TCB_NOT_SUPPORTED,
                "a TCB level of Intel's", tcb_word(status));
}

static void judge_attributes(struct dcap *dcap)
{
    const int is_tdx = dcap_is_tdx(dcap);
    const int good = is_tdx ? (dcap->td.td_attributes[0] & 0xfe) == 0
                            : (dcap->sgx.attributes[0] & POBF_SGX_FLAG_INIT) != 0;

    check_judge(dcap_check(dcap, DCAP_ATTRIBUTES), good,
                is_tdx ? "no reserved bit of TUD set" : "an initialized enclave",
                good ? "just that" : "other attributes");
}

static void claim_machine(struct dcap *dcap)
{
    json_t *claims = dcap->appraisal->found.claims;
    const struct pck *facts = &dcap->facts;
    json_t *tcb = json_object();
    uint8_t components[PCK_COMPONENTS];

    for (size_t i = 0; i < PCK_COMPONENTS; i++) {
        components[i] = (uint8_t)facts->component[i];
    }
    hardware_claim_bytes(claims, "fmspc", facts->fmspc, sizeof facts->fmspc);
    hardware_claim_bytes(claims, "chip_id", facts->ppid, sizeof facts->ppid);
    hardware_claim_bytes(claims, "pck_tcb_components", components, sizeof components);
    hardware_claim_number(tcb, "pce_svn", facts->pce_svn);
    hardware_claim_number(tcb, "qe_isv_svn", dcap->qe.isv_svn);
    json_object_set_new(claims, "tcb", tcb);
}

static void claim_collateral(struct dcap *dcap)
{
    const json_t *number = json_object_get(dcap->tcb_info->says, "tcbEvaluationDataNumber");
    json_t *tcb = json_object_get(dcap->appraisal->found.claims, "tcb");

    if (json_is_integer(number)) {
        hardware_claim_number(tcb, "evaluation_data_number", (uint64_t)json_integer_value(number));
    }
}

void dcap_validate(struct dcap *dcap)
{
    judge_attributes(dcap);
    if (dcap_passed(dcap, DCAP_PCK)) {
        claim_machine(dcap);
    }
    if (dcap->qe_identity != NULL) {
        judge_qe_match(dcap);
    }
    if (dcap->tcb_info == NULL || !dcap_passed(dcap, DCAP_PCK)) {
        return;
    }
    claim_collateral(dcap);
    judge_tcb_match(dcap);
    if (dcap_is_tdx(dcap)) {
        judge_module(dcap);
    }
    if (dcap_passed(dcap, DCAP_TCB_SIGNATURE) && dcap_passed(dcap, DCAP_QE_ID_SIGNATURE) &&
        dcap_passed(dcap, DCAP_TCB_MATCH) && dcap_passed(dcap, DCAP_QE_MATCH)) {
        judge_level(dcap);
    }
}
