#include "framework/core/zone.h"

#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

void pobf_zone_rewind(const struct pobf_zone *zone)
{
    pobf_bytes_copy(zone->base, zone->golden, zone->golden_size);
    pobf_wipe(zone->base + zone->golden_size, zone->size - zone->golden_size);
}

int pobf_zone_compare(const struct pobf_zone *zone)
{
    return pobf_bytes_equal(zone->base, zone->golden, zone->golden_size) &&
           pobf_bytes_are_zero(zone->base + zone->golden_size, zone->size - zone->golden_size);
}
