#include "verifier/dcap/level.h"

#include <stdio.h>
#include <string.h>

static const struct level no_level = {TCB_NOT_SUPPORTED, NULL, INT64_MIN};

/* A number of JSON; -1 where it is none that a version can be. */
static int64_t version_of(const json_t *number)
{
    const json_int_t value = json_is_integer(number) ? json_integer_value(number) : -1;

    return value >= 0 && value <= UINT16_MAX ? value : -1;
}

enum fit { FITS, FALLS_SHORT, IS_MALFORMED };

/* All components from `first` on are at least the level's. */
static enum fit fit_components(const json_t *list, const uint32_t have[PCK_COMPONENTS],
                               size_t first)
{
    enum fit fit = FITS;

    if (json_array_size(list) != PCK_COMPONENTS) {
        return IS_MALFORMED;
    }
    for (size_t i = 0; i < PCK_COMPONENTS; i++) {
        const int64_t least = version_of(json_object_get(json_array_get(list, i), "svn"));

        if (least < 0) {
            return IS_MALFORMED;
        }
        if (i >= first && have[i] < least) {
            fit = FALLS_SHORT;
        }
    }
    return fit;
}

/* The TDX module's own versions, the first two, are rated by its identity once it has a major one. */
static enum fit fit_domain(const json_t *tcb, const uint8_t *tee_svn)
{
    uint32_t have[PCK_COMPONENTS];

    for (size_t i = 0; i < PCK_COMPONENTS; i++) {
        have[i] = tee_svn[i];
    }
    return fit_components(json_object_get(tcb, "tdxtcbcomponents"), have, tee_svn[1] > 0 ? 2 : 0);
}

static enum fit fit_machine(const json_t *tcb, const struct pck *facts, const uint8_t *tee_svn)
{
    const int64_t pce = version_of(json_object_get(tcb, "pcesvn"));
    const enum fit sgx =
        fit_components(json_object_get(tcb, "sgxtcbcomponents"), facts->component, 0);
    const enum fit tdx = tee_svn == NULL ? FITS : fit_domain(tcb, tee_svn);

    if (pce < 0 || sgx == IS_MALFORMED || tdx == IS_MALFORMED) {
        return IS_MALFORMED;
    }
    return facts->pce_svn >= pce && sgx == FITS && tdx == FITS ? FITS : FALLS_SHORT;
}

/* What a level says; it must be a status that is known, and advisories must be texts. */
static struct level read_level(const json_t *level)
{
    const char *word = json_string_value(json_object_get(level, "tcbStatus"));
    const json_t *advisories = json_object_get(level, "advisoryIDs");
    struct level read = {word == NULL ? TCB_NONE : tcb_find(word), advisories,
                         collateral_epoch(json_object_get(level, "tcbDate"))};
    size_t i;
    json_t *text;

    json_array_foreach(advisories, i, text)
    {
        if (!json_is_string(text)) {
            return no_level;
        }
    }
    return read.status == TCB_NONE || read.status == TCB_UNRATED ||
                   (advisories != NULL && !json_is_array(advisories))
               ? no_level
               : read;
}

struct level level_of_machine(const json_t *tcb_info, const struct pck *facts,
                              const uint8_t *tee_svn)
{
    size_t i;
    json_t *level;

    json_array_foreach(json_object_get(tcb_info, "tcbLevels"), i, level)
    {
        const enum fit fit = fit_machine(json_object_get(level, "tcb"), facts, tee_svn);

        if (fit != FALLS_SHORT) {
            return fit == FITS ? read_level(level) : no_level;
        }
    }
    return no_level;
}

struct level level_of_version(const json_t *identity, uint32_t isv_svn)
{
    size_t i;
    json_t *level;

    json_array_foreach(json_object_get(identity, "tcbLevels"), i, level)
    {
        const int64_t least = version_of(json_object_get(json_object_get(level, "tcb"), "isvsvn"));

        if (least < 0) {
            return no_level;
        }
        if (isv_svn >= least) {
            return read_level(level);
        }
    }
    return no_level;
}

const json_t *level_module(const json_t *tcb_info, uint8_t major)
{
    char name[16];
    size_t i;
    json_t *identity;

    snprintf(name, sizeof name, "TDX_%02X", (unsigned int)major);
    json_array_foreach(json_object_get(tcb_info, "tdxModuleIdentities"), i, identity)
    {
        const char *id = json_string_value(json_object_get(identity, "id"));

        if (id != NULL && strcmp(id, name) == 0) {
            return identity;
        }
    }
    return NULL;
}

static int needs_configuration(enum tcb_status status)
{
    return status == TCB_CONFIGURATION || status == TCB_CONFIGURATION_SW_HARDENING ||
           status == TCB_OUT_OF_DATE_CONFIGURATION;
}

enum tcb_status level_converge(enum tcb_status machine, enum tcb_status part)
{
    if (tcb_tier(machine) == TCB_TIER_CONTRAINDICATED || part == TCB_UP_TO_DATE) {
        return machine;
    }
    if (part == TCB_OUT_OF_DATE) {
        return needs_configuration(machine) ? TCB_OUT_OF_DATE_CONFIGURATION : TCB_OUT_OF_DATE;
    }
    return part == TCB_REVOKED ? TCB_REVOKED : TCB_NOT_SUPPORTED;
}

enum tcb_status level_relaunch(enum tcb_status launched, enum tcb_status current)
{
    if (tcb_tier(current) == TCB_TIER_CONTRAINDICATED) {
        return current;
    }
    if (launched != TCB_OUT_OF_DATE && launched != TCB_OUT_OF_DATE_CONFIGURATION) {
        return launched;
    }
    switch ((int)current) {
    case TCB_UP_TO_DATE:
    case TCB_SW_HARDENING:
        return TCB_RELAUNCH;
    case TCB_CONFIGURATION:
    case TCB_CONFIGURATION_SW_HARDENING:
        return TCB_RELAUNCH_CONFIGURATION;
    default:
        return launched;
    }
}
