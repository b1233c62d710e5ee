#include "enclave/host/imagefile.h"

#include <stdio.h>
#include <string.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"

enum pobf_status imagefile_read(struct image *image, uint8_t **bytes, const char *path)
{
    const char *defect = NULL;
    char why[256];
    size_t size;
    enum pobf_status status = file_read(bytes, &size, path, IMAGE_FILE_MAX);

    memset(image, 0, sizeof *image);
    if (status == POBF_OK) {
        status = image_parse(image, *bytes, size);
        defect = image->defect;
    }
    if (status == POBF_OK) {
        return POBF_OK;
    }
    if (defect != NULL) {
        snprintf(why, sizeof why,
                 "%s; pobf-host build makes images, of projects, .wasm and .js files", defect);
        talk_error(status, path, why);
    } else if (file_is_folder(path)) {
        talk_error(status, path, "it is a folder; pobf-host build makes an image of a project");
    } else {
        file_error(status, path);
    }
    file_free(*bytes, size);
    *bytes = NULL;
    memset(image, 0, sizeof *image);
    return status;
}
