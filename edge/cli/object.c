#include "edge/cli/object.h"

#include <stdio.h>

void object_print(json_t *object)
{
    json_dumpf(object, stdout, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(object);
}
