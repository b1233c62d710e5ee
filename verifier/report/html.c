#include "verifier/report/html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "contracts/lifecycle.h"
#include "framework/wire/receipt.h"
#include "verifier/report/claims.h"
#include "verifier/report/words.h"
#include "verifier/trust/trust.h"

extern const char html_page_begin[], html_page_end[], html_sheet_begin[], html_sheet_end[];

/* null where there is no file. */
static json_t *file_json(const struct appraisal_file *file)
{
    const size_t room = sodium_base64_encoded_len(file->size, sodium_base64_VARIANT_ORIGINAL);
    char *text = file->bytes != NULL ? malloc(room) : NULL;
    json_t *value;

    if (text == NULL) {
        return json_null();
    }
    sodium_bin2base64(text, room, file->bytes, file->size, sodium_base64_VARIANT_ORIGINAL);
    value = json_string(text);
    free(text);
    return value;
}

static json_t *key_json(const struct key *key)
{
    char *pem = key != NULL ? key_public_pem(key) : NULL;
    json_t *value = pem != NULL ? json_string(pem) : json_null();

    free(pem);
    return value;
}

/* Names and sentences of the exits, by their numbers. */
static json_t *exits_json(void)
{
    json_t *exits = json_array();

#define X(name, sentence) json_array_append_new(exits, json_pack("[s, s]", #name, sentence));
    POBF_EXITS(X)
#undef X
    return exits;
}

/* The states in order, and the first once more: a task ends where it began. */
static json_t *life_json(void)
{
    json_t *life = json_array();

#define X(name) json_array_append_new(life, json_string(#name));
    POBF_STATES(X)
#undef X
    json_array_append(life, json_array_get(life, 0));
    return life;
}

/* The PEM of a public key; null where it is something else, which the page cannot read. */
static json_t *pem_json(const struct appraisal_file *file)
{
    static const char begin[] = "-----BEGIN PUBLIC KEY-----";

    return file->size >= sizeof begin - 1 && memcmp(file->bytes, begin, sizeof begin - 1) == 0
               ? json_stringn((const char *)file->bytes, file->size)
               : json_null();
}

static json_t *text_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static json_t *bundle_json(const struct html_page *page)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:{s:o}, s:{s:o, s:o, s:o, s:o}, s:o, s:o, s:o, s:o}",
        "report", text_or_null(page->report), "report_key", key_json(page->report_key),
        "certificate_key", key_json(page->certificate_key), "ak", pem_json(&page->ak), "log_policy",
        text_or_null(page->log_policy), "command", text_or_null(page->command), "roots", "sim",
        claims_hex(trust_sim_root, sizeof trust_sim_root), "files", "receipt",
        file_json(&page->receipt), "evidence", file_json(&page->evidence), "certificate",
        file_json(&page->certificate), "inclusion", file_json(&page->inclusion), "exits",
        exits_json(), "life", life_json(), "tables", words_json(), "others",
        page->others != NULL ? json_deep_copy(page->others) : json_null());
}

/* JSON inside of HTML: no text in it can end the script that it stands in. */
static char *escape(const char *json)
{
    char *escaped = malloc(6 * strlen(json) + 1), *to = escaped;

    for (; escaped != NULL && *json != '\0'; json++) {
        if (*json == '<') {
            memcpy(to, "\\u003c", 6);
            to += 6;
        } else {
            *to++ = *json;
        }
    }
    if (escaped != NULL) {
        *to = '\0';
    }
    return escaped;
}

/* The page up to a mark, which is left out; returns what is behind it. */
static const char *put_before(FILE *out, const char *page, const char *mark)
{
    const char *at = memmem(page, (size_t)(html_page_end - page), mark, strlen(mark));

    if (at == NULL) {
        return page;
    }
    fwrite(page, 1, (size_t)(at - page), out);
    return at + strlen(mark);
}

static enum pobf_status fill_in(char **html, size_t *size, const char *bundle)
{
    FILE *out = open_memstream(html, size);
    const char *rest = html_page_begin;
    int failed;

    if (out == NULL) {
        return POBF_E_SYSTEM;
    }
    rest = put_before(out, rest, "@SHEET@");
    fwrite(html_sheet_begin, 1, (size_t)(html_sheet_end - html_sheet_begin), out);
    rest = put_before(out, rest, "@BUNDLE@");
    fputs(bundle, out);
    fwrite(rest, 1, (size_t)(html_page_end - rest), out);
    failed = ferror(out) != 0;
    failed |= fclose(out) != 0;
    if (failed) {
        free(*html);
        *html = NULL;
        *size = 0;
    }
    return failed ? POBF_E_SYSTEM : POBF_OK;
}

enum pobf_status html_print(char **html, size_t *size, const struct html_page *page)
{
    json_t *bundle = bundle_json(page);
    char *json = json_dumps(bundle, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
    char *escaped = json != NULL ? escape(json) : NULL;
    enum pobf_status status = POBF_E_SYSTEM;

    *html = NULL;
    *size = 0;
    if (escaped != NULL) {
        status = fill_in(html, size, escaped);
    }
    free(escaped);
    free(json);
    json_decref(bundle);
    return status;
}
