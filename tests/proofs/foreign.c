/*
 * What a reader of the tokens and quotes that others print may rely on: see steps.c.
 */
#include "framework/wire/component.h"
#include "framework/wire/hcl.h"
#include "framework/wire/sign1.h"
#include "framework/wire/token.h"
#include "framework/wire/tpm.h"

enum { ROOM = 5000, KEY = -75001 };

uint8_t bytes[ROOM], out[ROOM], word[3];
struct pobf_cbor_reader reader;
struct pobf_cbor_map map;
struct pobf_span span, item;
struct pobf_token token;
struct pobf_component component;
struct pobf_sign1 sign1;
struct pobf_tpm_quote quote;
struct pobf_tpm_signature signature;
struct pobf_hcl hcl;
enum pobf_cbor_major major;
uint64_t number;
size_t size;
int found;
enum pobf_status status;

/*@
  predicate is_inside{L}(struct pobf_span *s, integer end) = s->at <= end && s->size <= end - s->at;

  predicate is_nothing{L}(struct pobf_span *s) = s->at == 0 && s->size == 0;

  predicate reads_there{L} = reader.bytes == &bytes[0] && reader.at <= reader.size <= ROOM;

  predicate claims_there{L} =
    token.claims.bytes == &bytes[0] && token.claims.size <= ROOM &&
    token.claims.count <= POBF_CBOR_MAP_MAX && \forall integer i; 0 <= i < token.claims.count ==>
      token.claims.key_at[i] <= token.claims.value_at[i] <= token.claims.end[i] <=
        token.claims.size;
*/

/*@
  requires there: reads_there;
  terminates      \true;
  exits           \false;
  assigns         reader.at, reader.failed, map, span, major, found;
*/
void read_an_item_and_a_map(void);

void read_an_item_and_a_map(void)
{
    major = pobf_cbor_next_major(&reader);
    //@ assert range: 0 <= major && major < 9;
    //@ assert none: reader.failed != 0 ==> major == POBF_CBOR_MAJOR_COUNT;
    //@ assert end: reader.at == reader.size ==> major == POBF_CBOR_MAJOR_COUNT;
    //@ assert some: reader.failed == 0 && reader.at < reader.size ==> major < 8;
    pobf_cbor_read_item(&reader);
    //@ assert item_sticks: \at(reader.failed, Pre) != 0 ==> reader.failed != 0;
    //@ assert item_moves: \at(reader.at, Pre) <= reader.at && reader.at <= reader.size;
    pobf_cbor_map_read(&reader, &map);
    //@ assert sticks: \at(reader.failed, Pre) != 0 ==> reader.failed != 0;
    //@ assert empty: reader.failed != 0 ==> map.count == 0;
    //@ assert source: map.bytes == &bytes[0] && map.size == reader.size;
    //@ assert reader: reader.at <= reader.size;
    found = pobf_cbor_map_find(&span, &map, KEY);
    //@ assert number: (found == 0 || found == 1) && is_inside(&span, map.size);
    //@ assert no_number: found != 1 ==> is_nothing(&span);
    found = pobf_cbor_map_find_text(&span, &map, word, 3);
    //@ assert text: (found == 0 || found == 1) && is_inside(&span, map.size);
    //@ assert no_text: found != 1 ==> is_nothing(&span);
}

/*@
  requires there: span.at + span.size <= ROOM;
  terminates      \true;
  exits           \false;
  assigns         span, item, reader, number, found;
*/
void take_a_span_apart(size_t index);

void take_a_span_apart(size_t index)
{
    pobf_span_open(&reader, bytes, &span);
    //@ assert open: reader.bytes == &bytes[0] && reader.at == span.at && reader.failed == 0;
    //@ assert end: reader.size - reader.at == span.size;
    found = pobf_span_number(&number, bytes, &span);
    //@ assert number: found == 0 || found == 1;
    //@ assert no_number: found != 1 ==> number == 0;
    found = pobf_span_element(&item, bytes, &span, index);
    //@ assert element: (found == 0 || found == 1) && is_inside(&item, span.at + span.size);
    //@ assert no_element: found != 1 ==> is_nothing(&item);
    found = pobf_span_unwrap(&span, bytes, POBF_CBOR_TEXT, 3, 7);
    //@ assert string: found == 0 || found == 1;
    //@ assert inside: is_inside(&span, \at(span.at + span.size, Pre));
    //@ assert size: found == 1 ==> 3 <= span.size && span.size <= 7;
    //@ assert no_string: found != 1 ==> is_nothing(&span);
    pobf_span_clear(&item);
    //@ assert clear: is_nothing(&item);
}

/*@
  requires there: span.at + span.size <= ROOM;
  terminates      \true;
  exits           \false;
  assigns         token;
*/
void open_a_token(void);

void open_a_token(void)
{
    pobf_token_open(&token, bytes, &span);
    //@ assert there: claims_there;
    //@ assert size: token.claims.size - span.size == span.at;
}

/*@
  requires there: claims_there;
  terminates      \true;
  exits           \false;
  assigns         token.failed, item, span, number;
*/
void read_claims(enum pobf_token_need need);

void read_claims(enum pobf_token_need need)
{
    pobf_token_item(&token, &item, KEY, need);
    //@ assert item: is_inside(&item, token.claims.size);
    pobf_token_text(&token, &item, KEY, need);
    //@ assert text: is_inside(&item, token.claims.size);
    pobf_token_bytes(&token, &span, KEY, need, 3, 7);
    //@ assert bytes: is_inside(&span, token.claims.size);
    //@ assert size: is_nothing(&span) || (3 <= span.size && span.size <= 7);
    number = pobf_token_uint(&token, KEY, 100);
    //@ assert number: number < 101;
    //@ assert there: claims_there;
}

/*@
  requires there:  claims_there;
  requires failed: token.failed == 1;
  terminates       \true;
  exits            \false;
  assigns          token.failed, item, number;
*/
void read_claims_when_one_was_wrong(void);

void read_claims_when_one_was_wrong(void)
{
    pobf_token_item(&token, &item, KEY, POBF_TOKEN_OPTIONAL);
    //@ assert item: token.failed != 0;
    pobf_token_text(&token, &item, KEY, POBF_TOKEN_OPTIONAL);
    //@ assert text: token.failed != 0;
    pobf_token_bytes(&token, &item, KEY, POBF_TOKEN_OPTIONAL, 3, 7);
    //@ assert bytes: token.failed != 0;
    number = pobf_token_uint(&token, KEY, 100);
    //@ assert number: token.failed != 0;
}

/*@
  requires there: span.at + span.size <= ROOM;
  terminates      \true;
  exits           \false;
  assigns         component, size, found;
*/
void read_components(size_t index);

void read_components(size_t index)
{
    size = pobf_component_count(bytes, &span);
    //@ assert count: size < 33;
    found = pobf_component_read(&component, bytes, &span, index);
    //@ assert range: found == 0 || found == 1;
    //@ assert measurement: is_inside(&component.measurement, span.at + span.size);
    //@ assert signer: is_inside(&component.signer, span.at + span.size);
    //@ assert type: is_inside(&component.type, span.at + span.size);
    //@ assert version: is_inside(&component.version, span.at + span.size);
    //@ assert algorithm: is_inside(&component.algorithm, span.at + span.size);
    found = pobf_component_is_digest(size);
    //@ assert digest: size == 32 ==> found != 0;
    //@ assert others: found != 0 ==> size == 32 || size == 48 || size == 64;
    //@ assert all: size == 48 || size == 64 ==> found != 0;
}

/*@
  requires there: span.at + span.size <= ROOM;
  terminates      \true;
  exits           \false;
  assigns         sign1, out[0 .. ROOM - 1], size, status;
*/
void read_a_signed_message(enum pobf_sign1_tag tag);

void read_a_signed_message(enum pobf_sign1_tag tag)
{
    status = pobf_sign1_parse(&sign1, bytes, &span, tag);
    //@ assert code: status == POBF_OK || status == POBF_E_INPUT;
    //@ assert header: is_inside(&sign1.header, span.at + span.size);
    //@ assert payload: is_inside(&sign1.payload, span.at + span.size);
    //@ assert signature: is_inside(&sign1.signature, span.at + span.size);
    if (status != POBF_OK) {
        //@ assert no_algorithm: sign1.algorithm == 0 && is_nothing(&sign1.header);
        //@ assert no_payload: is_nothing(&sign1.payload) && is_nothing(&sign1.signature);
        return;
    }
    status = pobf_sign1_print_signed(out, ROOM, &size, &sign1, bytes);
    //@ assert printed: status == POBF_OK || status == POBF_E_SPACE;
    //@ assert failure: status != POBF_OK ==> size == 0 && out[0] == 0 && out[ROOM - 1] == 0;
    pobf_sign1_clear(&sign1);
    //@ assert empty: sign1.algorithm == 0 && is_nothing(&sign1.header);
    //@ assert nothing: is_nothing(&sign1.payload) && is_nothing(&sign1.signature);
}

/*@
  requires room: count <= ROOM;
  terminates     \true;
  exits          \false;
  assigns        quote, signature, status;
*/
void read_what_a_tpm_signed(size_t count);

void read_what_a_tpm_signed(size_t count)
{
    status = pobf_tpm_quote_parse(&quote, bytes, count);
    //@ assert code: status == POBF_OK || status == POBF_E_INPUT;
    //@ assert signer: is_inside(&quote.signer, count) && is_inside(&quote.nonce, count);
    //@ assert digest: is_inside(&quote.digest, count) && quote.bank_count < 5;
    if (status != POBF_OK) {
        //@ assert no_magic: quote.magic == 0 && quote.type == 0 && quote.bank_count == 0;
        //@ assert no_signer: is_nothing(&quote.signer) && is_nothing(&quote.nonce);
        //@ assert no_digest: is_nothing(&quote.digest);
        return;
    }
    status = pobf_tpm_signature_parse(&signature, bytes, count);
    //@ assert other_code: status == POBF_OK || status == POBF_E_INPUT;
    //@ assert first: is_inside(&signature.first, count) && is_inside(&signature.second, count);
    if (status != POBF_OK) {
        //@ assert no_algorithm: signature.algorithm == 0 && signature.hash == 0;
        //@ assert nothing: is_nothing(&signature.first) && is_nothing(&signature.second);
        return;
    }
}

/*@
  requires room: count <= ROOM;
  terminates     \true;
  exits          \false;
  assigns        hcl, status;
*/
void read_what_a_paravisor_reports(size_t count);

void read_what_a_paravisor_reports(size_t count)
{
    status = pobf_hcl_parse(&hcl, bytes, count);
    //@ assert code: status == POBF_OK || status == POBF_E_INPUT;
    //@ assert inside: is_inside(&hcl.report, count) && is_inside(&hcl.runtime, count);
    if (status != POBF_OK) {
        //@ assert no_type: hcl.report_type == 0 && hcl.hash_type == 0;
        //@ assert nothing: is_nothing(&hcl.report) && is_nothing(&hcl.runtime);
        return;
    }
}
