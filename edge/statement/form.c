#include "edge/statement/form.h"

#include <stdlib.h>
#include <string.h>

char *form_print(json_t *statement)
{
    char *text = statement == NULL ? NULL : json_dumps(statement, JSON_INDENT(1));
    const size_t length = text == NULL ? 0 : strlen(text);
    char *line = text == NULL ? NULL : realloc(text, length + 2);

    json_decref(statement);
    if (line == NULL) {
        free(text);
        return NULL;
    }
    memcpy(line + length, "\n", 2);
    return line;
}

int form_is(char *text, const uint8_t *bytes, size_t size)
{
    const int same = text != NULL && strlen(text) == size && memcmp(text, bytes, size) == 0;

    free(text);
    return same;
}
