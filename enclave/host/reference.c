#include "enclave/host/reference.h"

#include <string.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "enclave/host/place.h"

enum { MONITOR_FILE_MAX = 64 << 20 };

enum pobf_status reference_monitor(uint8_t digest[POBF_DIGEST_BYTES])
{
    char path[PLACE_ROOM];
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum pobf_status status = place_monitor(path);

    memset(digest, 0, POBF_DIGEST_BYTES);
    if (status == POBF_OK) {
        status = file_read(&bytes, &size, path, MONITOR_FILE_MAX);
    }
    if (status == POBF_OK && crypto_hash_sha256(digest, bytes, size) != 0) {
        status = POBF_E_SYSTEM;
    }
    if (status != POBF_OK) {
        talk_error(status, "pobf-monitor", "it is neither beside pobf-host nor in ../libexec/pobf");
    }
    file_free(bytes, size);
    return status;
}

static json_t *hex(const uint8_t digest[POBF_DIGEST_BYTES])
{
    char text[2 * POBF_DIGEST_BYTES + 1];

    return json_string(sodium_bin2hex(text, sizeof text, digest, POBF_DIGEST_BYTES));
}

static json_t *limits_json(const struct image_manifest *manifest)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I}", "input_max", (json_int_t)manifest->input_max,
                     "output_max", (json_int_t)manifest->output_max, "arena",
                     (json_int_t)manifest->arena, "stack", (json_int_t)manifest->stack,
                     "deadline_ms", (json_int_t)manifest->deadline_ms);
}

json_t *reference_json(const struct image *image, const uint8_t monitor[POBF_DIGEST_BYTES])
{
    return json_pack("{s:o, s:o, s:o, s:s, s:o}", "measurement", hex(image->measurement), "policy",
                     hex(image->policy), "monitor", hex(monitor), "name", image->manifest.name,
                     "limits", limits_json(&image->manifest));
}
