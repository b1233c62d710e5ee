#include "verifier/report/claims.h"

#include <inttypes.h>
#include <string.h>

#include <sodium.h>

json_t *claims_hex(const uint8_t *bytes, size_t size)
{
    char text[2 * 64 + 1];

    return size > 64 ? NULL : json_string(sodium_bin2hex(text, sizeof text, bytes, size));
}

static void set_digest(json_t *object, const char *name, const uint8_t digest[POBF_DIGEST_BYTES])
{
    json_object_set_new(object, name, claims_hex(digest, POBF_DIGEST_BYTES));
}

/* JSON's integers have a sign here; what is beyond them is shown as text, not as less than zero. */
static void set_number(json_t *object, const char *name, uint64_t number)
{
    json_object_set_new(object, name,
                        number <= INT64_MAX ? json_integer((json_int_t)number)
                                            : json_sprintf("%" PRIu64, number));
}

const char *claims_trusted(const char *platform)
{
    if (platform == NULL || strcmp(platform, "sim") == 0) {
        return " The host is trusted: the platform is a simulator (sim).";
    }
    return strcmp(platform, "tpm") == 0
               ? " The host's system is trusted: a TPM (tpm) says what was started, not what runs."
               : " The host's system is trusted: its hardware says how that machine was launched.";
}

static json_t *affirmed_sentence(const struct appraisal *appraisal)
{
    static const char *const forgotten[] = {
        [APPRAISAL_PLATFORM_NONE] = "FORGOTTEN.",
        [APPRAISAL_PLATFORM_SIM] = "FORGOTTEN, on the host's word.",
        [APPRAISAL_PLATFORM_TPM] =
            "FORGOTTEN, as far as the host's system keeps to what its TPM measured.",
        [APPRAISAL_PLATFORM_SNP] = "FORGOTTEN, as far as the system that was launched keeps to it.",
        [APPRAISAL_PLATFORM_TDX] = "FORGOTTEN, as far as the system that was launched keeps to it.",
        [APPRAISAL_PLATFORM_CCA] = "FORGOTTEN, as far as the system that was launched keeps to it.",
    };
    const char *trusted = claims_trusted(appraisal_platform_name(appraisal->platform));

    if (appraisal->scope == APPRAISAL_INVOCATION) {
        return json_sprintf("%s%s How the task ended: %s.", forgotten[appraisal->platform], trusted,
                            appraisal_exit_sentence(appraisal->receipt.exit));
    }
    return json_sprintf("The enclave is the expected one.%s", trusted);
}

static json_t *sentence_of(const struct appraisal *appraisal)
{
    const struct checks *checks = &appraisal->checks;
    const struct check *failed = checks_reason(checks, CHECK_FAIL);
    const struct check *missing = checks_reason(checks, CHECK_NOT_EVALUATED);

    switch (appraisal->verdict) {
    case VERDICT_AFFIRMED:
        return affirmed_sentence(appraisal);
    case VERDICT_REFUSED:
        return json_sprintf("REFUSED: %s: expected %s, seen %s.", failed->id, failed->expected,
                            failed->seen);
    case VERDICT_CANNOT_TELL:
    default:
        return json_sprintf("CANNOT TELL: %s was not evaluated.",
                            missing != NULL ? missing->id : "what is needed");
    }
}

/* Every check that keeps the verdict from affirming, by name. */
static json_t *reasons_of(const struct appraisal *appraisal)
{
    const enum check_result result =
        appraisal->verdict == VERDICT_REFUSED ? CHECK_FAIL : CHECK_NOT_EVALUATED;
    json_t *reasons = json_array();

    for (size_t i = 0; i < appraisal->checks.count; i++) {
        const struct check *check = &appraisal->checks.item[i];

        if (appraisal->verdict != VERDICT_AFFIRMED && check->result == result &&
            (result == CHECK_FAIL || check->mandatory)) {
            json_array_append_new(reasons, json_string(check->id));
        }
    }
    return reasons;
}

json_t *claims_verdict(const struct appraisal *appraisal)
{
    return json_pack("{s:s, s:o, s:s, s:o}", "verdict", checks_verdict_word(appraisal->verdict),
                     "sentence", sentence_of(appraisal), "scope",
                     appraisal->scope == APPRAISAL_INVOCATION ? "invocation" : "enclave", "because",
                     reasons_of(appraisal));
}

json_t *claims_digests(const struct appraisal *appraisal)
{
    json_t *digests = json_object();

    set_digest(digests, "evidence", appraisal->evidence_digest);
    set_digest(digests, "receipt", appraisal->receipt_digest);
    set_digest(digests, "certificate", appraisal->certificate.digest);
    return digests;
}

json_t *claims_assumptions(void)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}",                                   /* */
                     "A1", "the platform isolates and quotes honestly",                  /* */
                     "A2", "hashes do not collide, signatures and AEAD are not forged",  /* */
                     "A3", "the instruction-set model behind the binary check is right", /* */
                     "A4", "the zone map is complete: no DMA, no copies in swap",        /* */
                     "A5", "the provers and checkers are sound",                         /* */
                     "A6", "the random source is not the host's alone");
}

/* A quote says what was measured into a TPM, and that who could use the TPM asked for it. */
static const char *const on_tpm[] = {
    "on tpm: any protection from the host's system, its root or its kernel: memory is not "
    "encrypted",
    "on tpm: that register 23 was extended by this host: software that may use the TPM can reset "
    "it",
    "on tpm: that the host booted what you expect, unless a --platform-policy pins registers 0 to "
    "7",
    "on tpm: that the TPM is a chip, and whose: that is what vouching for its AK says",
};

static const char *const on_machine[] = {
    "on snp, tdx, cca: any protection from the machine's own system, its root or its kernel: the "
    "hardware says how it was launched, and hides its memory from whoever runs it",
};

static void add_texts(json_t *list, const char *const texts[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_string(texts[i]));
    }
}

json_t *claims_not_claimed(const struct appraisal *appraisal)
{
    json_t *list = json_pack(
        "[s, s, s, s, s, s]",
        "timing and micro-architectural channels beyond sizes, time and the kind of exit",
        "what the host's kernel saved of a process, until it uses that memory again",
        "what the host's kernel warns of in its log (UMIP, the vsyscall page)", "remanence of DRAM",
        "copies that the data provider keeps", "what the output itself says");

    if (appraisal->platform == APPRAISAL_PLATFORM_SIM) {
        json_array_append_new(list, json_string("on sim: any protection from the host"));
    }
    if (appraisal->platform == APPRAISAL_PLATFORM_TPM) {
        add_texts(list, on_tpm, sizeof on_tpm / sizeof on_tpm[0]);
    } else if (appraisal_platform_is_hardware(appraisal->platform)) {
        add_texts(list, on_machine, sizeof on_machine / sizeof on_machine[0]);
    }
    return list;
}

static const char *const backends[] = {
    [POBF_BACKEND_NONE] = "none",
    [POBF_BACKEND_PROCESS] = "process",
    [POBF_BACKEND_KVM] = "kvm",
};

enum pobf_backend claims_backend(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof backends / sizeof backends[0]; i++) {
        if (strcmp(name, backends[i]) == 0) {
            return (enum pobf_backend)i;
        }
    }
    return POBF_BACKEND_NONE;
}

/* Neither a simulator nor a TPM keeps the host out of the enclave's memory. */
json_t *claims_platform(enum appraisal_platform platform, enum pobf_backend backend)
{
    return json_pack("{s:s, s:s, s:b}", "platform", appraisal_platform_name(platform), "backend",
                     backends[backend], "host_trusted", platform != APPRAISAL_PLATFORM_NONE);
}

json_t *claims_enclave(const struct pobf_evidence *evidence)
{
    json_t *facts = json_object();

    json_object_set_new(facts, "boot_id", claims_hex(evidence->boot_id, POBF_BOOT_ID_BYTES));
    set_digest(facts, "measurement", evidence->measurement);
    set_digest(facts, "policy", evidence->policy);
    set_digest(facts, "monitor", evidence->monitor);
    set_digest(facts, "receipt_key", evidence->receipt_key);
    set_digest(facts, "channel_key", evidence->channel_key);
    set_digest(facts, "certificate", evidence->certificate);
    set_digest(facts, "nonce", evidence->nonce);
    return facts;
}

static void set_receipt_chain(json_t *facts, const struct pobf_receipt *receipt)
{
    json_object_set_new(facts, "boot_id", claims_hex(receipt->boot_id, POBF_BOOT_ID_BYTES));
    json_object_set_new(facts, "task_id", claims_hex(receipt->task_id, POBF_TASK_ID_BYTES));
    set_number(facts, "sequence", receipt->sequence);
    set_digest(facts, "previous", receipt->previous);
    set_digest(facts, "measurement", receipt->measurement);
    set_digest(facts, "policy", receipt->policy);
    set_number(facts, "issued_at", receipt->issued_at_s);
    set_digest(facts, "input_commitment", receipt->input_commitment);
    set_digest(facts, "output_commitment", receipt->output_commitment);
}

static void set_receipt_wipe(json_t *facts, const struct pobf_receipt *receipt)
{
    set_number(facts, "zone_bytes", receipt->zone_bytes);
    set_number(facts, "restored_bytes", receipt->restored_bytes);
    set_digest(facts, "golden", receipt->golden);
    /* What the receipt's profile says of the comparison: there is no other policy. */
    json_object_set_new(facts, "comparison", json_string("every restored byte, on every call"));
    set_number(facts, "mismatches", receipt->mismatches);
    json_object_set_new(facts, "registers_cleared", json_boolean(receipt->registers_cleared));
    json_object_set_new(facts, "key_destroyed", json_boolean(receipt->key_destroyed));
}

json_t *claims_forgetting(const struct pobf_receipt *receipt)
{
    json_t *facts = json_pack("{s:s, s:s}", "exit", appraisal_exit_name(receipt->exit),
                              "exit_sentence", appraisal_exit_sentence(receipt->exit));

    set_receipt_chain(facts, receipt);
    set_receipt_wipe(facts, receipt);
    set_number(facts, "time_us", receipt->time_us);
    set_number(facts, "memory_peak", receipt->memory_peak);
    set_number(facts, "steps", receipt->steps);
    return facts;
}

static json_t *claims_proof(const struct certificate *certificate)
{
    json_t *facts = json_object();

    set_number(facts, "goals_proved", certificate->proved);
    set_number(facts, "goals_total", certificate->goals);
    set_number(facts, "issued_at", certificate->issued_at_s);
    set_number(facts, "mutants", certificate->levels.mutants);
    set_number(facts, "mutants_noticed", certificate->levels.killed);
    set_number(facts, "mutants_survive", certificate->levels.survivors);
    set_digest(facts, "specification", certificate->levels.specification);
    set_digest(facts, "source", certificate->source);
    set_digest(facts, "measurement", certificate->measurement);
    set_digest(facts, "monitor", certificate->monitor);
    set_digest(facts, "trustlet", certificate->trustlet);
    return facts;
}

void claims_add_facts(json_t *submod, enum ear_submod which, const struct appraisal *appraisal)
{
    switch (which) {
    case EAR_PLATFORM:
        json_object_set_new(submod, CLAIMS_PLATFORM,
                            claims_platform(appraisal->platform, appraisal->evidence.backend));
        break;
    case EAR_ENCLAVE:
        json_object_set_new(submod, CLAIMS_ENCLAVE, claims_enclave(&appraisal->evidence));
        break;
    case EAR_FORGETTING:
        json_object_set_new(submod, "eat_profile", json_string(CLAIMS_FORGETTING));
        json_object_set_new(submod, CLAIMS_FORGETTING, claims_forgetting(&appraisal->receipt));
        if (appraisal->certificate.goals > 0) {
            json_object_set_new(submod, CLAIMS_PROOF, claims_proof(&appraisal->certificate));
        }
        break;
    case EAR_SUBMOD_COUNT:
    default:
        break;
    }
}
