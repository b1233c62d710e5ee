#include "verifier/report/assurance.h"

#include <inttypes.h>
#include <string.h>

enum level { PROVED, OBSERVED, AT_RUN_TIME, ATTESTED, LEVEL_COUNT };
enum { IN_PROVED = 1 << PROVED, IN_OBSERVED = 1 << OBSERVED, IN_BOTH = IN_PROVED | IN_OBSERVED };

static const char *const names[LEVEL_COUNT][2] = {
    [PROVED] = {"PROVED", "PROVED (source)"},
    [OBSERVED] = {"OBSERVED", "OBSERVED (this binary)"},
    [AT_RUN_TIME] = {"VERIFIED_AT_RUN_TIME", "VERIFIED AT RUN TIME (each call)"},
    [ATTESTED] = {"ATTESTED", "ATTESTED (platform)"},
};

/*
 * Which levels a check bears on. What begins so, and is in no row, bears on both of a
 * certificate.
 */
static const struct {
    const char *id;
    unsigned levels;
} rows[] = {
    {"certificate.result", IN_PROVED},
    {"certificate.proof", IN_PROVED},
    {"certificate.mutants", IN_PROVED},
    {"certificate.reproduced", IN_OBSERVED},
    {"certificate.binary", IN_OBSERVED},
    {"certificate.", IN_BOTH},
    {"receipt.", 1 << AT_RUN_TIME},
    {"exchange.", 1 << AT_RUN_TIME},
    {"evidence.certificate", IN_BOTH},
    {"evidence.", 1 << ATTESTED},
    {"offer.", 1 << ATTESTED},
    {"platform.", 1 << ATTESTED},
    {"tpm.", 1 << ATTESTED},
    {"snp.", 1 << ATTESTED},
    {"dcap.", 1 << ATTESTED},
    {"cca.", 1 << ATTESTED},
    {"reference.", 1 << ATTESTED},
    {"policy.", 1 << ATTESTED},
};

static unsigned levels_of(const char *id)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strncmp(id, rows[i].id, strlen(rows[i].id)) == 0) {
            return rows[i].levels;
        }
    }
    return 0;
}

/* The first check that decides a level: one that failed, else a mandatory one without a result. */
static const struct check *find(const struct checks *checks, enum level level,
                                enum check_result result)
{
    for (size_t i = 0; i < checks->count; i++) {
        const struct check *check = &checks->item[i];

        if ((levels_of(check->id) & 1u << level) != 0 && check->result == result &&
            (result != CHECK_NOT_EVALUATED || check->mandatory)) {
            return check;
        }
    }
    return NULL;
}

static json_t *proved(const struct certificate *certificate)
{
    const struct levels *levels = &certificate->levels;

    return json_sprintf("yes: %" PRIu64 " of %" PRIu64 " goals of %" PRIu64 " modules, %" PRIu64
                        " theorems; of %" PRIu64 " mutants (one in %" PRIu64 ") %" PRIu64
                        " were noticed, %" PRIu64 " explained, %" PRIu64 " survive",
                        certificate->proved, certificate->goals, levels->modules, levels->theorems,
                        levels->mutants, levels->sample, levels->killed, levels->equivalent,
                        levels->survivors);
}

static json_t *observed(const struct certificate *certificate)
{
    const struct levels *levels = &certificate->levels;

    return json_sprintf(
        "yes: reproduced; %" PRIu64 " bytes of %" PRIu64 " pairs of secrets left; %" PRIu64
        " of %" PRIu64 " seeded leaks found, %" PRIu64 " false alarms",
        levels->differing_bytes, levels->pairs, levels->found, levels->zoo, levels->alarms);
}

static json_t *sentence_of(const struct appraisal *appraisal, enum level level)
{
    switch (level) {
    case PROVED:
        return proved(&appraisal->certificate);
    case OBSERVED:
        return observed(&appraisal->certificate);
    case AT_RUN_TIME:
        return json_sprintf("yes: %" PRIu64 " bytes restored, %" PRIu64
                            " mismatches, registers cleared, key destroyed",
                            appraisal->receipt.restored_bytes, appraisal->receipt.mismatches);
    case ATTESTED:
    case LEVEL_COUNT:
    default:
        return json_string(appraisal->platform == APPRAISAL_PLATFORM_SIM
                               ? "yes, by a simulator: the host is trusted"
                           : appraisal->platform == APPRAISAL_PLATFORM_TPM
                               ? "yes, by a TPM, of what was started: the host's system is trusted"
                               : "yes, by a machine's hardware, of how it was launched: its system "
                                 "is trusted");
    }
}

static json_t *state(const struct appraisal *appraisal, enum level level)
{
    const struct check *failed = find(&appraisal->checks, level, CHECK_FAIL);
    const struct check *missing = find(&appraisal->checks, level, CHECK_NOT_EVALUATED);

    if (failed != NULL) {
        return json_sprintf("no: %s", failed->id);
    }
    if (missing != NULL) {
        return json_sprintf("not told: %s was not evaluated", missing->id);
    }
    if (find(&appraisal->checks, level, CHECK_PASS) == NULL) {
        return json_string(level < AT_RUN_TIME    ? "not here: there is no certificate"
                           : level == AT_RUN_TIME ? "not here: there is no receipt"
                                                  : "not here: there is no evidence");
    }
    return sentence_of(appraisal, level);
}

json_t *assurance_of(const struct appraisal *appraisal)
{
    json_t *levels = json_object();

    for (int level = PROVED; level < LEVEL_COUNT; level++) {
        json_object_set_new(levels, names[level][0], state(appraisal, (enum level)level));
    }
    return levels;
}

/* A report may be somebody else's: nothing in it moves the cursor or changes the colour. */
void assurance_print(FILE *out, const json_t *levels)
{
    for (int level = PROVED; levels != NULL && level < LEVEL_COUNT; level++) {
        const char *text = json_string_value(json_object_get(levels, names[level][0]));

        fprintf(out, "  %-33s", names[level][1]);
        for (text = text != NULL ? text : "-"; *text != '\0'; text++) {
            fputc(*text >= ' ' && *text <= '~' ? *text : '?', out);
        }
        fputc('\n', out);
    }
}
