#ifndef POBF_EDGE_CLI_CLI_H
#define POBF_EDGE_CLI_CLI_H

#include <stddef.h>

#include "framework/core/status.h"

/*
 * One table is dispatcher and help at once; another is the options of one command. From both come
 * --help, the man page (--help=man) and the completions (--help=bash, --help=zsh).
 */

/* Every exit code there is: number, word, and what it says. */
#define CLI_EXITS(X)                                                                               \
    X(0, "yes", "what was asked for was done, or holds")                                           \
    X(1, "no", "it was judged and refused; what failed is listed")                                 \
    X(2, "usage", "the command line is not understood; nothing was done")                          \
    X(3, "cannot tell",                                                                            \
      "something needed for an answer is missing, cannot be read or used, or failed")

struct cli_command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns an exit code */
    const char *sentence;
};

/*
 * Run the command that argv[1] names. --help (=man, =bash, =zsh) and --version are answered here. Standard streams that
 * are closed fail when they are used, and no file or socket gets their numbers; a command that
 * printed what stdout did not take ends with 3 instead of 0.
 */
int cli_dispatch(const char *program, const char *sentence, const struct cli_command *commands,
                 size_t count, int argc, char **argv);

enum cli_kind {
    CLI_FLAG,   /* to: int, set to 1                                     */
    CLI_VALUE,  /* to: const char *, at most once                        */
    CLI_NUMBER, /* to: uint64_t, decimal, nothing left over, at most once */
    CLI_COUNT,  /* the same, and not 0                                   */
    CLI_LIST,   /* to: struct cli_list, any number of times              */
};

enum { CLI_LIST_MAX = 64 };

struct cli_list {
    const char *value[CLI_LIST_MAX];
    size_t count;
};

struct cli_option {
    const char *name; /* without the two dashes */
    enum cli_kind kind;
    void *to;
    const char *argument; /* FILE, HEX, .., or a|b|c, all that there are; NULL for a flag */
    const char *sentence;
};

/* One command's grammar. */
struct cli_usage {
    const char *synopsis; /* "pobf call URL --in FILE --out FILE [option]..." */
    const char *sentence;
    const struct cli_option *options;
    size_t option_count;
    size_t operands_min;
    size_t operands_max;
};

/*
 * Parse the options; what is left in argv[1 .. *operands] are the operands, in order.
 * Returns -1 where the command should go on, else the exit code to end with: 0 after --help,
 * 2 after a usage error, which was told on stderr with the synopsis.
 */
int cli_parse(const struct cli_usage *usage, int argc, char **argv, size_t *operands);

#endif
