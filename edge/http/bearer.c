#include "edge/http/bearer.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"

static enum pobf_status take(struct bearer *bearer, const char *text, size_t size)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789-._~+/=";

    memset(bearer, 0, sizeof *bearer);
    if (size < BEARER_MIN || size > BEARER_MAX || strspn(text, letters) < size) {
        return POBF_E_INPUT;
    }
    memcpy(bearer->token, text, size);
    return POBF_OK;
}

enum pobf_status bearer_read(struct bearer *bearer, const char *path)
{
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read(&bytes, &size, path, BEARER_MAX + 1);

    memset(bearer, 0, sizeof *bearer);
    if (status != POBF_OK) {
        return file_unread(status, path);
    }
    status = take(bearer, (const char *)bytes, size - (size > 0 && bytes[size - 1] == '\n'));
    file_free(bytes, size);
    if (status != POBF_OK) {
        talk_unusable(path, "a token: 16 to 256 letters, digits and -._~+/=, alone on one line");
        return POBF_E_MISSING;
    }
    return POBF_OK;
}

enum pobf_status bearer_parse(struct bearer *bearer, const char *value)
{
    static const char scheme[] = "Bearer ";
    const size_t before = sizeof scheme - 1;

    memset(bearer, 0, sizeof *bearer);
    if (value == NULL || strncasecmp(value, scheme, before) != 0) {
        return POBF_E_INPUT;
    }
    return take(bearer, value + before, strlen(value + before));
}

void bearer_print(char header[BEARER_HEADER_ROOM], const struct bearer *bearer)
{
    snprintf(header, BEARER_HEADER_ROOM, "Authorization: Bearer %s", bearer->token);
}
