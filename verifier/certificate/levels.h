#ifndef POBF_VERIFIER_CERTIFICATE_LEVELS_H
#define POBF_VERIFIER_CERTIFICATE_LEVELS_H

#include <stdint.h>

#include <jansson.h>

#include "framework/core/status.h"
#include "framework/wire/evidence.h"

/*
 * What stands behind a certificate, in four levels that are never added up:
 *
 *   PROVED                of the source: goals by module, what they are held to, mutants
 *   OBSERVED              of this binary: reproduced, and looked at for residue
 *   VERIFIED_AT_RUN_TIME  of each call: which checks of its receipt say it; no certificate can
 *   ATTESTED              of the platform: which checks of its evidence say it; no certificate can
 *
 * They are one JSON object with these members; what is judged is read from it into numbers.
 */
struct levels {
    uint8_t specification[POBF_DIGEST_BYTES]; /* over contracts/ and the theory           */
    uint64_t modules, proved, goals;          /* sums over PROVED's modules               */
    uint64_t theorems;
    uint64_t mutants, killed, equivalent, survivors;
    uint64_t sample;                 /* 1: all mutants; 10: a random tenth               */
    uint64_t pairs, differing_bytes; /* of the differential                              */
    uint64_t zoo, found;             /* seeded leaks, and those found                    */
    uint64_t controls, alarms;       /* runs of mended leaks, and those flagged          */
    uint64_t checks, checks_held;    /* of the image                                     */
};

/* What the source's own tools left; not owned. */
struct levels_parts {
    json_t *modules; /* [{"file", "proved", "goals"}] */
    json_t *theory;  /* build/theory.json  */
    json_t *mutants; /* build/mutants.json */
    json_t *binary;  /* build/binary.json  */
    const uint8_t *specification;
};

/* All four; NULL where memory runs out. */
json_t *levels_make(const struct levels_parts *parts);

/* POBF_E_INPUT, zeros, and *defect in words, where a level is missing, or is no such object. */
POBF_MUST_CHECK enum pobf_status levels_read(struct levels *levels, const char **defect,
                                             const json_t *object);

/* 1 where every mutant was noticed or is explained, of at least one. */
int levels_mutants_hold(const struct levels *levels);
/* 1 where nothing was left, the search finds what was planted, raises no false alarm, and all else
 * that was looked at in the image is as it should be. */
int levels_binary_holds(const struct levels *levels);

#endif
