#include "enclave/host/reference.h"

#include "contracts/sodium.h"
#include "enclave/host/backend.h"

static json_t *hex(const uint8_t digest[POBF_DIGEST_BYTES])
{
    char text[2 * POBF_DIGEST_BYTES + 1];

    return json_string(sodium_bin2hex(text, sizeof text, digest, POBF_DIGEST_BYTES));
}

static json_t *limits_json(const struct image_manifest *manifest)
{
    const int is_wasi = manifest->interface == IMAGE_WASI;
    json_t *limits = json_pack(
        "{s:I, s:I, s:I, s:I, s:I}", "input_max", (json_int_t)manifest->input_max, "output_max",
        (json_int_t)manifest->output_max, is_wasi ? "memory" : "arena", (json_int_t)manifest->arena,
        "stack", (json_int_t)manifest->stack, "deadline_ms", (json_int_t)manifest->deadline_ms);

    if (is_wasi) {
        json_object_set_new(limits, "fuel", json_integer((json_int_t)manifest->fuel));
    }
    return limits;
}

json_t *reference_json(const struct image *image, enum pobf_backend backend,
                       const uint8_t monitor[POBF_DIGEST_BYTES])
{
    return json_pack("{s:o, s:o, s:s, s:o, s:s, s:o}", "measurement", hex(image->measurement),
                     "policy", hex(image->policy), "backend", backend_name(backend), "monitor",
                     hex(monitor), "name", image->manifest.name, "limits",
                     limits_json(&image->manifest));
}
