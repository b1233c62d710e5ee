/*
 * The differential: is anything of the final state due to the secret, beyond what is published?
 *
 *   residue process MONITOR IMAGE COMMAND input|key|draws PAIRS [SEED]
 *   residue kvm     PROGRAM IMAGE COMMAND input|key PAIRS [SEED]
 *   residue zoo     ZOO NAME PAIRS [FROM]
 *
 * One JSON object on stdout. 0: nothing; 1: something; 2: usage; 3: it could not be told.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "edge/cli/file.h"
#include "proofs/binary/differ.h"

enum { YES = 0, NO = 1, USAGE = 2, CANNOT_TELL = 3, ZOO_SECRET_BYTES = 64 };

static const char *const varies[] = {"input", "key", "draws"};

static json_t *places_of(const struct differ_result *result)
{
    json_t *places = json_array();

    for (size_t i = 0; i < result->place_count; i++) {
        const struct differ_place *place = &result->places[i];

        json_array_append_new(places, json_pack("{s:s, s:I, s:I}", "name", place->name, "address",
                                                (json_int_t)place->address, "bytes",
                                                (json_int_t)place->bytes));
    }
    return places;
}

static int print(const struct differ_result *result, const struct subject *subject)
{
    /* Where not even the cipher texts differ nothing was shown; the zoo has none. */
    const int shows = result->published > 0 || strcmp(subject->backend, "zoo") == 0;
    const int clean = shows && result->differing == 0 && result->unsteady == 0;
    json_t *all =
        json_pack("{s:s, s:s, s:s?, s:s?, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "backend",
                  subject->backend, "varies", varies[subject->varies], "seed", subject->seed,
                  "exit", subject->exit, "pairs", (json_int_t)result->pairs, "rounds",
                  (json_int_t)DIFFER_ROUNDS, "bytes", (json_int_t)result->bytes, "published_bytes",
                  (json_int_t)result->published, "differing_bytes", (json_int_t)result->differing,
                  "unsteady_bytes", (json_int_t)result->unsteady, "places", places_of(result));

    if (all == NULL || json_dumpf(all, stdout, JSON_COMPACT) != 0 || puts("") == EOF) {
        return CANNOT_TELL;
    }
    json_decref(all);
    return result->differing > 0 ? NO : clean ? YES : CANNOT_TELL;
}

static int run(struct subject *subject, const struct differ_options *options)
{
    struct differ_result result;
    enum pobf_status status;

    if (options->pairs == 0) {
        fputs("residue: how many pairs?\n", stderr);
        return USAGE;
    }
    status = differ_run(&result, subject, options);
    if (status != POBF_OK) {
        fprintf(stderr, "residue: %s: %s\n", subject->program,
                status == POBF_E_MISSING ? "this machine lets nothing be looked at so (KVM, ptrace)"
                                         : "it did not get to its end");
        return CANNOT_TELL;
    }
    return print(&result, subject);
}

static int take_varies(struct subject *subject, const char *word)
{
    for (size_t i = 0; i < sizeof varies / sizeof varies[0]; i++) {
        if (strcmp(word, varies[i]) == 0) {
            subject->varies = (enum subject_varies)i;
            return 1;
        }
    }
    fprintf(stderr, "residue: %s: input, key or draws\n", word);
    return 0;
}

static int run_monitor(struct subject *subject, char **argv, int argc)
{
    const struct differ_options options = {.first = (uint8_t)argv[4][0],
                                           .secret_size = DIFFER_SECRET_BYTES,
                                           .pairs = (unsigned)atoi(argv[6])};
    uint8_t *bytes;
    size_t size;

    subject->seed = argc > 7 ? argv[7] : NULL;
    if (!take_varies(subject, argv[5])) {
        return USAGE;
    }
    if (file_read(&bytes, &size, argv[3], IMAGE_FILE_MAX) != POBF_OK ||
        image_parse(&subject->image, bytes, size) != POBF_OK) {
        fprintf(stderr, "residue: %s: not an image that can be read\n", argv[3]);
        return CANNOT_TELL;
    }
    return run(subject, &options);
}

static int run_zoo(struct subject *subject, char **argv, int argc)
{
    const struct differ_options options = {
        .secret_size = ZOO_SECRET_BYTES,
        .pairs = (unsigned)atoi(argv[4]),
        .from = argc > 5 ? (unsigned)atoi(argv[5]) : 0,
    };

    subject->seed = argv[3];
    return run(subject, &options);
}

int main(int argc, char **argv)
{
    const int is_monitor = argc >= 7 && argc <= 8;
    const int is_zoo = argc >= 5 && argc <= 6;
    struct subject subject = {.backend = argc > 1 ? argv[1] : "",
                              .program = argc > 2 ? argv[2] : ""};

    if (sodium_init() < 0) {
        return CANNOT_TELL;
    }
    if (is_monitor && strcmp(argv[1], "process") == 0) {
        subject.run = process_run;
        return run_monitor(&subject, argv, argc);
    }
    if (is_monitor && strcmp(argv[1], "kvm") == 0) {
        subject.run = kvm_run;
        return run_monitor(&subject, argv, argc);
    }
    if (is_zoo && strcmp(argv[1], "zoo") == 0) {
        subject.run = zoo_run;
        return run_zoo(&subject, argv, argc);
    }
    fputs("usage: residue process|kvm PROGRAM IMAGE COMMAND input|key|draws PAIRS [SEED]\n"
          "       residue zoo ZOO NAME PAIRS [FROM]\n",
          stderr);
    return USAGE;
}
