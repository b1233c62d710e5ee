#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "edge/cli/talk.h"
#include "verifier/client/commands.h"
#include "verifier/client/keep.h"
#include "verifier/client/session.h"
#include "verifier/client/verdict.h"
#include "verifier/report/claims.h"

struct options {
    struct policy policy;
    struct remote_options remote;
    const char *nonce;
    const char *out_path;
    int as_json;
};

/* Evidence that was refused is not kept under the name of evidence that was not. */
static int keep_evidence(const struct options *options, const struct session *session)
{
    struct keep keep = {.count = 0};

    if (options->out_path != NULL && session->appraisal.verdict != VERDICT_REFUSED) {
        keep_add(&keep, options->out_path, "", session->evidence.bytes, session->evidence.size, 0);
    }
    return keep_write(&keep);
}

static int tell(const struct options *options, struct session *session)
{
    const int code = keep_evidence(options, session);

    if (code != INPUT_GO_ON) {
        return code;
    }
    return verdict_print(
        &session->appraisal,
        json_pack("{s:o, s:o}", "platform",
                  claims_platform(session->appraisal.platform, session->appraisal.evidence.backend),
                  "enclave", claims_enclave(&session->appraisal.evidence)),
        options->as_json);
}

static int run(struct options *options, const char *url)
{
    struct session session = {.policy = &options->policy};
    int code = policy_load(&options->policy);

    randombytes_buf(session.nonce, sizeof session.nonce);
    if (code == INPUT_GO_ON && options->nonce != NULL) {
        code = input_nonce(session.nonce, options->nonce);
        session.is_for_others = 1;
    }
    if (code == INPUT_GO_ON) {
        code = remote_open(&session.remote, url, &options->remote);
    }
    if (code == INPUT_GO_ON) {
        code = session_attest(&session);
        if (session.appraisal.checks.count > 0) {
            code = tell(options, &session);
        }
    }
    session_clear(&session);
    policy_close(&options->policy);
    return code;
}

int attest_main(int argc, char **argv)
{
    struct options options = {.nonce = NULL};
    const struct cli_option table[] = {
        POLICY_OPTIONS(&options.policy),
        REMOTE_OPTIONS(&options.remote),
        {"nonce", CLI_VALUE, &options.nonce, "HEX",
         "ask with this nonce, for others to check: over TLS not bound to the connection"},
        {"out", CLI_VALUE, &options.out_path, "FILE", "keep the evidence, unless it is refused"},
        {"json", CLI_FLAG, &options.as_json, NULL, "print one JSON object"},
    };
    const struct cli_usage usage = {"pobf attest URL [option]...",
                                    "Ask a host for evidence, and judge it.",
                                    table,
                                    sizeof table / sizeof table[0],
                                    1,
                                    1};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    if (code >= 0) {
        return code;
    }
    if (options.out_path != NULL && strcmp(options.out_path, "-") == 0) {
        return talk_error(POBF_E_USAGE, "--out", "stdout is for the verdict; --out takes a file");
    }
    return run(&options, argv[1]);
}
