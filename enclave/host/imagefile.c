#include "enclave/host/imagefile.h"

#include <stdio.h>
#include <string.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"

static void tell_defect(enum pobf_status status, const char *path, const char *defect)
{
    char why[256];

    snprintf(why, sizeof why, "%s; pobf-host build makes images, of projects, .wasm and .js files",
             defect);
    talk_error(status, path, why);
}

enum pobf_status imagefile_judge(struct image *image, uint8_t **bytes, size_t size,
                                 const char *path)
{
    const enum pobf_status status = image_parse(image, *bytes, size);

    if (status != POBF_OK) {
        tell_defect(status, path, image->defect != NULL ? image->defect : talk_sentence(status));
        file_free(*bytes, size);
        *bytes = NULL;
        memset(image, 0, sizeof *image);
    }
    return status;
}

enum pobf_status imagefile_read(struct image *image, uint8_t **bytes, const char *path)
{
    size_t size;
    enum pobf_status status = file_read(bytes, &size, path, IMAGE_FILE_MAX);

    memset(image, 0, sizeof *image);
    if (status == POBF_OK) {
        return imagefile_judge(image, bytes, size, path);
    }
    if (file_is_folder(path)) {
        talk_error(status, path, "it is a folder; pobf-host build makes an image of a project");
    } else {
        status = file_unread(status, path);
    }
    return status;
}
