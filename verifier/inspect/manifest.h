#ifndef POBF_VERIFIER_INSPECT_MANIFEST_H
#define POBF_VERIFIER_INSPECT_MANIFEST_H

#include <jansson.h>

#include "verifier/appraisal/checks.h"
#include "verifier/inspect/elf.h"

/*
 * The manifest in its note, which begins the constants: each field is judged, and told under
 * "manifest" in `facts`; so is what is packed in the image, under "files".
 */
void manifest_judge(struct checks *checks, json_t *facts, const struct elf_segment *note,
                    const struct elf_segment *constants);

#endif
