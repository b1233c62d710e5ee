/*
 * What an appraiser of hardware evidence may rely on: see steps.c. Where the fields are is said
 * again as distances from one to the next.
 */
#include "framework/crypto/merkle.h"
#include "framework/wire/quote.h"
#include "framework/wire/quote_body.h"
#include "framework/wire/snp_report.h"

enum { ROOM = 5000 };

uint8_t bytes[ROOM], hash[POBF_MERKLE_BYTES], other[POBF_MERKLE_BYTES];
struct pobf_snp_report snp;
struct pobf_quote quote;
struct pobf_sgx_report sgx;
struct pobf_td_report td;
struct pobf_merkle_path path;
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
  assigns        snp, status;
*/
void read_an_snp_report(size_t count);

void read_an_snp_report(size_t count)
{
    status = pobf_snp_report_parse(&snp, bytes, count);
    //@ assert code: status == POBF_OK || status == POBF_E_INPUT;
    if (status == POBF_OK) {
        //@ assert size: count == 1184;
        //@ assert version: snp.version == 2 || snp.version == 3 || snp.version == 5;
        //@ assert family: snp.family_id == &bytes[16] && snp.image_id == snp.family_id + 16;
        //@ assert tcb: snp.current_tcb == snp.image_id + 24;
        //@ assert data: snp.report_data == snp.current_tcb + 24;
        //@ assert measurement: snp.measurement == snp.report_data + 64;
        //@ assert host: snp.host_data == snp.measurement + 48;
        //@ assert id_key: snp.id_key_digest == snp.host_data + 32;
        //@ assert author: snp.author_key_digest == snp.id_key_digest + 48;
        //@ assert report: snp.report_id == snp.author_key_digest + 48;
        //@ assert agent: snp.report_id_ma == snp.report_id + 32;
        //@ assert reported: snp.reported_tcb == snp.report_id_ma + 32;
        //@ assert chip: snp.chip_id == snp.reported_tcb + 32;
        //@ assert committed: snp.committed_tcb == snp.chip_id + 64;
        //@ assert launch: snp.launch_tcb == snp.committed_tcb + 16;
        //@ assert signature: snp.r == snp.launch_tcb + 176 && snp.s == snp.r + 72;
        return;
    }
    //@ assert no_version: snp.version == 0 && snp.guest_svn == 0 && snp.policy == 0;
    //@ assert no_level: snp.vmpl == 0 && snp.signature_algorithm == 0;
    //@ assert no_platform: snp.platform_info == 0 && snp.signing_key == 0;
    //@ assert no_model: snp.family == 0 && snp.model == 0 && snp.stepping == 0;
    //@ assert no_ids: snp.family_id == \null && snp.image_id == \null;
    //@ assert no_tcb: snp.current_tcb == \null && snp.reported_tcb == \null;
    //@ assert no_other_tcb: snp.committed_tcb == \null && snp.launch_tcb == \null;
    //@ assert no_data: snp.report_data == \null && snp.measurement == \null;
    //@ assert no_host: snp.host_data == \null && snp.id_key_digest == \null;
    //@ assert no_author: snp.author_key_digest == \null && snp.report_id == \null;
    //@ assert no_agent: snp.report_id_ma == \null && snp.chip_id == \null;
    //@ assert no_signature: snp.r == \null && snp.s == \null;
}

/*@
  requires room: count <= ROOM;
  terminates     \true;
  exits          \false;
  assigns        quote, status;
*/
void read_a_quote(size_t count);

void read_a_quote(size_t count)
{
    status = pobf_quote_parse(&quote, bytes, count);
    //@ assert code: status == POBF_OK || status == POBF_E_INPUT;
    if (status == POBF_OK) {
        //@ assert header: is_found(quote.header, quote.signed_size, count);
        //@ assert sgx: quote.body_type == POBF_QUOTE_SGX ==> is_found(quote.body, 384, count);
        //@ assert td10: quote.body_type == POBF_QUOTE_TD10 ==> is_found(quote.body, 584, count);
        //@ assert td15: quote.body_type == POBF_QUOTE_TD15 ==> is_found(quote.body, 648, count);
        //@ assert signature: is_found(quote.signature, 64, count);
        //@ assert key: is_found(quote.key, 64, count);
        //@ assert report: is_found(quote.qe_report, 384, count);
        //@ assert qe: is_found(quote.qe_signature, 64, count);
        //@ assert auth: is_found(quote.qe_auth, quote.qe_auth_size, count);
        //@ assert certs: is_found(quote.certs, quote.certs_size, count);
        //@ assert padding: is_found(quote.padding, quote.padding_size, count);
        return;
    }
    //@ assert no_version: quote.version == 0 && quote.key_type == 0 && quote.tee_type == 0;
    //@ assert no_header: quote.header == \null && quote.signed_size == 0;
    //@ assert no_body: quote.body_type == 0 && quote.body == \null;
    //@ assert no_signature: quote.signature == \null && quote.key == \null;
    //@ assert no_report: quote.qe_report == \null && quote.qe_signature == \null;
    //@ assert no_auth: quote.qe_auth == \null && quote.qe_auth_size == 0;
    //@ assert no_certs: quote.certs_type == 0 && quote.certs == \null && quote.certs_size == 0;
    //@ assert no_padding: quote.padding == \null && quote.padding_size == 0;
}

/*@
  terminates     \true;
  exits          \false;
  assigns        sgx;
*/
void read_an_sgx_report(void);

void read_an_sgx_report(void)
{
    pobf_sgx_report_read(&sgx, bytes);
    //@ assert svn: sgx.cpu_svn == &bytes[0] && sgx.attributes == sgx.cpu_svn + 48;
    //@ assert mrenclave: sgx.mrenclave == sgx.attributes + 16;
    //@ assert mrsigner: sgx.mrsigner == sgx.mrenclave + 64;
    //@ assert config: sgx.config_id == sgx.mrsigner + 64;
    //@ assert family: sgx.family_id == sgx.config_id + 112;
    //@ assert data: sgx.report_data == sgx.family_id + 16;
}

/*@
  requires type: type == POBF_QUOTE_TD10 || type == POBF_QUOTE_TD15;
  terminates     \true;
  exits          \false;
  assigns        td;
*/
void read_a_td_report(enum pobf_quote_body type);

void read_a_td_report(enum pobf_quote_body type)
{
    pobf_td_report_read(&td, bytes, type);
    //@ assert svn: td.tee_tcb_svn == &bytes[0] && td.mrseam == td.tee_tcb_svn + 16;
    //@ assert seam: td.mrsignerseam == td.mrseam + 48;
    //@ assert seam_attributes: td.seam_attributes == td.mrsignerseam + 48;
    //@ assert attributes: td.td_attributes == td.seam_attributes + 8;
    //@ assert features: td.xfam == td.td_attributes + 8 && td.mrtd == td.xfam + 8;
    //@ assert config: td.mrconfigid == td.mrtd + 48 && td.mrowner == td.mrconfigid + 48;
    //@ assert owner: td.mrownerconfig == td.mrowner + 48 && td.rtmr == td.mrownerconfig + 48;
    //@ assert data: td.report_data == td.rtmr + 192;
    if (type == POBF_QUOTE_TD15) {
        //@ assert later: td.tee_tcb_svn2 == td.report_data + 64;
        //@ assert service: td.mrservicetd == td.tee_tcb_svn2 + 16;
        return;
    }
    //@ assert absent: td.tee_tcb_svn2 == \null && td.mrservicetd == \null;
}

/*@
  requires path: path.hashes == &bytes[0] && path.count <= 63;
  terminates     \true;
  exits          \false;
  assigns        hash[0 .. 31], status;
*/
void walk_a_tree(uint64_t index, uint64_t size);

void walk_a_tree(uint64_t index, uint64_t size)
{
    status = pobf_merkle_leaf(hash, bytes, 100);
    //@ assert leaf: status == POBF_OK || status == POBF_E_SYSTEM;
    //@ assert no_leaf: status != POBF_OK ==> ends_zero(&hash[0], 32);
    status = pobf_merkle_node(hash, hash, other);
    //@ assert node: status == POBF_OK || status == POBF_E_SYSTEM;
    //@ assert no_node: status != POBF_OK ==> ends_zero(&hash[0], 32);
    status = pobf_merkle_check_inclusion(hash, index, size, path, other);
    //@ assert code: status == POBF_OK || status == POBF_E_AUTH || status == POBF_E_SYSTEM;
    //@ assert inside: status == POBF_OK ==> index + 1 <= size;
    status = pobf_merkle_check_consistency(0, index, size, hash, path, other);
    //@ assert part: status == POBF_OK || status == POBF_E_AUTH || status == POBF_E_SYSTEM;
    //@ assert smaller: status == POBF_OK ==> 1 <= index && index <= size;
}
