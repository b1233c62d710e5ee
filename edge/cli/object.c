#include "edge/cli/object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/cli/talk.h"

static int has_failed;

void object_print(json_t *object)
{
    if (object == NULL ||
        json_dumpf(object, stdout, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII) != 0) {
        has_failed = 1;
        talk_error(POBF_E_SYSTEM, "--json", "the object could not be made");
    } else {
        putchar('\n');
    }
    json_decref(object);
}

int object_failed(void)
{
    return has_failed;
}

static json_t *escape(const char *path)
{
    enum { ESCAPE_BYTES = 4 }; /* \xff */
    char *text = malloc(ESCAPE_BYTES * strlen(path) + 1), *to = text;
    json_t *value;

    if (text == NULL) {
        return NULL;
    }
    for (; *path != '\0'; path++) {
        const unsigned char byte = (unsigned char)*path;

        to += sprintf(to, byte < 0x80 ? "%c" : "\\x%02x", byte);
    }
    *to = '\0';
    value = json_string(text);
    free(text);
    return value;
}

json_t *object_path(const char *path)
{
    json_t *value = json_string(path);

    return value != NULL ? value : escape(path);
}
