#include "verifier/hardware/decoder.h"

#include <sodium.h>

#include "edge/cli/base64.h"

int decoder_take(struct decoder *decoder, struct hardware_item *item, const json_t *value)
{
    const char *text = json_string_value(value);

    if (text == NULL) {
        return 0;
    }
    item->bytes = decoder->at;
    item->size = base64_decode(decoder->at, decoder->room, text, json_string_length(value),
                               sodium_base64_VARIANT_ORIGINAL);
    decoder->at += item->size;
    decoder->room -= item->size;
    return item->size > 0;
}

int decoder_take_list(struct decoder *decoder, struct hardware_item *items, size_t *count,
                      size_t count_max, const json_t *list)
{
    if (list == NULL) {
        return 1;
    }
    if (!json_is_array(list) || json_array_size(list) > count_max) {
        return 0;
    }
    while (*count < json_array_size(list)) {
        if (!decoder_take(decoder, &items[*count], json_array_get(list, *count))) {
            return 0;
        }
        (*count)++;
    }
    return 1;
}
