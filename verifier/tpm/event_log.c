#include "verifier/tpm/event_log.h"

#include <string.h>

#include <openssl/evp.h>

#include "framework/wire/fixed.h"
#include "verifier/tpm/evidence.h"

enum { NO_ACTION = 3, HASHES_MAX = 8, SHA1_BYTES = 20, SPEC_BYTES = 24, EVENTS_MAX = 65536 };

/* A hash that the log is kept with, and how long it is: so those that are not known are skipped. */
struct hash {
    uint32_t id;
    size_t size;
};

struct log {
    struct pobf_fixed_reader reader;
    struct hash hash[HASHES_MAX];
    size_t hash_count;
};

/* One event, as far as it matters. */
struct event {
    uint32_t pcr;
    uint32_t type;
    const uint8_t *digest; /* of the bank; NULL: there is none */
    const uint8_t *data;
    size_t size;
};

static int take_hashes(struct log *log, struct pobf_fixed_reader *reader)
{
    const uint32_t count = pobf_fixed_take_u32(reader);

    if (count == 0 || count > HASHES_MAX) {
        return 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        log->hash[i].id = pobf_fixed_take_u16(reader);
        log->hash[i].size = pobf_fixed_take_u16(reader);
        /* One that is known has its one size; else all that follows would be read askew. */
        if (log->hash[i].size == 0 || log->hash[i].size > EVENT_LOG_DIGEST_MAX ||
            (tpm_hash_size(log->hash[i].id) != 0 &&
             tpm_hash_size(log->hash[i].id) != log->hash[i].size)) {
            return 0;
        }
    }
    log->hash_count = count;
    return 1;
}

/* The data of the first event: signature, class, versions; hashes; what a vendor added. */
static int read_spec(struct log *log, const uint8_t *data, size_t size)
{
    static const char name[16] = "Spec ID Event03";
    struct pobf_fixed_reader reader;
    const uint8_t *fixed, *vendor;

    pobf_fixed_init(&reader, data, size);
    fixed = pobf_fixed_take(&reader, SPEC_BYTES);
    if (fixed == NULL || memcmp(fixed, name, sizeof name) != 0 || !take_hashes(log, &reader)) {
        return 0;
    }
    vendor = pobf_fixed_take(&reader, 1);
    if (vendor != NULL) {
        (void)pobf_fixed_take(&reader, *vendor);
    }
    return pobf_fixed_end(&reader) == POBF_OK;
}

/* The first event has the layout of TPM 1.2, for those who know no other. */
static int read_first(struct log *log)
{
    struct pobf_fixed_reader *reader = &log->reader;
    const uint32_t pcr = pobf_fixed_take_u32(reader);
    const uint32_t type = pobf_fixed_take_u32(reader);
    const uint8_t *digest = pobf_fixed_take(reader, SHA1_BYTES);
    const size_t size = pobf_fixed_take_u32(reader);
    const uint8_t *data = pobf_fixed_take(reader, size);

    return digest != NULL && data != NULL && pcr == 0 && type == NO_ACTION &&
           read_spec(log, data, size);
}

static const struct hash *find_hash(const struct log *log, uint32_t id)
{
    for (size_t i = 0; i < log->hash_count; i++) {
        if (log->hash[i].id == id) {
            return &log->hash[i];
        }
    }
    return NULL;
}

/* 0 where the event is not whole, or has a digest of a hash that the log did not announce. */
static int read_event(struct event *event, struct log *log, uint32_t bank)
{
    struct pobf_fixed_reader *reader = &log->reader;
    uint32_t count;

    *event = (struct event){.digest = NULL};
    event->pcr = pobf_fixed_take_u32(reader);
    event->type = pobf_fixed_take_u32(reader);
    count = pobf_fixed_take_u32(reader);
    if (reader->failed || count > HASHES_MAX) {
        return 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t id = pobf_fixed_take_u16(reader);
        const struct hash *hash = find_hash(log, id);
        const uint8_t *digest = hash == NULL ? NULL : pobf_fixed_take(reader, hash->size);

        if (digest == NULL || (id == bank && event->digest != NULL)) {
            return 0;
        }
        event->digest = id == bank ? digest : event->digest;
    }
    event->size = pobf_fixed_take_u32(reader);
    event->data = pobf_fixed_take(reader, event->size);
    return event->data != NULL;
}

/* Extend: the register becomes the hash of itself and the digest. */
static int extend(uint8_t *value, const uint8_t *digest, const struct hash *hash)
{
    uint8_t both[2 * EVENT_LOG_DIGEST_MAX];
    unsigned int size = 0;

    memcpy(both, value, hash->size);
    memcpy(both + hash->size, digest, hash->size);
    return EVP_Digest(both, 2 * hash->size, value, &size,
                      EVP_get_digestbyname(tpm_hash_name(hash->id)), NULL) == 1 &&
           size == hash->size;
}

/* Where the firmware was started at another locality, register 0 does not begin with zeros. */
static void take_locality(struct event_log_registers *registers, const struct event *event,
                          const struct hash *hash)
{
    static const char name[16] = "StartupLocality";

    if (event->pcr == 0 && event->size == sizeof name + 1 &&
        memcmp(event->data, name, sizeof name) == 0 && (registers->extended & 1) == 0) {
        registers->value[0][hash->size - 1] = event->data[sizeof name];
    }
}

static enum pobf_status apply(struct event_log_registers *registers, const struct event *event,
                              const struct hash *hash)
{
    if (event->type == NO_ACTION) {
        take_locality(registers, event, hash);
        return POBF_OK;
    }
    if (event->pcr >= POBF_TPM_PCRS || event->digest == NULL) {
        return POBF_E_INPUT;
    }
    registers->extended |= (uint32_t)1 << event->pcr;
    return extend(registers->value[event->pcr], event->digest, hash) ? POBF_OK : POBF_E_SYSTEM;
}

static enum pobf_status replay(struct event_log_registers *registers, struct log *log,
                               uint32_t bank)
{
    const struct hash *hash = find_hash(log, bank);
    enum pobf_status status = hash == NULL ? POBF_E_MISSING : POBF_OK;
    struct event event;

    while (status == POBF_OK && log->reader.at < log->reader.size) {
        status = registers->event_count++ < EVENTS_MAX && read_event(&event, log, bank)
                     ? apply(registers, &event, hash)
                     : POBF_E_INPUT;
    }
    return status == POBF_OK ? pobf_fixed_end(&log->reader) : status;
}

enum pobf_status event_log_replay(struct event_log_registers *registers, const uint8_t *bytes,
                                  size_t size, uint32_t bank)
{
    struct log log = {.hash_count = 0};
    enum pobf_status status = POBF_E_INPUT;

    memset(registers, 0, sizeof *registers);
    pobf_fixed_init(&log.reader, bytes, size);
    if (read_first(&log)) {
        status = tpm_hash_size(bank) == 0 ? POBF_E_MISSING : replay(registers, &log, bank);
    }
    if (status != POBF_OK) {
        memset(registers, 0, sizeof *registers);
    }
    return status;
}
