#ifndef POBF_VERIFIER_REPORT_TOKEN_H
#define POBF_VERIFIER_REPORT_TOKEN_H

#include <jansson.h>

#include "verifier/key/key.h"

/*
 * The forms in which a result is signed:
 *
 *   ietf-jwt      JSON, as the claims are                       RFC 7519
 *   ietf-cwt      the same in CBOR, in base64url: see cwt.h     RFC 8392
 *   veraison-jwt  JSON in the profile that tools of Veraison read: see veraison.h
 */
enum token_form { TOKEN_IETF_JWT, TOKEN_IETF_CWT, TOKEN_VERAISON_JWT, TOKEN_FORMS };

/* The form of that name; TOKEN_FORMS where it is none. */
enum token_form token_form_find(const char *name);

/* Sign. *text is a string to free; NULL on any error. */
POBF_MUST_CHECK enum pobf_status token_sign(char **text, const json_t *claims, enum token_form form,
                                            const struct key *key);

#endif
