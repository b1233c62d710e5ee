#include "enclave/host/exits.h"

static const struct {
    const char *word;
    const char *sentence;
} exits[POBF_EXIT_COUNT] = {
#define X(name, sentence) [POBF_EXIT_##name] = {#name, sentence},
    POBF_EXITS(X)
#undef X
};

static enum pobf_exit known(enum pobf_exit exit)
{
    return (unsigned)exit < POBF_EXIT_COUNT ? exit : POBF_EXIT_NONE;
}

const char *exits_sentence(enum pobf_exit exit)
{
    switch ((int)exit) {
    case POBF_EXIT_FAILED:
        return "returned a failure of its own, with a message";
    case POBF_EXIT_FUEL:
        return "used up the fuel of the manifest; the output is its message so far";
    default:
        return exits[known(exit)].sentence;
    }
}

const char *exits_word(enum pobf_exit exit)
{
    return exits[known(exit)].word;
}
