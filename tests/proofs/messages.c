/*
 * What a reader and a writer of messages may rely on: see steps.c.
 */
#include "framework/wire/answer.h"
#include "framework/wire/cose.h"
#include "framework/wire/evidence.h"
#include "framework/wire/offer.h"
#include "framework/wire/receipt.h"

enum { ROOM = 600 };

uint8_t bytes[ROOM], out[ROOM], key[64], digest[32];
struct pobf_answer answer;
struct pobf_evidence evidence;
struct pobf_offer offer;
struct pobf_receipt receipt;
size_t size;
enum pobf_status status;

/*@
  predicate ends_zero{L}(uint8_t *p, integer n) = p[0] == 0 && p[n - 1] == 0;

  // n bytes at p are some of the first `count` of `bytes`.
  predicate is_found{L}(uint8_t *p, integer n, integer count) =
    \exists integer at; 0 <= at && at + n <= count && p == &bytes[at];
*/

/*@
  requires room: count <= ROOM;
  terminates     \true;
  exits          \false;
  assigns        answer, status;
*/
void read_an_answer(size_t count);

void read_an_answer(size_t count)
{
    status = pobf_answer_parse(&answer, bytes, count);
    //@ assert code: status == POBF_OK || status == POBF_E_INPUT;
    if (status == POBF_OK) {
        //@ assert receipt: is_found(answer.receipt, answer.receipt_size, count);
        //@ assert sealed: is_found(answer.sealed, answer.sealed_size, count);
        return;
    }
    //@ assert no_receipt: answer.receipt == \null && answer.receipt_size == 0;
    //@ assert no_sealed: answer.sealed == \null && answer.sealed_size == 0;
}

/*@
  requires receipt: answer.receipt == &bytes[0] && answer.receipt_size <= ROOM;
  terminates        \true;
  exits             \false;
  assigns           out[0 .. ROOM - 1], size, status;
*/
void write_an_answer(void);

void write_an_answer(void)
{
    status = pobf_answer_print_head(out, ROOM, &size, &answer);
    //@ assert code: status == POBF_OK || status == POBF_E_SPACE;
    //@ assert success: status == POBF_OK ==> 1 <= size <= 600;
    //@ assert failure: status != POBF_OK ==> size == 0 && ends_zero(&out[0], 600);
}

/*@
  requires room: count <= ROOM;
  terminates     \true;
  exits          \false;
  assigns        offer, status;
*/
void read_an_offer(size_t count);

void read_an_offer(size_t count)
{
    status = pobf_offer_parse(&offer, bytes, count);
    //@ assert code: status == POBF_OK || status == POBF_E_INPUT;
    if (status != POBF_OK) {
        //@ assert boot_id: ends_zero(&offer.boot_id[0], POBF_BOOT_ID_BYTES);
        //@ assert task_id: ends_zero(&offer.task_id[0], POBF_TASK_ID_BYTES);
        //@ assert public_key: ends_zero(&offer.public_key[0], 32);
        return;
    }
}

/*@
  requires room: count <= ROOM;
  terminates     \true;
  exits          \false;
  assigns        receipt, status;
*/
void read_a_receipt(size_t count);

void read_a_receipt(size_t count)
{
    status = pobf_receipt_parse(&receipt, bytes, count);
    //@ assert code: status == POBF_OK || status == POBF_E_INPUT;
    //@ assert exits: 0 <= receipt.exit && receipt.exit < POBF_EXIT_COUNT;
    //@ assert bools: receipt.registers_cleared <= 1 && receipt.key_destroyed <= 1;
    if (status != POBF_OK) {
        //@ assert times: receipt.issued_at_s == 0 && receipt.time_us == 0;
        //@ assert numbers: receipt.sequence == 0 && receipt.exit == 0 && receipt.mismatches == 0;
        //@ assert sizes: receipt.zone_bytes == 0 && receipt.restored_bytes == 0;
        //@ assert peak: receipt.memory_peak == 0 && receipt.steps == 0;
        //@ assert unsaid: receipt.registers_cleared == 0 && receipt.key_destroyed == 0;
        //@ assert boot_id: ends_zero(&receipt.boot_id[0], POBF_BOOT_ID_BYTES);
        //@ assert previous: ends_zero(&receipt.previous[0], 32);
        //@ assert measurement: ends_zero(&receipt.measurement[0], 32);
        //@ assert policy: ends_zero(&receipt.policy[0], 32);
        //@ assert task_id: ends_zero(&receipt.task_id[0], POBF_TASK_ID_BYTES);
        //@ assert input: ends_zero(&receipt.input_commitment[0], 32);
        //@ assert output: ends_zero(&receipt.output_commitment[0], 32);
        //@ assert golden: ends_zero(&receipt.golden[0], 32);
        return;
    }
}

/*@
  requires room: count <= ROOM;
  terminates     \true;
  exits          \false;
  assigns        evidence, status;
*/
void read_evidence(size_t count);

void read_evidence(size_t count)
{
    status = pobf_evidence_parse(&evidence, bytes, count);
    //@ assert code: status == POBF_OK || status == POBF_E_INPUT;
    if (status == POBF_OK) {
        //@ assert platform: evidence.platform == POBF_PLATFORM_SIM;
        //@ assert backend: evidence.backend == 1 || evidence.backend == 2;
        return;
    }
    //@ assert nothing: evidence.platform == 0 && evidence.backend == 0;
    //@ assert nonce: ends_zero(&evidence.nonce[0], 32);
    //@ assert boot_id: ends_zero(&evidence.boot_id[0], POBF_BOOT_ID_BYTES);
    //@ assert measurement: ends_zero(&evidence.measurement[0], 32);
    //@ assert monitor: ends_zero(&evidence.monitor[0], 32);
    //@ assert policy: ends_zero(&evidence.policy[0], 32);
    //@ assert receipt_key: ends_zero(&evidence.receipt_key[0], 32);
    //@ assert channel_key: ends_zero(&evidence.channel_key[0], 32);
    //@ assert certificate: ends_zero(&evidence.certificate[0], 32);
    //@ assert report_data: ends_zero(&evidence.report_data[0], 32);
}

/*@
  terminates     \true;
  exits          \false;
  assigns        digest[0 .. 31], out[0 .. ROOM - 1], size, status;
*/
void write_evidence(void);

void write_evidence(void)
{
    status = pobf_evidence_bind(digest, &evidence);
    //@ assert code: status == POBF_OK || status == POBF_E_SYSTEM;
    //@ assert unbound: status != POBF_OK ==> ends_zero(&digest[0], 32);
    status = pobf_evidence_sign(out, ROOM, &size, &evidence, key);
    //@ assert success: status == POBF_OK ==> 1 <= size <= 600;
    //@ assert failure: status != POBF_OK ==> size == 0 && ends_zero(&out[0], 600);
}

/*@
  requires room: count <= ROOM;
  terminates     \true;
  exits          \false;
  assigns        status;
*/
void check_a_signature(size_t count);

void check_a_signature(size_t count)
{
    status = pobf_cose_verify(bytes, count, key);
    //@ assert code: status == POBF_OK || status == POBF_E_INPUT || status == POBF_E_AUTH;
}
