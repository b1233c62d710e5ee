#include "verifier/tpm/event_log.h"

#include <string.h>

#include <openssl/evp.h>

#include "framework/wire/event_log.h"
#include "verifier/tpm/evidence.h"

enum { EVENTS_MAX = 65536 };

/* The bank whose registers are computed. */
struct bank {
    uint32_t id;
    size_t size;
};

/* Extend: the register becomes the hash of itself and the digest. */
static int extend(uint8_t *value, const uint8_t *digest, const struct bank *bank)
{
    uint8_t both[2 * POBF_EVENT_LOG_DIGEST_MAX];
    unsigned int size = 0;

    memcpy(both, value, bank->size);
    memcpy(both + bank->size, digest, bank->size);
    return EVP_Digest(both, 2 * bank->size, value, &size,
                      EVP_get_digestbyname(tpm_hash_name(bank->id)), NULL) == 1 &&
           size == bank->size;
}

/* Where the firmware was started at another locality, register 0 does not begin with zeros. */
static void take_locality(struct event_log_registers *registers, const struct pobf_event *event,
                          const struct bank *bank)
{
    static const char name[16] = "StartupLocality";

    if (event->pcr == 0 && event->data_size == sizeof name + 1 &&
        memcmp(event->data, name, sizeof name) == 0 && (registers->extended & 1) == 0) {
        registers->value[0][bank->size - 1] = event->data[sizeof name];
    }
}

static enum pobf_status apply(struct event_log_registers *registers, const struct pobf_event *event,
                              const struct bank *bank)
{
    if (event->type == POBF_EVENT_NO_ACTION) {
        take_locality(registers, event, bank);
        return POBF_OK;
    }
    if (event->pcr >= POBF_TPM_PCRS || event->digest == NULL) {
        return POBF_E_INPUT;
    }
    registers->extended |= (uint32_t)1 << event->pcr;
    return extend(registers->value[event->pcr], event->digest, bank) ? POBF_OK : POBF_E_SYSTEM;
}

/* What the log was kept with; of another bank it says nothing. */
static int has_bank(const struct pobf_event_log_hashes *hashes, uint32_t id)
{
    for (uint32_t i = 0; i < hashes->count; i++) {
        if (hashes->id[i] == id) {
            return 1;
        }
    }
    return 0;
}

static enum pobf_status replay(struct event_log_registers *registers,
                               struct pobf_fixed_reader *reader,
                               const struct pobf_event_log_hashes *hashes, uint32_t id)
{
    const struct bank bank = {id, tpm_hash_size(id)};
    enum pobf_status status = bank.size != 0 && has_bank(hashes, id) ? POBF_OK : POBF_E_MISSING;
    struct pobf_event event;

    while (status == POBF_OK && reader->at < reader->size) {
        status = registers->event_count++ < EVENTS_MAX
                     ? pobf_event_log_next(&event, reader, hashes, id)
                     : POBF_E_INPUT;
        if (status == POBF_OK) {
            status = apply(registers, &event, &bank);
        }
    }
    return status == POBF_OK ? pobf_fixed_end(reader) : status;
}

enum pobf_status event_log_replay(struct event_log_registers *registers, const uint8_t *bytes,
                                  size_t size, uint32_t bank)
{
    struct pobf_event_log_hashes hashes;
    struct pobf_fixed_reader reader;
    enum pobf_status status;

    memset(registers, 0, sizeof *registers);
    pobf_fixed_init(&reader, bytes, size);
    status = pobf_event_log_begin(&hashes, &reader);
    if (status == POBF_OK) {
        status = replay(registers, &reader, &hashes, bank);
    }
    if (status != POBF_OK) {
        memset(registers, 0, sizeof *registers);
    }
    return status;
}
