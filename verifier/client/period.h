#ifndef POBF_VERIFIER_CLIENT_PERIOD_H
#define POBF_VERIFIER_CLIENT_PERIOD_H

#include "verifier/client/policy.h"

/* `pobf report --period FROM..TO --receipts FOLDER`, as given. */
struct period_options {
    struct policy *policy;
    const char *period, *receipts_path;
    const char *html_path, *text_path; /* NULL: none */
    int as_json;
};

/* Returns an exit code. */
int period_report(const struct period_options *options);

#endif
