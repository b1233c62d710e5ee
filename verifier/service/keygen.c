#include <stdio.h>

#include <sodium.h>

#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/object.h"
#include "edge/cli/place.h"
#include "edge/cli/talk.h"
#include "verifier/key/key.h"
#include "verifier/service/service.h"

/* stdout is the key's id: what an envelope calls "keyid". */
static int say_id(const struct key *key, const char *path, int as_json)
{
    uint8_t id[KEY_ID_BYTES];
    char hex[2 * KEY_ID_BYTES + 1];

    key_id(key, id);
    sodium_bin2hex(hex, sizeof hex, id, sizeof id);
    if (as_json) {
        char public_path[PLACE_ROOM];

        snprintf(public_path, sizeof public_path, "%s.pub", path);
        object_print(json_pack("{s:s, s:s, s:o, s:o}", "key_id", hex, "algorithm",
                               key_algorithm(key), "private_key", object_path(path), "public_key",
                               object_path(public_path)));
    } else {
        printf("%s\n", hex);
    }
    talk_say("%s: a private key for %s; give away %s.pub", path, key_algorithm(key), path);
    return fflush(stdout) == 0 ? 0 : talk_error(POBF_E_SYSTEM, "stdout", NULL);
}

static int generate(const char *path, enum key_kind kind, int as_json)
{
    struct key *key;
    enum pobf_status status = key_generate(&key, kind);
    int code;

    if (status == POBF_OK) {
        status = key_write(key, path);
    }
    if (status == POBF_OK) {
        code = say_id(key, path, as_json);
    } else if (status == POBF_E_REFUSED) {
        code = talk_refuse("--out", "no file of this name, nor with .pub", "one",
                           "A key is never overwritten: take another name, or move the old one.");
    } else {
        code = file_error(status, path);
    }
    key_close(key);
    return code;
}

int keygen_main(int argc, char **argv)
{
    const char *path = NULL;
    int eddsa = 0, as_json = 0;
    const struct cli_option options[] = {
        {"out", CLI_VALUE, &path, "PATH", "the private key; PATH.pub gets the public one"},
        {"eddsa", CLI_FLAG, &eddsa, NULL, "Ed25519 (EdDSA) rather than P-256 (ES256)"},
        {"json", CLI_FLAG, &as_json, NULL, "print one JSON object"},
    };
    const struct cli_usage usage = {
        .synopsis = "pobf-verifier keygen --out PATH [--eddsa] [--json]",
        .sentence = "Make a key pair to sign certificates or reports with.",
        .options = options,
        .option_count = sizeof options / sizeof *options,
    };
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    if (code >= 0) {
        return code;
    }
    if (path == NULL) {
        return talk_error(POBF_E_USAGE, "--out", "is missing");
    }
    return generate(path, eddsa ? KEY_EDDSA : KEY_ES256, as_json);
}
