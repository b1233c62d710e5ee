#ifndef POBF_FRAMEWORK_CORE_ZONE_H
#define POBF_FRAMEWORK_CORE_ZONE_H

#include <stddef.h>
#include <stdint.h>

#include "contracts/forgotten.acsl"
#include "framework/core/status.h"

/*
 * The zone: all memory that the function can write, one stretch. Its golden image is the first
 * `golden_size` bytes as the build left them, then zeros. The bounds are constants of the
 * measured image, never parameters of a call.
 */
struct pobf_zone {
    uint8_t *base;         /* zone_size bytes, the function's writable memory       */
    const uint8_t *golden; /* golden_size bytes, the monitor's own copy             */
    size_t size;           /* bytes in the zone                                     */
    size_t golden_size;    /* bytes that are not zero at the start; <= size         */
    size_t input_at;       /* offset of the input window                            */
    size_t input_room;     /* bytes of it, the AEAD tag included                    */
    size_t output_at;      /* offset of the output window                           */
    size_t output_room;    /* bytes of it, the AEAD tag included                    */
};

/*@
  predicate valid_zone{L}(struct pobf_zone *zone) =
    \valid_read(zone) &&
    zone->golden_size <= zone->size &&
    zone->input_at <= zone->size && zone->input_room <= zone->size - zone->input_at &&
    zone->output_at <= zone->size && zone->output_room <= zone->size - zone->output_at &&
    \valid(zone->base + (0 .. zone->size - 1)) &&
    \valid_read(zone->golden + (0 .. zone->golden_size - 1)) &&
    \separated(zone->base + (0 .. zone->size - 1), zone->golden + (0 .. zone->golden_size - 1)) &&
    \separated(zone, zone->base + (0 .. zone->size - 1));

  // Every byte of the zone is what the build made it.
  predicate is_golden{L}(struct pobf_zone *zone) =
    same_bytes{L}(zone->base, zone->golden, zone->golden_size) &&
    zeroed{L}(zone->base + zone->golden_size, zone->size - zone->golden_size);
*/

/* Bring every byte of the zone back to the golden image. */
/*@
  requires zone:   valid_zone(zone);
  terminates       \true;
  exits            \false;
  assigns          zone->base[0 .. zone->size - 1];
  ensures  golden: is_golden(zone);
*/
void pobf_zone_rewind(const struct pobf_zone *zone);

/* Compare every byte of the zone with the golden image: 1 where all are the same, else 0. */
/*@
  requires zone:   valid_zone(zone);
  terminates       \true;
  exits            \false;
  assigns          \nothing;
  ensures  yes:    \result == 1 <==> is_golden(zone);
  ensures  range:  \result == 0 || \result == 1;
*/
int pobf_zone_compare(const struct pobf_zone *zone);

#endif
