#include "verifier/client/input.h"

#include <string.h>

#include <sodium.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"

/* A second reader of stdin would find it empty, and an empty input is an input. */
int input_take_stdin(const char *path)
{
    static int is_taken;
    const int is_stdin = strcmp(path, "-") == 0;

    if (is_stdin && is_taken) {
        return talk_error(POBF_E_USAGE, "-", "stdin can be read for one file only");
    }
    is_taken |= is_stdin;
    return INPUT_GO_ON;
}

int input_read(struct input *input, const char *path)
{
    enum pobf_status status;

    *input = (struct input){NULL, 0};
    if (path == NULL) {
        return INPUT_GO_ON;
    }
    if (input_take_stdin(path) != INPUT_GO_ON) {
        return talk_exit_code(POBF_E_USAGE);
    }
    status = file_read(&input->bytes, &input->size, path, INPUT_FILE_MAX);
    if (status != POBF_OK) {
        file_error(status, path);
        return talk_exit_code(POBF_E_MISSING); /* what is not read is not judged */
    }
    return INPUT_GO_ON;
}

void input_free(struct input *input)
{
    file_free(input->bytes, input->size);
    *input = (struct input){NULL, 0};
}

struct appraisal_file input_view(const struct input *input)
{
    return (struct appraisal_file){input->bytes, input->size};
}

int input_key(struct key **key, const char *path)
{
    char text[KEY_TEXT_ROOM];
    enum pobf_status status;

    if (input_take_stdin(path) != INPUT_GO_ON) {
        return talk_exit_code(POBF_E_USAGE);
    }
    status = key_open(key, path);
    if (status == POBF_OK) {
        return INPUT_GO_ON;
    }
    if (status == POBF_E_INPUT) {
        key_explain(text, path);
        talk_error(status, path, text);
    } else {
        file_error(status, path);
    }
    return talk_exit_code(POBF_E_MISSING);
}

int input_public_key(struct key **key, const char *path)
{
    const int code = input_key(key, path);

    if (code != INPUT_GO_ON || !key_is_private(*key)) {
        return code;
    }
    key_close(*key);
    *key = NULL;
    return talk_error(POBF_E_MISSING, path,
                      "holds a private key: keep it secret, and give the public one (FILE.pub)");
}

int input_nonce(uint8_t nonce[POBF_NONCE_BYTES], const char *hex)
{
    const size_t length = strlen(hex);
    size_t size = 0;

    if (length != 2 * POBF_NONCE_BYTES ||
        sodium_hex2bin(nonce, POBF_NONCE_BYTES, hex, length, NULL, &size, NULL) != 0 ||
        size != POBF_NONCE_BYTES) {
        return talk_error(POBF_E_USAGE, "--nonce", "takes 64 hex digits");
    }
    return INPUT_GO_ON;
}

int input_quorum(struct quorum *quorum, const char *path)
{
    struct input input;
    int code = input_read(&input, path);
    size_t line = 0;

    if (code == INPUT_GO_ON &&
        (strlen((const char *)input.bytes) != input.size ||
         quorum_parse(quorum, (const char *)input.bytes, &line) != POBF_OK)) {
        talk_say("%s: line %zu is not understood, or it is the last one and no quorum", path, line);
        code = talk_unusable(path, "a policy: lines of log, witness, group, quorum");
    }
    input_free(&input);
    return code;
}
