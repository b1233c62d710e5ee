#ifndef POBF_VERIFIER_CLIENT_INPUT_H
#define POBF_VERIFIER_CLIENT_INPUT_H

#include "verifier/appraisal/appraisal.h"
#include "verifier/log/quorum.h"

/*
 * Reading what a command is given. Each call returns INPUT_GO_ON, or the exit code to end with,
 * after it told on stderr why.
 */
enum { INPUT_GO_ON = -1 };
#define INPUT_FILE_MAX ((size_t)1 << 28)

/* A file's bytes, owned. All zeros: not given. An empty file has bytes, of size 0. */
struct input {
    uint8_t *bytes;
    size_t size;
};

/*
 * Read a file; a path of NULL is "not given", "-" is stdin, for one file of a command only. Free
 * with input_free, also after a failure.
 */
int input_read(struct input *input, const char *path);
/*
 * INPUT_GO_ON where the path is not "-", or is it for the first time: for who reads stdin
 * himself.
 */
int input_take_stdin(const char *path);
void input_free(struct input *input);
struct appraisal_file input_view(const struct input *input);

int input_key(struct key **key, const char *path);
/* The same of a public key; a private one is not for who only checks. */
int input_public_key(struct key **key, const char *path);
/* A policy of a log and its witnesses. */
int input_quorum(struct quorum *quorum, const char *path);
int input_nonce(uint8_t nonce[POBF_NONCE_BYTES], const char *hex);

#endif
