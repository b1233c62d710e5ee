#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "verifier/tpm/event_log.h"
#include "verifier/tpm/quote.h"
#include "verifier/x509/signature.h"

enum { NUMBER_MAX = 48, RSA_MAX = 512 };

static const struct hardware_check checks[TPM_COUNT] = {
#define X(name, id, field, mandatory, advice) [TPM_##name] = {id, field, mandatory, advice},
    TPM_CHECKS(X)
#undef X
};

/* What the steps share. */
struct quote {
    struct hardware_appraisal *appraisal;
    size_t first;
    const struct tpm_evidence *evidence;
    const uint8_t *bytes; /* the message */
    struct pobf_tpm_quote quote;
    uint32_t hash; /* of the signature, and of the digest over the registers */
};

size_t tpm_list(struct hardware_appraisal *appraisal)
{
    return hardware_list(appraisal, checks, TPM_COUNT);
}

static struct check *check_of(struct quote *quote, enum tpm_place place)
{
    return hardware_check_at(quote->appraisal, quote->first + place);
}

static enum signature_algorithm algorithm_of(uint32_t scheme, uint32_t hash)
{
    if (hash == POBF_TPM_SHA256) {
        return scheme == POBF_TPM_RSASSA   ? SIGNATURE_RS256
               : scheme == POBF_TPM_RSAPSS ? SIGNATURE_PS256
                                           : SIGNATURE_ES256;
    }
    if (hash == POBF_TPM_SHA384 && scheme != POBF_TPM_RSASSA) {
        return scheme == POBF_TPM_RSAPSS ? SIGNATURE_PS384 : SIGNATURE_ES384;
    }
    return SIGNATURE_NONE;
}

/* A number to the right of a field of zeros: TPMs leave leading zeros out. 1 where it fits. */
static int align_right(uint8_t *field, size_t room, const uint8_t *bytes, size_t size)
{
    if (size > room) {
        return 0;
    }
    memset(field, 0, room);
    memcpy(field + room - size, bytes, size);
    return 1;
}

/* The signature as signature_verify wants it: its size, 0 where it cannot be. */
static size_t flatten(uint8_t out[RSA_MAX], const struct pobf_tpm_signature *signature,
                      const uint8_t *bytes)
{
    const size_t room = tpm_hash_size(signature->hash);

    if (signature->algorithm == POBF_TPM_ECDSA) {
        return room <= NUMBER_MAX &&
                       align_right(out, room, bytes + signature->first.at, signature->first.size) &&
                       align_right(out + room, room, bytes + signature->second.at,
                                   signature->second.size)
                   ? 2 * room
                   : 0;
    }
    memcpy(out, bytes + signature->first.at, signature->first.size);
    return signature->first.size;
}

static void judge_signature(struct quote *quote, enum tpm_signature_form form, EVP_PKEY *ak)
{
    const struct tpm_bytes *given = &quote->evidence->signature;
    struct pobf_tpm_signature signature = {
        POBF_TPM_RSASSA, POBF_TPM_SHA256, {0, given->size <= RSA_MAX ? given->size : 0}, {0, 0}};
    enum signature_algorithm algorithm = SIGNATURE_NONE;
    uint8_t flat[RSA_MAX];
    size_t size;
    char seen[CHECK_TEXT_ROOM];
    int good;

    if (form == TPM_SIGNATURE_BARE ||
        pobf_tpm_signature_parse(&signature, given->bytes, given->size) == POBF_OK) {
        algorithm = algorithm_of(signature.algorithm, signature.hash);
        quote->hash = signature.hash;
    }
    snprintf(seen, sizeof seen, "scheme 0x%04x with %s", signature.algorithm,
             tpm_hash_name(signature.hash));
    check_judge(check_of(quote, TPM_ALGORITHM), algorithm != SIGNATURE_NONE,
                "RSASSA, RSAPSS or ECDSA with SHA-256 or SHA-384", seen);
    if (algorithm == SIGNATURE_NONE || ak == NULL) {
        return;
    }
    size = flatten(flat, &signature, given->bytes);
    good = size > 0 && signature_verify(algorithm, ak, flat, size, quote->bytes,
                                        quote->evidence->message.size) == POBF_OK;
    check_judge(check_of(quote, TPM_SIGNATURE), good, "by the AK",
                good ? "by the AK" : "not by this AK over these bytes");
}

/* The given registers of a bank of the quote; NULL where they are not there. */
static const struct tpm_registers *registers_of(const struct quote *quote, size_t bank)
{
    const struct tpm_evidence *evidence = quote->evidence;

    for (size_t i = 0; i < evidence->bank_count; i++) {
        if (evidence->bank[i].hash == quote->quote.bank[bank] ||
            (evidence->bank[i].hash == 0 && quote->quote.bank_count == 1)) {
            return &evidence->bank[i];
        }
    }
    return NULL;
}

static int is_selected(const struct quote *quote, size_t bank, size_t pcr)
{
    return (quote->quote.pcrs[bank] >> pcr & 1) != 0;
}

/* Hash the selected registers of a bank; 1 where each is there and as long as its bank's digest. */
static int add_bank(EVP_MD_CTX *context, const struct quote *quote, size_t bank)
{
    const struct tpm_registers *registers = registers_of(quote, bank);
    const size_t size = tpm_hash_size(quote->quote.bank[bank]);

    for (size_t i = 0; i < POBF_TPM_PCRS; i++) {
        if (!is_selected(quote, bank, i)) {
            continue;
        }
        if (registers == NULL || size == 0 || registers->value[i].size != size ||
            EVP_DigestUpdate(context, registers->value[i].bytes, size) != 1) {
            return 0;
        }
    }
    return 1;
}

/* The digest is by the signature's hash, whatever the banks are. */
static int digest_registers(const struct quote *quote, uint8_t digest[EVP_MAX_MD_SIZE],
                            unsigned int *size)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int good = context != NULL &&
               EVP_DigestInit_ex(context, EVP_get_digestbyname(tpm_hash_name(quote->hash)), NULL);

    for (size_t i = 0; good && i < quote->quote.bank_count; i++) {
        good = add_bank(context, quote, i);
    }
    good = good && EVP_DigestFinal_ex(context, digest, size) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

static void judge_registers(struct quote *quote)
{
    const struct pobf_span *signed_digest = &quote->quote.digest;
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;

    if (quote->hash == 0) {
        return;
    }
    if (!digest_registers(quote, digest, &size) || size != signed_digest->size) {
        check_judge(check_of(quote, TPM_PCRS), 0, "a value of every register in the quote",
                    "not all of them, or of other sizes");
        return;
    }
    check_bytes(check_of(quote, TPM_PCRS), quote->bytes + signed_digest->at, digest, size);
}

/* What the log comes to, beside a register that the TPM signed; 1 where they are the same. */
static int compare_register(struct check *check, const struct quote *quote, size_t bank, size_t pcr,
                            const uint8_t *value)
{
    const struct tpm_registers *registers = registers_of(quote, bank);
    const struct tpm_bytes *given = &registers->value[pcr];
    char expected[CHECK_TEXT_ROOM], seen[CHECK_TEXT_ROOM];
    char hex[2 * POBF_EVENT_LOG_DIGEST_MAX + 1];

    if (memcmp(given->bytes, value, given->size) == 0) {
        return 1;
    }
    sodium_bin2hex(hex, sizeof hex, value, given->size);
    snprintf(expected, sizeof expected, "PCR %zu of %s: %s", pcr,
             tpm_hash_name(quote->quote.bank[bank]), hex);
    sodium_bin2hex(hex, sizeof hex, given->bytes, given->size);
    snprintf(seen, sizeof seen, "PCR %zu: %s", pcr, hex);
    check_judge(check, 0, expected, seen);
    return 0;
}

/* The first register of a bank that the log tells otherwise fails the check. Those that the log does
 * not tell of are for others to explain: they are not among the claims. */
static int compare_bank(struct quote *quote, size_t bank, json_t *told)
{
    struct check *check = check_of(quote, TPM_EVENT_LOG);
    const struct tpm_bytes *log = &quote->evidence->event_log;
    struct event_log_registers replayed;
    const enum pobf_status status =
        event_log_replay(&replayed, log->bytes, log->size, quote->quote.bank[bank]);

    if (status != POBF_OK) {
        check_judge(check, 0, "a crypto-agile log with the banks of the quote",
                    status == POBF_E_MISSING ? "one without them" : "something else");
        return 0;
    }
    for (size_t i = 0; i < POBF_TPM_PCRS; i++) {
        if (is_selected(quote, bank, i) && (replayed.extended >> i & 1) != 0) {
            if (!compare_register(check, quote, bank, i, replayed.value[i])) {
                return 0;
            }
            json_array_append_new(told, json_integer((json_int_t)i));
        }
    }
    return 1;
}

/* Only beside registers that were signed; a log is nobody's word. */
static void judge_event_log(struct quote *quote)
{
    json_t *banks = json_object();
    size_t count = 0;
    int good = 1;

    for (size_t i = 0; good && i < quote->quote.bank_count; i++) {
        json_t *told = json_array();

        good = compare_bank(quote, i, told);
        count += json_array_size(told);
        json_object_set_new(banks, tpm_hash_name(quote->quote.bank[i]), told);
    }
    if (good) {
        check_judge(check_of(quote, TPM_EVENT_LOG), count > 0, "what went into the registers",
                    count > 0 ? "just that" : "nothing of any register in the quote");
        json_object_set(quote->appraisal->found.claims, "event_log", banks);
    }
    json_decref(banks);
}

static json_t *bank_claims(const struct quote *quote, size_t bank)
{
    const struct tpm_registers *registers = registers_of(quote, bank);
    json_t *object = json_object();
    char name[16];

    for (size_t i = 0; registers != NULL && i < POBF_TPM_PCRS; i++) {
        if (is_selected(quote, bank, i) && registers->value[i].bytes != NULL) {
            snprintf(name, sizeof name, "%zu", i);
            hardware_claim_bytes(object, name, registers->value[i].bytes, registers->value[i].size);
        }
    }
    return object;
}

static void say_what_it_says(struct quote *quote)
{
    const struct pobf_tpm_quote *parsed = &quote->quote;
    struct hardware_found *found = &quote->appraisal->found;
    json_t *pcrs = json_object();

    hardware_data_set(&found->nonce, quote->bytes + parsed->nonce.at, parsed->nonce.size);
    for (size_t i = 0; i < parsed->bank_count; i++) {
        json_object_set_new(pcrs, tpm_hash_name(parsed->bank[i]), bank_claims(quote, i));
    }
    json_object_set_new(found->claims, "pcrs", pcrs);
    hardware_claim_bytes(found->claims, "pcr_digest", quote->bytes + parsed->digest.at,
                         parsed->digest.size);
    hardware_claim_bytes(found->claims, "signer", quote->bytes + parsed->signer.at,
                         parsed->signer.size);
    hardware_claim_number(found->claims, "clock_ms", parsed->clock_ms);
    json_object_set_new(found->claims, "clock_is_safe", json_boolean(parsed->clock_is_safe == 1));
    hardware_claim_number(found->claims, "resets", parsed->resets);
    hardware_claim_number(found->claims, "restarts", parsed->restarts);
    hardware_claim_number(found->claims, "firmware", parsed->firmware);
}

void tpm_judge_quote(struct hardware_appraisal *appraisal, size_t first,
                     const struct tpm_evidence *evidence, enum tpm_signature_form form,
                     EVP_PKEY *ak)
{
    struct quote quote = {.appraisal = appraisal,
                          .first = first,
                          .evidence = evidence,
                          .bytes = evidence->message.bytes};
    const int parsed =
        pobf_tpm_quote_parse(&quote.quote, quote.bytes, evidence->message.size) == POBF_OK;
    char seen[CHECK_TEXT_ROOM];

    check_judge(check_of(&quote, TPM_QUOTE), parsed,
                "TPMS_ATTEST with registers, nothing left over",
                parsed ? "just that" : "other bytes");
    if (!parsed) {
        return;
    }
    snprintf(seen, sizeof seen, "0x%08x", quote.quote.magic);
    check_judge(check_of(&quote, TPM_MAGIC), quote.quote.magic == POBF_TPM_MAGIC, "0xff544347",
                seen);
    snprintf(seen, sizeof seen, "0x%04x", quote.quote.type);
    check_judge(check_of(&quote, TPM_TYPE), quote.quote.type == POBF_TPM_QUOTE, "0x8018", seen);
    judge_signature(&quote, form, ak);
    judge_registers(&quote);
    if (evidence->event_log.bytes != NULL) {
        check_of(&quote, TPM_EVENT_LOG)->mandatory = 1;
        if (hardware_passed(appraisal, first + TPM_PCRS)) {
            judge_event_log(&quote);
        }
    }
    say_what_it_says(&quote);
}
