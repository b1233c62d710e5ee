#include "enclave/monitor/monitor.h"

#include "contracts/sodium.h"
#include "enclave/monitor/apart.h"
#include "enclave/rewind/retained.h"
#include "framework/chain/provider.h"
#include "framework/core/bytes.h"

size_t monitor_golden_size(const struct image *image)
{
    return image->variables.at + image->data.file_size;
}

void monitor_make_zone(struct monitor *monitor, uint8_t *base, uint8_t *golden)
{
    const struct image *image = &monitor->image;

    if (image->data.file_size > 0) {
        pobf_bytes_copy(golden + image->variables.at, image->bytes + image->data.file_at,
                        image->data.file_size);
    }
    monitor->zone = (struct pobf_zone){
        .base = base,
        .golden = golden,
        .size = image->zone_size,
        .golden_size = monitor_golden_size(image),
        .input_at = image->input.at,
        .input_room = image->manifest.input_max + POBF_AEAD_TAG_BYTES,
        .output_at = image->output.at,
        .output_room = image->manifest.output_max + POBF_AEAD_TAG_BYTES,
    };
    pobf_zone_rewind(&monitor->zone);
}

size_t monitor_outbox_room(const struct image *image)
{
    return image->manifest.output_max + POBF_SEALED_OVERHEAD;
}

enum pobf_status monitor_draw_keys(struct monitor *monitor, struct vault_memory *memory)
{
    struct boot boot;

    if (sodium_init() < 0) {
        return POBF_E_SYSTEM;
    }
    vault_place(&monitor->vault, memory, (uint8_t *)(memory + 1),
                monitor_outbox_room(&monitor->image));
    boot.stack = monitor->vault.stack;
    boot.monitor = monitor;
    return boot_begin(&boot) == 1 ? boot.status : POBF_E_SYSTEM;
}

void monitor_greet(const struct monitor *monitor, struct message_hello *hello)
{
    *hello = (struct message_hello){.version = MESSAGE_VERSION};
    pobf_bytes_copy(hello->boot_id, monitor->vault.chain->boot_id, sizeof hello->boot_id);
    pobf_bytes_copy(hello->measurement, monitor->image.measurement, sizeof hello->measurement);
    pobf_bytes_copy(hello->policy, monitor->image.policy, sizeof hello->policy);
}

void monitor_close(struct monitor *monitor)
{
    if (monitor->zone.base != NULL) {
        pobf_zone_rewind(&monitor->zone);
    }
    vault_close(&monitor->vault);
}
