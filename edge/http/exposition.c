#include "edge/http/exposition.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void exposition_put(struct exposition *page, const char *format, ...)
{
    va_list values;
    int size;

    va_start(values, format);
    size = vsnprintf(page->text + page->size, page->room - page->size, format, values);
    va_end(values);
    if (size > 0 && (size_t)size < page->room - page->size) {
        page->size += (size_t)size;
    }
    page->text[page->size] = '\0';
}

void exposition_head(struct exposition *page, const char *name, const char *type, const char *help)
{
    exposition_put(page, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void exposition_one(struct exposition *page, const char *name, const char *type, const char *help,
                    uint64_t value)
{
    exposition_head(page, name, type, help);
    exposition_put(page, "%s %" PRIu64 "\n", name, value);
}
