#ifndef POBF_VERIFIER_CLIENT_INSPECT_IMAGE_H
#define POBF_VERIFIER_CLIENT_INSPECT_IMAGE_H

/* Judge a program and tell it; `symbols` may be NULL. Returns the exit code. */
int inspect_program(const char *image, const char *symbols, int as_json);

#endif
