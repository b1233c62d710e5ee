/*
 * What a data provider's program may rely on: see steps.c.
 */
#include "framework/chain/provider.h"

enum { INPUT = 100, MESSAGE = INPUT + POBF_SEALED_OVERHEAD };

struct pobf_provider provider;
struct pobf_offer offer;
uint8_t measurement[POBF_DIGEST_BYTES], policy[POBF_DIGEST_BYTES], ephemeral[POBF_X25519_BYTES];
uint8_t input_salt[POBF_SALT_BYTES], output_salt[POBF_SALT_BYTES];
uint8_t message[MESSAGE], commitment[POBF_COMMITMENT_BYTES];
size_t size;
enum pobf_status status;

/*@
  predicate ends_zero{L}(uint8_t *p, integer n) = p[0] == 0 && p[n - 1] == 0;

  predicate has_no_key{L} =
    ends_zero(&provider.hpke.aead.key[0], 32) && ends_zero(&provider.hpke.aead.nonce[0], 12) &&
    provider.hpke.aead.uses == 0 && ends_zero(&provider.hpke.exporter[0], 32);
*/

/*@
  terminates     \true;
  exits          \false;
  assigns        provider, status;
*/
void begin_a_task(void);

void begin_a_task(void)
{
    status = pobf_provider_begin(&provider, &offer, measurement, policy, ephemeral);
    if (status == POBF_OK) {
        //@ assert once: provider.hpke.aead.uses == 1;
        return;
    }
    //@ assert forgotten: has_no_key;
    //@ assert encapsulated: ends_zero(&provider.encapsulated[0], 32);
    //@ assert aad: ends_zero(&provider.aad[0], POBF_AAD_BYTES);
    //@ assert input_salt: ends_zero(&provider.input_salt[0], 32);
    //@ assert output_salt: ends_zero(&provider.output_salt[0], 32);
}

/*@
  terminates     \true;
  exits          \false;
  assigns        provider.hpke.aead, message[0 .. MESSAGE - 1], commitment[0 .. 31], status;
*/
void seal_an_input(void);

void seal_an_input(void)
{
    status = pobf_provider_seal(&provider, message, INPUT, commitment);
    //@ assert once: \at(provider.hpke.aead.uses, Pre) != 1 ==> status == POBF_E_KEY;
    //@ assert key: ends_zero(&provider.hpke.aead.key[0], 32);
    //@ assert nonce: ends_zero(&provider.hpke.aead.nonce[0], 12);
    //@ assert spent: provider.hpke.aead.uses == 0;
    if (status != POBF_OK) {
        //@ assert nothing: ends_zero(&message[0], 148);
        //@ assert unsaid: ends_zero(&commitment[0], 32);
        return;
    }
}

/*@
  requires room: answer_size <= MESSAGE;
  terminates     \true;
  exits          \false;
  assigns        provider, message[0 .. MESSAGE - 1], size, commitment[0 .. 31], status;
*/
void open_an_answer(size_t answer_size);

void open_an_answer(size_t answer_size)
{
    status = pobf_provider_open(&provider, message, answer_size, &size, commitment);
    //@ assert forgotten: has_no_key;
    if (status == POBF_OK) {
        //@ assert length: size + 48 == answer_size;
        return;
    }
    //@ assert size: size == 0;
    //@ assert nothing: answer_size >= 1 ==> ends_zero(&message[0], answer_size);
    //@ assert unsaid: ends_zero(&commitment[0], 32);
}

/* Salts lie apart from all else. */
/*@
  terminates     \true;
  exits          \false;
  assigns        input_salt[0 .. 31], output_salt[0 .. 31], status;
*/
void derive_salts(void);

void derive_salts(void)
{
    status = pobf_provider_salts(input_salt, output_salt, &provider.hpke);
    //@ assert code: status == POBF_OK || status == POBF_E_SYSTEM;
    //@ assert no_input: status != POBF_OK ==> ends_zero(&input_salt[0], 32);
    //@ assert no_output: status != POBF_OK ==> ends_zero(&output_salt[0], 32);
}
