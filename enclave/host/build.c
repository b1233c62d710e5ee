#include <stdio.h>

#include "contracts/sodium.h"
#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/object.h"
#include "edge/cli/talk.h"
#include "enclave/host/commands.h"
#include "enclave/host/compile.h"
#include "enclave/host/imagefile.h"

/* As sha256sum prints it, for the measurement is the file's SHA-256. */
static int print_measurement(const char *path, int as_json)
{
    char hex[2 * POBF_DIGEST_BYTES + 1];
    struct image image;
    uint8_t *bytes;
    const enum pobf_status status = imagefile_read(&image, &bytes, path);

    if (status != POBF_OK) {
        return talk_exit_code(status);
    }
    sodium_bin2hex(hex, sizeof hex, image.measurement, POBF_DIGEST_BYTES);
    if (as_json) {
        object_print(json_pack("{s:o, s:s}", "image", object_path(path), "measurement", hex));
    } else {
        printf("%s  %s\n", hex, path);
    }
    file_free(bytes, image.size);
    return 0;
}

int build_main(int argc, char **argv)
{
    const char *out = NULL;
    int as_json = 0;
    const struct cli_option options[] = {
        {"out", CLI_VALUE, &out, "FILE", "the image (default: NAME.image, in the folder)"},
        {"json", CLI_FLAG, &as_json, NULL, "print one JSON object"},
    };
    const struct cli_usage usage = {
        "pobf-host build FOLDER|FILE.wasm|FILE.js [--out FILE] [--json]",
        "Build the image of a function project, of a WebAssembly module (a command of WASI, or a "
        "reactor)\nor of a script: the same, bit for bit, wherever it is built. For a script npm "
        "fetches an engine of\nJavaScript, once. What a module was compiled to is kept for the "
        "next build: POBF_CACHE=FOLDER says\nwhere, POBF_CACHE=off keeps and takes nothing; "
        "build so what you release.",
        options,
        sizeof options / sizeof options[0],
        1,
        1,
    };
    char path[PLACE_ROOM];
    size_t operands;
    enum pobf_status status;
    const int code = cli_parse(&usage, argc, argv, &operands);

    if (code >= 0) {
        return code;
    }
    status = compile_project(path, argv[1], out);
    return status == POBF_OK ? print_measurement(path, as_json) : talk_exit_code(status);
}
