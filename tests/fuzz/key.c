#include <sys/mman.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "verifier/key/key.h"

static const char pem[] = "-----BEGIN PRIVATE KEY-----\n"
                          "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
                          "-----END PRIVATE KEY-----\n";

size_t seed(uint8_t *out, size_t room)
{
    promise(sizeof pem <= room);
    memcpy(out, pem, sizeof pem - 1);
    return sizeof pem - 1;
}

/* What is read is a key of a known kind, and one that signs if it says so. */
static void promise_key(const struct key *key)
{
    static const uint8_t message[] = "message";
    uint8_t signature[KEY_SIGNATURE_BYTES];
    enum pobf_status status;

    promise(key_kind(key) == KEY_ES256 || key_kind(key) == KEY_EDDSA);
    status = key_sign(key, signature, message, sizeof message);
    if (!key_is_private(key)) {
        promise(status == POBF_E_KEY && fuzz_all_zero(signature, sizeof signature));
    } else if (status == POBF_OK) {
        promise(key_verify(key, signature, message, sizeof message) == POBF_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const int file = memfd_create("key", 0);
    struct key *key = NULL;
    char text[KEY_TEXT_ROOM];
    char path[64];

    promise(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (key_open(&key, path) == POBF_OK) {
        promise_key(key);
    } else {
        promise(key == NULL);
        key_explain(text, path);
        promise(memchr(text, '\0', sizeof text) != NULL);
    }
    key_close(key);
    close(file);
    return 0;
}
