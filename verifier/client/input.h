#ifndef POBF_VERIFIER_CLIENT_INPUT_H
#define POBF_VERIFIER_CLIENT_INPUT_H

#include "verifier/appraisal/appraisal.h"

/*
 * Reading what a command is given. Each call returns INPUT_GO_ON, or the exit code to end with,
 * after it told on stderr why.
 */
enum { INPUT_GO_ON = -1 };
#define INPUT_FILE_MAX ((size_t)1 << 28)

/* Read a file, to be freed with input_free. An empty file has bytes, of size 0. */
int input_read(struct appraisal_file *file, const char *path);
/* The same, where a path may be NULL for "not given". */
int input_read_if(struct appraisal_file *file, const char *path);
void input_free(struct appraisal_file *file);

int input_key(struct key **key, const char *path);
int input_nonce(uint8_t nonce[POBF_NONCE_BYTES], const char *hex);

#endif
