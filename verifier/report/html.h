#ifndef POBF_VERIFIER_REPORT_HTML_H
#define POBF_VERIFIER_REPORT_HTML_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "verifier/appraisal/appraisal.h"
#include "verifier/key/key.h"

/*
 * A report as one page of HTML that checks itself: the files and the keys are in it, and the
 * browser that opens it verifies every signature and digest again, without any network.
 * page.html is the page; this puts the files into it.
 */
struct html_page {
    const char *report;           /* JWT */
    const struct key *report_key; /* its public half goes into the page */
    struct appraisal_file receipt;
    struct appraisal_file evidence;
    struct appraisal_file certificate; /* bytes NULL: none */
    const struct key *certificate_key; /* NULL: none, then the certificate is not checked */
    struct appraisal_file ak;          /* PEM of the AK whose quote counts; bytes NULL: none */
    struct appraisal_file inclusion;   /* bytes NULL: none */
    const char *log_policy;            /* NULL: none */
    const json_t *others;              /* more receipts, in base64; NULL: none */
    const char *command;               /* the line that does it again */
};

/* POBF_E_SYSTEM where memory runs out; then *html is NULL. Free it with free(). */
POBF_MUST_CHECK enum pobf_status html_print(char **html, size_t *size,
                                            const struct html_page *page);

#endif
