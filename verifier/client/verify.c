#include <string.h>
#include <time.h>

#include "edge/cli/talk.h"
#include "verifier/client/bill.h"
#include "verifier/client/commands.h"
#include "verifier/client/crashed.h"
#include "verifier/client/kind.h"
#include "verifier/client/logged.h"
#include "verifier/client/policy.h"
#include "verifier/client/verdict.h"
#include "verifier/report/claims.h"
#include "verifier/report/report.h"

enum { FILES_MAX = 8 };

struct options {
    struct policy policy;
    const char *nonce;
    const char *report_key_path;
    const char *previous_path;
    const char *log_policy_path;
    int as_json;
};

/* The files, each at the place of its kind. */
struct call_files {
    struct input of[KIND_COUNT];
    struct input previous;
    struct key *report_key;
    struct quorum quorum;
    uint8_t nonce[POBF_NONCE_BYTES];
};

static int take_file(struct call_files *files, const char *path)
{
    struct input input;
    int code = input_read(&input, path);
    enum kind kind;

    if (code != INPUT_GO_ON) {
        return code;
    }
    kind = kind_find(&input);
    if (kind == KIND_UNKNOWN || kind == KIND_CHECKPOINT || kind == KIND_ALARM) {
        code = talk_refuse(path,
                           "a receipt, evidence, exchange, report, certificate, proof of "
                           "inclusion, or crash statement",
                           "none of them", "give the file as it was written, unchanged");
    } else if (files->of[kind].bytes != NULL) {
        code = talk_error(POBF_E_USAGE, path, "is the second of its kind");
    } else {
        files->of[kind] = input;
        return INPUT_GO_ON;
    }
    input_free(&input);
    return code;
}

static int take_files(struct call_files *files, struct options *options, char **paths, size_t count)
{
    int code = policy_load(&options->policy);

    for (size_t i = 0; i < count && code == INPUT_GO_ON; i++) {
        code = take_file(files, paths[i]);
    }
    if (code == INPUT_GO_ON) {
        code = input_read(&files->previous, options->previous_path);
    }
    if (code == INPUT_GO_ON && options->report_key_path != NULL) {
        code = input_public_key(&files->report_key, options->report_key_path);
    }
    if (code == INPUT_GO_ON && options->log_policy_path != NULL) {
        code = input_quorum(&files->quorum, options->log_policy_path);
    }
    if (code == INPUT_GO_ON && options->nonce != NULL) {
        code = input_nonce(files->nonce, options->nonce);
    }
    return code;
}

static int has(const struct call_files *files, enum kind kind)
{
    return files->of[kind].bytes != NULL;
}

/* An option that has nothing to act on was given for a file that is not here. NULL, or which. */
static const char *idle_option(const struct call_files *files, const struct options *options)
{
    const int from_option = options->policy.certificate_path != NULL;

    if (options->report_key_path != NULL && !has(files, KIND_REPORT)) {
        return "report-key: there is no report";
    }
    if (options->previous_path != NULL && !has(files, KIND_RECEIPT)) {
        return "previous: there is no receipt";
    }
    if (has(files, KIND_INCLUSION) && options->log_policy_path == NULL) {
        return "a proof of inclusion needs --log-policy: which log, and whose words count";
    }
    if (options->log_policy_path != NULL && !has(files, KIND_RECEIPT)) {
        return "log-policy: there is no receipt";
    }
    if (options->nonce != NULL && !has(files, KIND_EVIDENCE) && !has(files, KIND_REPORT)) {
        return "nonce: there is neither evidence nor a report";
    }
    if (options->policy.certificate_key_path != NULL && !from_option &&
        !has(files, KIND_CERTIFICATE)) {
        return "certificate-key: there is no certificate";
    }
    return from_option && has(files, KIND_CERTIFICATE) ? "certificate: there is another one" : NULL;
}

static void free_files(struct call_files *files)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        input_free(&files->of[i]);
    }
    input_free(&files->previous);
    key_close(files->report_key);
}

/* A certificate may come as an operand or by its option. */
static struct appraisal_file certificate_of(const struct call_files *files,
                                            const struct options *options)
{
    const struct input *operand = &files->of[KIND_CERTIFICATE];

    return input_view(operand->bytes != NULL ? operand : &options->policy.certificate);
}

/* 1 where there is something of an enclave to appraise, not only words about it. */
static int has_enclave(const struct call_files *files)
{
    return has(files, KIND_EVIDENCE) || has(files, KIND_RECEIPT) || has(files, KIND_EXCHANGE) ||
           has(files, KIND_OFFER);
}

static enum appraisal_scope scope_of(const struct call_files *files)
{
    if (has(files, KIND_RECEIPT) || has(files, KIND_EXCHANGE)) {
        return APPRAISAL_INVOCATION;
    }
    return has(files, KIND_OFFER) ? APPRAISAL_OFFER : APPRAISAL_EVIDENCE;
}

static int has_parsed_certificate(const struct appraisal *appraisal)
{
    const struct check *parse = checks_find(&appraisal->checks, "certificate.parse");

    return parse != NULL && parse->result == CHECK_PASS;
}

/* Reference values name one monitor, not what it runs on: the certificate may name it as either. */
static const uint8_t *monitor_of(const struct certificate *certificate,
                                 const uint8_t monitor[POBF_DIGEST_BYTES])
{
    return memcmp(monitor, certificate->trustlet, POBF_DIGEST_BYTES) == 0 ? certificate->trustlet
                                                                          : certificate->monitor;
}

/* A certificate without an enclave is held against the reference values, where there are any. */
static void judge_subjects(struct appraisal *appraisal, const struct reference *reference)
{
    static const char *const ids[] = {"certificate.measurement", "certificate.policy",
                                      "certificate.monitor"};
    const struct certificate *certificate = &appraisal->certificate;
    struct check *check[sizeof ids / sizeof ids[0]];

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        check[i] = checks_add(&appraisal->checks, ids[i], reference != NULL,
                              "give the certificate of what --reference names");
    }
    if (reference != NULL && has_parsed_certificate(appraisal)) {
        check_bytes(check[0], reference->measurement, certificate->measurement, POBF_DIGEST_BYTES);
        check_bytes(check[1], reference->policy, certificate->policy, POBF_DIGEST_BYTES);
        check_bytes(check[2], reference->monitor, monitor_of(certificate, reference->monitor),
                    POBF_DIGEST_BYTES);
    }
}

static void judge_certificate(struct appraisal *appraisal, const struct appraisal_file *file,
                              const struct appraisal_policy *policy)
{
    certificate_verify(&appraisal->certificate, &appraisal->checks, file->bytes, file->size,
                       policy->certificate_key);
    judge_subjects(appraisal, policy->reference);
}

static void appraise(struct appraisal *appraisal, const struct call_files *files,
                     const struct options *options)
{
    const struct appraisal_policy policy = policy_of(&options->policy);
    const struct appraisal_input input = {
        .scope = scope_of(files),
        .evidence = input_view(&files->of[KIND_EVIDENCE]),
        .offer = input_view(&files->of[KIND_OFFER]),
        .receipt = input_view(&files->of[KIND_RECEIPT]),
        .previous = input_view(&files->previous),
        .exchange = input_view(&files->of[KIND_EXCHANGE]),
        .certificate = certificate_of(files, options),
        .nonce = options->nonce != NULL ? files->nonce : NULL,
    };

    if (has_enclave(files)) {
        appraisal_run(appraisal, &input, &policy);
    } else if (input.certificate.bytes != NULL) {
        judge_certificate(appraisal, &input.certificate, &policy);
    }
}

static const uint8_t *nonce_of(const struct call_files *files, const struct options *options,
                               const struct appraisal *appraisal)
{
    if (options->nonce != NULL) {
        return files->nonce;
    }
    return has(files, KIND_EXCHANGE) ? appraisal->exchange.nonce : NULL;
}

/* NULL where there is none, or none under a key that was named: anybody's is nobody's word. */
static const struct certificate *subjects_of(const struct appraisal *appraisal,
                                             const struct appraisal_policy *policy)
{
    return policy->certificate_key != NULL && has_parsed_certificate(appraisal)
               ? &appraisal->certificate
               : NULL;
}

/* Hold the report against the files beside it. Returns its claims. */
static json_t *recheck(struct appraisal *appraisal, const struct call_files *files,
                       const struct options *options)
{
    const struct appraisal_policy policy = policy_of(&options->policy);
    const struct input *report = &files->of[KIND_REPORT];
    const struct report_expectation expectation = {
        .key = files->report_key,
        .appraisal = appraisal,
        .reference = policy.reference,
        .subjects = subjects_of(appraisal, &policy),
        .nonce = nonce_of(files, options, appraisal),
        .now_s = (uint64_t)time(NULL),
        .accept_sim = policy.accept_sim,
    };

    return report->bytes == NULL
               ? NULL
               : report_verify(&appraisal->checks, report->bytes, report->size, &expectation);
}

/* Where only words about an enclave were affirmed, the sentence says whose, and about what. */
static json_t *make_sentence(const json_t *claims)
{
    if (claims == NULL) {
        return json_string("The certificate holds.");
    }
    return json_sprintf("The report holds.%s%s",
                        report_is_on_call(claims) ? "" : " It is on an enclave, not on a call.",
                        claims_trusted(report_platform(claims)));
}

static json_t *describe(const struct call_files *files, const struct appraisal *appraisal,
                        json_t *claims)
{
    json_t *extra = json_object();
    json_t *bill = bill_of(appraisal);

    if (appraisal->verdict == VERDICT_AFFIRMED && !has_enclave(files)) {
        json_object_set_new(extra, "sentence", make_sentence(claims));
    }
    if (appraisal->verdict == VERDICT_CANNOT_TELL && has(files, KIND_CRASH)) {
        json_object_set_new(extra, "sentence", json_string(crashed_sentence));
    }
    if (claims != NULL) {
        json_object_set_new(extra, "report", claims);
    }
    if (bill != NULL) {
        json_object_set_new(extra, "bill", bill);
    }
    return extra;
}

static int verify(const struct call_files *files, const struct options *options)
{
    struct appraisal appraisal = {.scope = scope_of(files)};
    json_t *claims, *extra;

    appraise(&appraisal, files, options);
    claims = recheck(&appraisal, files, options);
    if (options->log_policy_path != NULL) {
        logged_judge(&appraisal.checks, &files->quorum, &files->of[KIND_RECEIPT],
                     &files->of[KIND_INCLUSION]);
    }
    if (has(files, KIND_CRASH)) {
        crashed_judge(&appraisal.checks, &files->of[KIND_CRASH], &files->of[KIND_RECEIPT],
                      &files->of[KIND_EXCHANGE]);
    }
    appraisal.verdict = checks_verdict(&appraisal.checks);
    extra = describe(files, &appraisal, claims);
    if (!options->as_json) {
        bill_print(json_object_get(extra, "bill"));
    }
    return verdict_print(&appraisal, extra, options->as_json);
}

static int run(struct options *options, char **paths, size_t count)
{
    struct call_files files = {.report_key = NULL};
    int code = take_files(&files, options, paths, count);
    const char *idle = code == INPUT_GO_ON ? idle_option(&files, options) : NULL;

    if (idle != NULL) {
        code = talk_error(POBF_E_USAGE, "verify", idle);
    }
    if (code == INPUT_GO_ON) {
        code = verify(&files, options);
    }
    free_files(&files);
    policy_close(&options->policy);
    return code;
}

int verify_main(int argc, char **argv)
{
    struct options options = {.policy = {.takes_operand = 1}};
    const struct cli_option table[] = {
        POLICY_OPTIONS(&options.policy),
        {"nonce", CLI_VALUE, &options.nonce, "HEX", "what the evidence was asked with"},
        {"report-key", CLI_VALUE, &options.report_key_path, "PEM",
         "the public key of who issues reports"},
        {"log-policy", CLI_VALUE, &options.log_policy_path, "FILE",
         "the receipt must be in this log, under the words of these witnesses"},
        {"previous", CLI_VALUE, &options.previous_path, "FILE", "the receipt before this one"},
        {"json", CLI_FLAG, &options.as_json, NULL, "print one JSON object"},
    };
    const struct cli_usage usage = {
        "pobf verify FILE... [option]...",
        "Check receipt, evidence, exchange, report and certificate, in any mix, offline.",
        table,
        sizeof table / sizeof table[0],
        1,
        FILES_MAX};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    return code >= 0 ? code : run(&options, argv + 1, operands);
}
