#include "verifier/report/token.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "verifier/report/cwt.h"
#include "verifier/report/jws.h"
#include "verifier/report/veraison.h"

static const char *const names[TOKEN_FORMS] = {
    [TOKEN_IETF_JWT] = "ietf-jwt",
    [TOKEN_IETF_CWT] = "ietf-cwt",
    [TOKEN_VERAISON_JWT] = "veraison-jwt",
};

enum token_form token_form_find(const char *name)
{
    enum token_form form = TOKEN_IETF_JWT;

    while (form < TOKEN_FORMS && strcmp(names[form], name) != 0) {
        form++;
    }
    return form;
}

static enum pobf_status sign_cwt(char **text, const json_t *claims, const struct key *key)
{
    const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    uint8_t *cwt;
    size_t size;
    enum pobf_status status = cwt_sign(&cwt, &size, claims, key);

    if (status == POBF_OK) {
        const size_t room = sodium_base64_encoded_len(size, variant);

        *text = malloc(room);
        if (*text == NULL) {
            status = POBF_E_SYSTEM;
        } else {
            sodium_bin2base64(*text, room, cwt, size, variant);
        }
        free(cwt);
    }
    return status;
}

static enum pobf_status sign_veraison(char **text, const json_t *claims, const struct key *key)
{
    json_t *translated = veraison_claims(claims);
    enum pobf_status status = POBF_E_SYSTEM;

    if (translated != NULL) {
        status = jws_sign(text, translated, key);
    }
    json_decref(translated);
    return status;
}

enum pobf_status token_sign(char **text, const json_t *claims, enum token_form form,
                            const struct key *key)
{
    *text = NULL;
    switch (form) {
    case TOKEN_IETF_JWT:
        return jws_sign(text, claims, key);
    case TOKEN_IETF_CWT:
        return sign_cwt(text, claims, key);
    case TOKEN_VERAISON_JWT:
        return sign_veraison(text, claims, key);
    case TOKEN_FORMS:
    default:
        return POBF_E_INPUT;
    }
}
