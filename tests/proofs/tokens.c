/*
 * What whoever judges the tokens of others may rely on: see steps.c.
 */
#include "framework/wire/cca.h"
#include "framework/wire/nitro.h"
#include "framework/wire/psa.h"
#include "framework/wire/ratls.h"

enum { ROOM = 5000, ROWS = 3 };

uint8_t bytes[ROOM];
struct pobf_claim_row rows[ROWS];
struct pobf_token token;
struct pobf_span span, item, spans[ROWS];
struct pobf_psa psa;
struct pobf_cca cca;
struct pobf_cca_platform platform;
struct pobf_cca_realm realm;
struct pobf_nitro nitro;
struct pobf_ratls ratls;
int found;
enum pobf_status status;

/*@
  predicate is_inside{L}(struct pobf_span *s, integer end) = s->at <= end && s->size <= end - s->at;

  predicate is_nothing{L}(struct pobf_span *s) = s->at == 0 && s->size == 0;

  predicate claims_there{L} =
    token.claims.bytes == &bytes[0] && token.claims.size <= ROOM &&
    token.claims.count <= POBF_CBOR_MAP_MAX && \forall integer i; 0 <= i < token.claims.count ==>
      token.claims.key_at[i] <= token.claims.value_at[i] <= token.claims.end[i] <=
        token.claims.size;
*/

/*@
  requires there: claims_there;
  terminates      \true;
  exits           \false;
  assigns         token.failed, spans[0 .. ROWS - 1];
*/
void read_a_table_of_claims(void);

void read_a_table_of_claims(void)
{
    pobf_claim_table_read(spans, &token, rows, ROWS);
    //@ assert first: is_inside(&spans[0], token.claims.size);
    //@ assert last: is_inside(&spans[ROWS - 1], token.claims.size);
    //@ assert sticks: \at(token.failed, Pre) != 0 ==> token.failed != 0;
    //@ assert there: claims_there;
    pobf_claim_table_clear(spans, ROWS);
    //@ assert empty: is_nothing(&spans[0]) && is_nothing(&spans[ROWS - 1]);
}

/*@
  requires there: span.at + span.size <= ROOM;
  terminates      \true;
  exits           \false;
  assigns         psa, status;
*/
void read_a_psa_token(void);

void read_a_psa_token(void)
{
    status = pobf_psa_parse(&psa, bytes, &span);
    //@ assert code: status == POBF_OK || status == POBF_E_INPUT;
    //@ assert first: is_inside(&psa.claim[0], span.at + span.size);
    //@ assert last: is_inside(&psa.claim[POBF_PSA_CLAIMS - 1], span.at + span.size);
    if (status != POBF_OK) {
        //@ assert numbers: psa.profile == POBF_PSA_NONE && psa.client_id == 0 && psa.lifecycle == 0;
        //@ assert none: is_nothing(&psa.claim[0]) && is_nothing(&psa.claim[POBF_PSA_CLAIMS - 1]);
        return;
    }
}

/*@
  requires there: span.at + span.size <= ROOM && count <= ROOM;
  terminates      \true;
  exits           \false;
  assigns         cca, platform, realm, status, item, found;
*/
void read_a_cca_token(size_t count, size_t index);

void read_a_cca_token(size_t count, size_t index)
{
    status = pobf_cca_parse(&cca, bytes, count);
    //@ assert code: status == POBF_OK || status == POBF_E_INPUT;
    //@ assert tokens: is_inside(&cca.token[0], count) && is_inside(&cca.token[1], count);
    //@ assert no_token: status != POBF_OK ==> is_nothing(&cca.token[0]);
    //@ assert no_other: status != POBF_OK ==> is_nothing(&cca.token[1]);
    status = pobf_cca_platform_parse(&platform, bytes, &span);
    //@ assert other: status == POBF_OK || status == POBF_E_INPUT;
    //@ assert first: is_inside(&platform.claim[0], span.at + span.size);
    //@ assert last: is_inside(&platform.claim[POBF_CCA_SERVICE], span.at + span.size);
    if (status != POBF_OK) {
        //@ assert none: platform.lifecycle == 0 && is_nothing(&platform.claim[POBF_CCA_SERVICE]);
        return;
    }
    status = pobf_cca_realm_parse(&realm, bytes, &span);
    //@ assert third: status == POBF_OK || status == POBF_E_INPUT;
    //@ assert claims: is_inside(&realm.claim[POBF_CCA_REALM_KEY], span.at + span.size);
    //@ assert point: is_inside(&realm.point[POBF_CCA_X], span.at + span.size);
    //@ assert other_half: is_inside(&realm.point[POBF_CCA_Y], span.at + span.size);
    if (status != POBF_OK) {
        //@ assert no_point: is_nothing(&realm.point[0]) && is_nothing(&realm.point[1]);
        //@ assert no_claim: is_nothing(&realm.claim[POBF_CCA_REALM_KEY]);
        return;
    }
    found = pobf_cca_register(&item, bytes, &span, index);
    //@ assert register: is_inside(&item, span.at + span.size);
}

/*@
  requires there: span.at + span.size <= ROOM && count <= ROOM;
  terminates      \true;
  exits           \false;
  assigns         nitro, status, item, found;
*/
void read_a_nitro_document(size_t count, size_t index);

void read_a_nitro_document(size_t count, size_t index)
{
    status = pobf_nitro_parse(&nitro, bytes, count);
    //@ assert code: status == POBF_OK || status == POBF_E_INPUT;
    //@ assert payload: is_inside(&nitro.sign1.payload, count);
    //@ assert signature: is_inside(&nitro.sign1.signature, count);
    //@ assert first: is_inside(&nitro.claim[0], count);
    //@ assert last: is_inside(&nitro.claim[POBF_NITRO_NONCE], count);
    if (status != POBF_OK) {
        //@ assert none: nitro.timestamp_ms == 0 && is_nothing(&nitro.claim[POBF_NITRO_NONCE]);
        //@ assert unsigned: nitro.sign1.algorithm == 0 && is_nothing(&nitro.sign1.payload);
        return;
    }
    found = pobf_nitro_pcr(&item, bytes, &span, 31);
    //@ assert register: is_inside(&item, span.at + span.size);
    //@ assert size: found != 0 ==> item.size == 48;
    //@ assert no_register: found == 0 ==> is_nothing(&item);
    found = pobf_nitro_issuer(&item, bytes, &span, index);
    //@ assert issuer: is_inside(&item, span.at + span.size);
    //@ assert some: found != 0 ==> 0 < item.size && item.size < 1025;
    //@ assert no_issuer: found == 0 ==> is_nothing(&item);
}

/*@
  requires room: count <= ROOM;
  terminates     \true;
  exits          \false;
  assigns        ratls, status;
*/
void read_what_a_certificate_carries(size_t count);

void read_what_a_certificate_carries(size_t count)
{
    status = pobf_ratls_parse(&ratls, bytes, count);
    //@ assert code: status == POBF_OK || status == POBF_E_INPUT;
    //@ assert evidence: is_inside(&ratls.evidence, count) && is_inside(&ratls.claims, count);
    //@ assert claims: is_inside(&ratls.key_hash, count) && is_inside(&ratls.nonce, count);
    if (status != POBF_OK) {
        //@ assert no_evidence: is_nothing(&ratls.evidence) && is_nothing(&ratls.claims);
        //@ assert no_claims: is_nothing(&ratls.key_hash) && is_nothing(&ratls.nonce);
        //@ assert no_algorithm: ratls.algorithm == 0;
        return;
    }
}
