#ifndef POBF_ENCLAVE_MONITOR_MONITOR_H
#define POBF_ENCLAVE_MONITOR_MONITOR_H

#include "enclave/image/image.h"
#include "enclave/monitor/message.h"
#include "enclave/monitor/vault.h"
#include "enclave/monitor/window.h"

/*
 * The monitor: the only code that sees keys and clear text. It serves a host that it does not
 * trust, runs one function on one task at a time, and forgets each before it answers. It is the
 * same on every ground; who makes it (process/warden.c, trustlet/stand.c) gives it memory.
 */
struct monitor {
    void *below; /* what it stands on: the ground's own */
    struct window window;
    struct message_setup setup;
    struct image image;
    uint8_t program[POBF_DIGEST_BYTES]; /* SHA-256 of the monitor's own program */
    struct pobf_zone zone;
    struct vault vault;
};

/*@
  predicate valid_monitor{L}(struct monitor *monitor) =
    \valid_read(monitor) && valid_zone(&monitor->zone) && IMAGE_PAGE <= monitor->zone.size &&
    valid_vault(&monitor->vault) && valid_window(&monitor->window) &&
    laid_out(&monitor->window) && monitor->vault.outbox_room <= monitor->window.body_room &&
    monitor->image.manifest.output_max < SIZE_MAX &&
    monitor->image.manifest.fuel <= IMAGE_FUEL_MAX;

  // No two of the monitor's things overlap.
  predicate apart_monitor{L}(struct monitor *monitor) =
    \separated(monitor, monitor->vault.chain, monitor->vault.tasks + (0 .. VAULT_TASKS - 1),
               monitor->vault.outbox + (0 .. monitor->vault.outbox_room - 1),
               monitor->zone.base + (0 .. monitor->zone.size - 1),
               monitor->window.bytes + (0 .. monitor->window.size - 1)) &&
    \separated(monitor->zone.golden + (0 .. monitor->zone.golden_size - 1), monitor,
               monitor->vault.chain, monitor->vault.tasks + (0 .. VAULT_TASKS - 1),
               monitor->vault.outbox + (0 .. monitor->vault.outbox_room - 1),
               monitor->window.bytes + (0 .. monitor->window.size - 1));
*/

/* Bytes of the golden image that the build left: an empty call, a guard, the variables. */
size_t monitor_golden_size(const struct image *image);

/*
 * Make the zone out of memory: `base` of image.zone_size bytes, and `golden` of
 * monitor_golden_size bytes, all zeros, which is filled in. The zone is golden afterwards.
 */
void monitor_make_zone(struct monitor *monitor, uint8_t *base, uint8_t *golden);

/*
 * Start libsodium, put the vault into `memory`, vault_size(monitor_outbox_room(..)) zero bytes,
 * and draw the boot's keys there.
 */
POBF_MUST_CHECK enum pobf_status monitor_draw_keys(struct monitor *monitor,
                                                   struct vault_memory *memory);
size_t monitor_outbox_room(const struct image *image);

/* What the host is told, once, when the monitor is up. */
void monitor_greet(const struct monitor *monitor, struct message_hello *hello);

/* Wipe every secret. The monitor ends right after. */
void monitor_close(struct monitor *monitor);

#endif
